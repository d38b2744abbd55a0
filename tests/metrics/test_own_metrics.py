"""Metrics of a spec's own: SQL row values, ratios of sums and columns, with intervals, gates and baselines."""

import numpy as np
import pytest
from conftest import BINARY_SPEC, call, run, write_csv
from scipy import stats

N = 90
METRICS = """\
metrics:
  - accuracy
  - {name: cost, sql: "CASE WHEN p <> y THEN amount ELSE 0 END", better: lower}
  - {name: loss, sql: "CASE WHEN p <> y THEN amount ELSE 0 END", aggregate: sum, better: lower}
  - {name: lost_share, numerator: "CASE WHEN p <> y THEN amount ELSE 0 END", denominator: amount, better: lower}
  - {name: grade, column: grade, better: higher}
  - {name: worst_grades, column: grade, quantile: 0.1, better: higher}
  - {name: good_grades, column: grade, threshold: 3, better: higher}
  - {name: surplus, sql: "grade - s", better: neither}
"""
MODELS = """\
candidate: candidate
models:
  candidate: {predictions: new.csv}
  old: {columns: {prediction: q, others: {grade: old_grade}}}
  plain: {columns: {prediction: q}}
baselines: {old: {kind: previous, model: old}, plain: {kind: previous, model: plain}}
slices: [{by: region}]
"""


def rows():
    rng = np.random.default_rng(8)
    y = rng.choice(["yes", "no"], N)
    found = {
        "id": np.arange(N),
        "y": y,
        "region": rng.choice(["n", "s"], N),
        "amount": rng.lognormal(3, 1, N).round(2),
    }
    found |= {
        "q": rng.choice(["yes", "no"], N),
        "old_grade": rng.integers(1, 5, N),
        "w": rng.integers(1, 4, N),
    }
    wrong = rng.random(N) < 0.2
    p = np.where(wrong, np.where(y == "yes", "no", "yes"), y)
    return found, {"id": np.arange(N), "p": p, "s": rng.random(N).round(3), "grade": rng.integers(1, 6, N)}


def listed(columns):
    return [{k: v[i] for k, v in columns.items()} for i in range(N)]


def spec(metrics=METRICS, gates="[{metric: cost, at_most: 1000}]", task="weight: w, "):
    """The spec; without a metric of the column `grade` no model renames it."""
    text = BINARY_SPEC.replace("metrics: [accuracy]\n", metrics).replace("id: id", f"{task}id: id")
    text = text.replace("models:\n  candidate: {columns: {prediction: p, score: s}}\n", MODELS)
    if "column: grade," not in text:
        text = text.replace(", others: {grade: old_grade}", "")
    return text.replace("[{metric: accuracy, at_least: 0.5}]", gates)


def project(folder, *arguments, **changes):
    data, predictions = rows()
    data |= {k: v for k, v in changes.items() if k in data}
    predictions |= {k: v for k, v in changes.items() if k in predictions}
    write_csv(folder / "test.csv", listed(data))
    write_csv(folder / "new.csv", listed(predictions))
    (folder / "spec.yaml").write_text(spec(*arguments))
    return folder / "spec.yaml"


