"""A finding's condition selects, in our own specs, exactly the rows that were tested; whatever the columns hold."""

import numpy as np
import pandas as pd
import pytest
from conftest import run
from pyarrow import Table, array, parquet

from specgen.diagnosis.search.columns import Column, Condition, written

SPEC = """\
specgen: 1
project: {{name: hidden, purpose: explore}}
task: {{type: binary, target: y, positive: 1, prediction: p, id: id{task}}}
data: {{dev: dev.parquet, test: dev.parquet}}
models: {{candidate: {{columns: {{prediction: p}}}}}}
metrics: [accuracy]
slices:
{slices}
error_analysis: {{columns: {columns}, max_conditions: {most}, min_rows: 60}}
milestones: [{{name: test, split: test, gates: [{{metric: accuracy, at_least: 0.5}}]}}]
"""


def planted(n, bad, seed=0, **columns):
    """Rows that are wrong in 10% but where `bad`, there in 70%."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    wrong = rng.random(n) < np.where(bad, 0.7, 0.1)
    return pd.DataFrame({"id": np.arange(n), "y": y, "p": np.where(wrong, 1 - y, y), **columns})


@pytest.fixture
def searched(tmp_path):
    """Write rows and spec, run it, and give back the results."""

    def write(rows, columns="all", slices=(), most=2, task=""):
        table = rows if isinstance(rows, Table) else Table.from_pandas(rows, preserve_index=False)
        parquet.write_table(table, tmp_path / "dev.parquet")
        listed = (
            "\n".join(f"  - {{name: s{k}, where: {_quoted(one)}}}" for k, one in enumerate(slices)) or "  []"
        )
        spec = tmp_path / "spec.yaml"
        spec.write_text(SPEC.format(columns=columns, slices=listed, most=most, task=task))
        called = run(spec, tmp_path / f"out{len(list(tmp_path.glob('out*')))}")
        assert called.results is not None, called.err
        return called

    return write


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


N = 6000
RNG = np.random.default_rng(5)
NUMBER = RNG.normal(50, 20, N)
LACKING = np.where(RNG.random(N) < 0.1, np.nan, NUMBER)
TEXT = RNG.choice(["it's", 'say "no"', "größe", "", "a AND b", "100%"], N)
CASES = {
    "a text with a quote": ({"noise": TEXT}, TEXT == "it's"),
    "an empty text": ({"noise": TEXT}, TEXT == ""),
    "a column named like a keyword": ({"select": TEXT}, TEXT == "größe"),
    "a column with a space and a quote": ({'my "own" col': TEXT}, TEXT == 'say "no"'),
    "missing texts": ({"noise": np.where(TEXT == "100%", None, TEXT)}, TEXT == "100%"),
    "a large number": ({"age": NUMBER}, NUMBER >= 70),
    "a range": ({"age": NUMBER}, (NUMBER >= 40) & (NUMBER < 60)),
    "missing numbers": ({"age": pd.array(LACKING, dtype="Float64")}, np.isnan(LACKING)),
    "numbers in single precision": ({"age": (NUMBER / 100).astype(np.float32)}, NUMBER >= 70),
    "few integers": ({"stars": RNG.integers(1, 6, N)}, None),
    "truth values": ({"flag": RNG.random(N) < 0.2}, None),
    "many categories": ({"shop": RNG.integers(0, 30, N).astype(str)}, None),
}


@pytest.mark.parametrize("case", CASES)
def test_the_condition_selects_exactly_the_rows_that_were_found(searched, case):
    columns, bad = CASES[case]
    first = next(iter(columns.values()))
    if bad is None:
        bad = {"few integers": lambda v: v == 2, "truth values": lambda v: v,
               "many categories": lambda v: np.isin(v, ["17"])}[case](first)  # fmt: skip
    rows = planted(N, np.asarray(bad), other=RNG.choice(["a", "b"], N), **columns)
    found = [one for one in searched(rows).results["findings"] if one["confirmed"]]
    assert found, "the planted slice was not found"
    again = searched(rows, slices=[one["where"] for one in found])
    for k, one in enumerate(found):
        pasted = again.measurement(split="dev", slice=f"s{k}", metric="accuracy", model="candidate")
        assert pasted["n"] == one["rows"], one["where"]
    best = found[0]
    assert best["rows"] == pytest.approx(np.sum(bad), rel=0.15), best["where"]
    assert best["value"] == pytest.approx(0.3, abs=0.1)
    assert best["other"] == pytest.approx(0.9, abs=0.05)
    assert best["potential"] == pytest.approx((best["other"] - best["value"]) * best["share"])


def test_numbers_that_are_none_are_no_large_numbers(searched):
    """DuckDB sorts NaN above all numbers, so that age >= 70 alone would hold it."""
    values = np.where(RNG.random(N) < 0.1, np.nan, NUMBER)
    table = planted(N, values >= 70, age=values)
    arrow = Table.from_pandas(table, preserve_index=False)
    nan = arrow.set_column(arrow.schema.get_field_index("age"), "age", array(values, from_pandas=False))
    assert nan["age"].null_count == 0

    found = [one for one in searched(nan).results["findings"] if one["confirmed"]]
    assert found, "the planted slice was not found"
    assert found[0]["rows"] == pytest.approx(np.nansum(values >= 70), rel=0.1)
    assert "<=" in found[0]["where"]


def test_conditions_as_people_write_them():
    age = Column("age", "age", edges=("18", "45", "65"), ordered=True, missing="age IS NULL")
    sex = Column("sex", "sex", values=("'f'", "'m'"))
    stars = Column("stars", "stars", values=("1", "2", "3"), ordered=True)
    odd = Column(
        "x", "x", edges=("1",), ordered=True, missing="x IS NULL OR x = CAST('nan' AS DOUBLE)", top="9"
    )
    columns = [age, sex, stars, odd]
    asked = {
        ((0, 2, 3), (1, 0, 0)): "age >= 45 AND sex = 'f'",
        ((0, 0, 0),): "age < 18",
        ((0, 1, 2),): "age >= 18 AND age < 65",
        ((0, 4, 4),): "age IS NULL",
        ((2, 1, 1),): "stars = 2",
        ((2, 0, 1),): "stars <= 2",
        ((2, 1, 2),): "stars >= 2",
        ((3, 1, 1), (1, 1, 1)): "x >= 1 AND x <= 9 AND sex = 'm'",
        ((3, 2, 2), (1, 1, 1)): "(x IS NULL OR x = CAST('nan' AS DOUBLE)) AND sex = 'm'",
    }
    for conditions, text in asked.items():
        assert written(columns, [Condition(*one) for one in conditions]) == text
