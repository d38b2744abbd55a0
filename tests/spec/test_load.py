import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from specgen.spec.load import load_spec
from specgen.spec.milestones import BaselineBound
from specgen.spec.problems import SpecError, did_you_mean
from specgen.spec.references import check_metrics
from specgen.spec.yaml_nodes import read_nodes, scalar

ROOT = Path(__file__).parents[2]
FULL = Path(__file__).parent / "data" / "full.yaml"


def test_full_example_in_python() -> None:
    loaded = load_spec(FULL)
    spec = loaded.spec
    assert loaded.sha256 == hashlib.sha256(FULL.read_bytes()).hexdigest()
    assert spec.candidate_name == "candidate"
    assert spec.data["train"].path == "data/train.parquet"
    assert spec.data["dev"].path == "data/dev.csv"
    assert [request.key for request in spec.metrics] == ["wer", "word_accuracy", "recall", "ndcg@10"]
    assert spec.slices[2].by == ("noise",)
    assert spec.milestones[0].gates[0].at_least == BaselineBound(baseline="human", margin=-0.01)
    assert spec.milestones[1].gates[1].slices == "every"
    assert [gate.subject_kind for gate in spec.milestones[3].gates] == ["business", "constraint", "metric"]
    assert spec.confidence == 0.95


@pytest.mark.parametrize(
    "file", ["templates/init.yaml", *(f"specs/{n}/spec.yaml" for n in ("census", "sentiment"))]
)
def test_shipped_specs_load(file: str) -> None:
    assert load_spec(ROOT / file).spec.milestones


def test_starter_spec_is_valid_with_its_comments_opened(tmp_path: Path) -> None:
    """Every optional line of the starter, uncommented, is valid in itself."""
    text = (ROOT / "templates" / "init.yaml").read_text(encoding="utf-8")
    for section in ("slices", "key_examples", "business"):
        head, _, rest = text.partition(f"# {section}:\n")
        body, _, tail = rest.partition("\n\n")
        text = (
            f"{head}{section}:\n"
            + "\n".join(line.removeprefix("# ") for line in body.split("\n"))
            + f"\n\n{tail}"
        )
    for line in ("unit:", "weight:", "time:", "train:", "previous:", "human:", "paper:", "- {metric",
                 "- {business",
                 "candidate:", "decision:"):  # fmt: skip
        text = text.replace(f"# {line}", line)
    file = tmp_path / "spec.yaml"
    file.write_text(text, encoding="utf-8")
    spec = load_spec(file).spec
    assert len(spec.milestones[0].gates) == 5
    assert (len(spec.slices), len(spec.baselines), len(spec.models)) == (3, 4, 2)


def test_positions_are_one_based_and_fall_back_to_the_ancestor() -> None:
    loaded = load_spec(FULL)
    lines = loaded.text.split("\n")
    line, column = loaded.position(("task", "target"))
    assert lines[line - 1][column - 1 :].startswith("reference")
    line, column = loaded.position(("slices",))
    assert lines[line - 1][column - 1 :].startswith("slices:")
    assert loaded.position(("task", "nothing", 3)) == loaded.position(("task",))
    problem = loaded.problem(("slices", 0, "where"), "no column 'noise'")
    assert str(problem).startswith(f"{FULL}:")
    assert str(problem).endswith("slices[0].where: no column 'noise'")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("no", "no"), ("on", "on"), ("yes", "yes"), ("2024-01-31", "2024-01-31"), ("007", "007"),
     ("1_000", "1_000"),
     ("12:30", "12:30"), ("0", 0), ("-3", -3), ("1.0", 1.0), ("1e3", 1000.0), ("true", True), ("~", None)],
)  # fmt: skip
def test_yaml_1_2_words(written: str, meant: object) -> None:
    assert scalar(written) == meant
    assert type(scalar(written)) is type(meant)
    assert read_nodes(f'a: "{written}"').data == {"a": written}


@pytest.mark.parametrize(
    ("written", "meant"), [("1", "1"), ("1.0", "1"), ("true", "true"), ("no", "no"), ("0.5", "0.5")]
)
def test_labels_are_texts(tmp_path: Path, written: str, meant: str) -> None:
    text = (ROOT / "templates" / "init.yaml").read_text(encoding="utf-8")
    file = tmp_path / "spec.yaml"
    file.write_text(text.replace("positive: 1", f"positive: {written}"), encoding="utf-8")
    assert load_spec(file).spec.task.positive_text == meant