@pytest.fixture(scope="module")
def called(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    gates = "[{metric: cost, at_most: {baseline: old}}, {metric: grade, at_least: {baseline: plain}}, {metric: good_grades, at_least: 0.2, slices: every}]"
    return run(project(folder, METRICS, gates), folder / "out")


def expected():
    data, model = rows()
    wrong = np.where(model["p"] != data["y"], data["amount"], 0.0)
    w = data["w"]
    return {
        "cost": np.average(wrong, weights=w),
        "loss": (w * wrong).sum(),
        "lost_share": (w * wrong).sum() / (w * data["amount"]).sum(),
        "grade": np.average(model["grade"], weights=w),
        "worst_grades": np.quantile(np.repeat(model["grade"], w), 0.1, method="averaged_inverted_cdf"),
        "good_grades": np.average(model["grade"] >= 3, weights=w),
        "surplus": np.average(model["grade"] - model["s"], weights=w),
    }


@pytest.mark.parametrize("name", expected())
def test_values_and_intervals(called, name):
    found = called.measurement(metric=name, slice="all", model="candidate")
    assert found["value"] == pytest.approx(expected()[name], rel=1e-11)
    assert found["low"] <= found["value"] <= found["high"]
    assert found["method"] != "none"
    assert called.measurement(metric=name, slice="region=n", model="candidate")["n"] < N


def test_a_model_has_its_own_column_or_none(called):
    data, _ = rows()
    old = called.measurement(metric="grade", slice="all", model="old")["value"]
    assert old == pytest.approx(np.average(data["old_grade"], weights=data["w"]), rel=1e-11)
    measured = {(m["model"], m["metric"]) for m in called.results["measurements"]}
    assert ("plain", "cost") in measured
    assert ("plain", "grade") not in measured, "the data's grade column would be the candidate's"
    assert ("old", "surplus") not in measured, "it has no scores"


def test_gates_baselines_and_slices(called):
    cost, grade, shares = called.results["gates"]
    assert cost["verdict"] in ("pass", "inconclusive")
    assert cost["method"] == "linearised_t"
    assert (grade["verdict"], grade["reason"]) == (
        "error",
        "Not measured: all: the baseline 'plain' has no values for it.",
    )
    assert [m["name"] for m in shares["members"]] == ["region=n", "region=s"]
    gaps = {(b["baseline"], b["metric"]) for b in called.results["baselines"] if b["slice"] == "all"}
    assert ("old", "worst_grades") in gaps
    assert not [gap for gap in gaps if gap[1] == "surplus"], "neither direction is better"
    info = {m["key"]: m for m in called.results["metrics"]}
    assert info["cost"]["definition"] == "Mean of CASE WHEN p <> y THEN amount ELSE 0 END over the rows."
    assert info["good_grades"]["definition"] == "Share of rows on which the column grade is 3 or more."


def test_paired_differences_are_narrower(called):
    (gap,) = [
        b
        for b in called.results["baselines"]
        if (b["metric"], b["slice"], b["baseline"]) == ("cost", "all", "old")
    ]
    alone = called.measurement(metric="cost", slice="all", model="old")
    assert gap["gap_high"] - gap["gap_low"] < 1.2 * (alone["high"] - alone["low"])
    assert gap["method"] == "linearised_t"


def test_an_interval_of_a_mean_is_students_plus_skewness(tmp_path):
    metrics = 'metrics: [{name: twice, sql: "2 * grade", better: higher}, {name: grade, column: grade, better: higher}]\n'
    called = run(project(tmp_path, metrics, "[{metric: twice, at_least: 1}]", ""), tmp_path / "out")
    _, model = rows()
    found = called.measurement(metric="twice", slice="all", model="candidate")
    low, high = stats.t.interval(0.95, N - 1, 2 * model["grade"].mean(), 2 * stats.sem(model["grade"]))
    assert (found["low"], found["high"]) == pytest.approx((low, high), rel=0.02)


REFUSED = [
    ('{name: cost, sql: "amount"}', "metrics[0].better: missing; say whether higher or lower values of 'cost' are better"),
    ('{name: cost, sql: "amuont", better: lower}', "no column 'amuont' in data.test; did you mean 'amount'?"),
    ('{name: cost, sql: "amount", column: grade, better: lower}', "metrics[0].sql: a metric has one origin, and 'column' is there already"),
    ('{name: cost, numerator: "amount", better: lower}', "metrics[0].denominator: missing; a ratio needs both"),
    ('{name: cost, numerator: "amount", denominator: "1", aggregate: sum, better: lower}', "metrics[0].aggregate: a ratio of sums takes no 'aggregate'"),
    ('{name: cost, sql: "amount", quantile: 0.9, aggregate: sum, better: lower}', "metrics[0].quantile: 'aggregate' says already how row values"),
    ('{name: cost, sql: "amount", label: "yes", better: lower}', "metrics[0].label: a metric of your own takes no 'label'"),
    ('{name: cost@1, sql: "amount", better: lower}', "metrics[0].name: '@' stands before the parameters"),
    ('{name: f1, sql: "amount", better: lower}', "metrics[0].name: 'f1' is a metric of specgen already; choose another name"),
    ('{name: cost, sql: "amount", better: lower}, {name: cost, column: grade, better: lower}', "metrics[1].name: 'cost' is the name of metrics[0] already"),
    ('{name: cost, sql: "sum(amount)", better: lower}', "an aggregate is not allowed; a condition is about one row"),
    ('{name: accuracy, better: lower}', "metrics[0].better: 'accuracy' takes no 'better'"),
]  # fmt: skip


@pytest.mark.parametrize(("metrics", "told"), REFUSED)
def test_validate_tells(tmp_path, metrics, told):
    called = call(
        "validate", project(tmp_path, f"metrics: [{metrics}]\n", "[{metric: accuracy, at_least: 0.1}]")
    )
    assert called.code == 2
    assert told in called.err


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ("{metric: cost, label: 'yes', at_most: 1}", "'cost' is a metric of your own, about all rows; remove 'label'"),
        ("{metric: cost@10, at_most: 1}", "'cost' is a metric of your own and takes no parameter"),
        ("{metric: csot, at_most: 1}", "no metric 'csot'; did you mean 'cost'?"),
        ("{metric: good_grades, at_least: 85}", "85 is outside the range of 'good_grades', 0 to 1; a percentage is written 0.85"),
    ],
)  # fmt: skip
def test_gates_that_cannot_be(tmp_path, gate, told):
    assert told in call("validate", project(tmp_path, METRICS, f"[{gate}]")).err


def test_row_values_that_are_missing_are_counted(tmp_path):
    grade = rows()[1]["grade"].astype(object)
    grade[:7] = ""
    metrics = 'metrics: [accuracy, {name: grade, column: grade, better: higher}, {name: half, sql: "CASE WHEN p = y THEN 1 END", better: higher}]\n'
    told = run(
        project(tmp_path, metrics, "[{metric: accuracy, at_least: 0.1}]", grade=grade), tmp_path / "out"
    ).err
    assert "metrics[1].column: no number for 7 rows of data.test and model candidate" in told
    assert "metrics[2].sql: no number for" in told
    assert "add ELSE or coalesce(..., 0)" in told


def test_a_column_that_is_nowhere(tmp_path):
    metrics = "metrics: [accuracy, {name: grade, column: grades, better: higher}]\n"
    told = run(project(tmp_path, metrics, "[{metric: accuracy, at_least: 0.1}]"), tmp_path / "out").err
    assert "metrics[1].column: no column 'grades' in new.csv or data.test; did you mean 'grade'?" in told


def test_a_sum_of_denominators_that_is_0_is_undefined(tmp_path):
    metrics = 'metrics: [accuracy, {name: r, numerator: "amount", denominator: "amount - amount", better: higher}]\n'
    called = run(project(tmp_path, metrics, "[{metric: r, at_least: 0.1}]"), tmp_path / "out")
    found = called.measurement(metric="r", slice="all", model="candidate")
    assert (found["value"], found["reason"]) == (None, "undefined on these rows: the denominators sum to 0")
    assert called.results["gates"][0]["verdict"] == "error"


def test_counted_straight_from_parquet_files_they_are_the_same(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    data, predictions = rows()
    columns = data | {k: predictions[k] for k in ("p", "s", "grade")}
    parquet.write_table(pa.table(columns), tmp_path / "test.parquet")
    write_csv(tmp_path / "test.csv", listed(columns))
    text = spec().replace("{predictions: new.csv}", "{columns: {prediction: p}}")
    found = []
    for name in ("csv", "parquet"):
        (tmp_path / "spec.yaml").write_text(text.replace("test.csv", f"test.{name}"))
        called = run(tmp_path / "spec.yaml", tmp_path / name)
        found.append(
            {
                (m["model"], m["slice"], m["metric"]): [m[k] or 0.0 for k in ("value", "low", "high")]
                for m in called.results["measurements"]
            }
        )
    assert found[0].keys() == found[1].keys()
    for key, numbers in found[0].items():
        assert found[1][key] == pytest.approx(numbers, rel=1e-6), key


def test_groups_that_share_units_are_compared_by_a_quantile(tmp_path):
    """A quantile has no influences to add up within units; the gap is that of separate groups."""
    gates = "[{metric: worst_grades, by: region, gap_at_most: 5}]"
    called = run(project(tmp_path, METRICS, gates, "unit: w, "), tmp_path / "out")
    (gate,) = called.results["gates"]
    assert gate["verdict"] in ("pass", "inconclusive")
    assert gate["measured"] is not None