def test_metrics_are_checked_against_the_registry(tmp_path: Path) -> None:
    text = (ROOT / "templates" / "init.yaml").read_text(encoding="utf-8")
    file = tmp_path / "spec.yaml"
    file.write_text(
        text.replace("[accuracy, recall, precision, auc]", "[accuracy, recal, wer]"), encoding="utf-8"
    )
    known = {"accuracy": ("binary",), "recall": ("binary",), "wer": ("transcription",)}
    found = [problem.message for problem in check_metrics(load_spec(file), known)]
    assert found == [
        "no metric 'recal'; did you mean 'recall'?",
        "a binary task has no 'wer'; it is a metric of transcription",
    ]


def test_did_you_mean_takes_only_what_is_near() -> None:
    assert did_you_mean("regoin", ["region", "age"]) == "; did you mean 'region'?"
    assert did_you_mean("Region", ["region"]) == "; did you mean 'region'?"
    assert did_you_mean("xyz", ["region"]) == ""


def test_a_spec_without_conditions_does_not_import_sqlglot() -> None:
    code = (
        "import sys; from specgen.spec.load import load_spec; load_spec(sys.argv[1]);"
        "print([m for m in ('sqlglot', 'duckdb', 'numpy') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "templates" / "init.yaml")],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert run.stdout.strip() == "[]"


KEYS = st.sampled_from(
    ["specgen", "project", "task", "data", "models", "metrics", "slices", "milestones", "name", "<<"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def _only_spec_errors(file: Path, raw: bytes) -> None:
    file.write_bytes(raw)
    problems = []
    try:
        load_spec(file)
    except SpecError as error:
        problems = error.problems or [None]
    assert all(problem and problem.line >= 1 and problem.column >= 1 for problem in problems)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | st.text(alphabet="a1:-{}[]&*!|>'\"#%@`,?\n \t", max_size=40))
@example(text="\ufeff")
@example(text="? [a]\n: b")
@example(text="a: !<x> b")
@example(text="%YAML 1.1\n---\na: b")
def test_any_text_gives_a_spec_or_a_spec_error(tmp_path: Path, text: str) -> None:
    _only_spec_errors(tmp_path / "spec.yaml", text.encode("utf-8", errors="surrogatepass"))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
def test_any_values_give_a_spec_or_a_spec_error(tmp_path: Path, changes: dict[str, object]) -> None:
    import json

    data = read_nodes((ROOT / "templates" / "init.yaml").read_text(encoding="utf-8")).data
    assert isinstance(data, dict)
    text = json.dumps({**data, **changes}, ensure_ascii=True)
    _only_spec_errors(tmp_path / "spec.yaml", text.encode())


def test_places_after_malformed_items_are_those_of_the_file(tmp_path: Path) -> None:
    """The malformed slice and gate are left out before references are looked at; the others keep their place."""
    file = tmp_path / "spec.yaml"
    file.write_text(
        "specgen: 1\nproject: {name: Churn}\ndata: {test: t.csv}\nmetrics: [accuracy]\n"
        "task: {type: binary, target: y, positive: 1, prediction: p}\n"
        "models: {candidate: {columns: {prediction: p}}}\nslices:\n"
        "  - {by: tenure, bins: [50, 10]}\n"
        '  - {name: late, where: "signup date > 3"}\n'
        "milestones:\n  - name: test\n    split: test\n    gates:\n"
        "      - {metric: accuracy, at_least: 75%}\n"
        "      - {metric: accuracy, slice: lat, at_least: 0.5}\n"
        "      - {metric: accuracy, at_least: {baseline: naiv}}\n"
        "baselines: {naive: {kind: naive}}\n"
    )
    with pytest.raises(SpecError) as caught:
        load_spec(file)
    told = {(problem.line, problem.path) for problem in caught.value.problems}
    assert told >= {
        (8, ("slices", 0, "bins")),
        (9, ("slices", 1, "where")),
        (14, ("milestones", 0, "gates", 0, "at_least")),
        (16, ("milestones", 0, "gates", 2, "at_least", "baseline")),
    }
