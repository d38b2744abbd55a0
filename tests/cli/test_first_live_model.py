"""What a stranger does wrong with a first live model: told in its place, or evidence against the model; never a traceback."""

import json
import pickle

import pytest
from conftest import call, run, write_csv
from sklearn.linear_model import LogisticRegression

SPEC = """\
specgen: 1
project: {name: first, purpose: deploy}
task: {type: binary, target: y, positive: 1, prediction: prediction, id: id}
data: {train: train.csv, test: test.csv}
models:
  live: {MODEL}
metrics: [accuracy]
EXTRA
milestones:
  - {name: release, split: test, gates: [GATES]}
"""
PYTHON = 'python: "mine:predict", features: [age], limits: {start_s: 60, batch_s: 60}'
GOOD = "def predict(df):\n    return (df['age'] > 0).astype(int)\n"


@pytest.fixture
def first(tmp_path):
    """Write the project and give its spec."""

    def written(code=GOOD, model=PYTHON, extra="", gates="{metric: accuracy, at_least: 0.7}"):
        (tmp_path / "mine.py").write_text(code)
        (tmp_path / "model.skops").write_bytes(b"none")
        for split in ("train", "test"):
            numbers = [(i * 37 % 100 - 50) / 10 + (split == "test") / 100 for i in range(100)]
            rows = [{"id": f"{split}{i}", "age": a, "y": int(a > 0)} for i, a in enumerate(numbers)]
            write_csv(tmp_path / f"{split}.csv", rows)
        text = SPEC.replace("MODEL", model).replace("EXTRA", extra).replace("GATES", gates)
        (tmp_path / "spec.yaml").write_text(text)
        return tmp_path / "spec.yaml"

    return written


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("skops: modle.skops", "6:17: models.live.skops: no file 'modle.skops'; did you mean 'model.skops'?"),
        ("mlflow: folder", "6:18: models.live.mlflow: no folder 'folder'"),
        ("command: ./min.py --fast", "6:19: models.live.command: no program './min.py'; did you mean 'mine.py'?"),
        ('python: "mien:predict"', "models.live.python: no module 'mien' in the spec's folder or among the installed"
         " packages; did you mean 'mine'?"),
        ('python: "mine:predict", train: "mien:fit"', "models.live.train: no module 'mien'"),
        ('python: "mine:predict", files: [mine.py, weights.bin]', "models.live.files[1]: no file 'weights.bin'"),
        ('python: "mine:predict", features: [age, Age]', "models.live.features[1]: 'Age' stands there twice"),
        ('python: "mine:predict", features: [aeg]', "features[0]: no column 'aeg' in data.test; did you mean 'age'?"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["validate", "run"])
def test_what_a_model_names_and_is_not_there(first, tmp_path, command, model, told):
    options = () if command == "validate" else ("--out", tmp_path / "out")
    called = call(command, first(model=model), *options)
    assert called.code == 2
    assert told in called.err


@pytest.mark.parametrize("checks", ["all", "[probabilities, constant_predictions]"])
def test_a_model_that_always_fails_is_no_go_whatever_is_checked(first, tmp_path, checks):
    spec = first(
        "def predict(df):\n    raise RuntimeError('boom')\n", extra=f"sanity: {checks}",
        gates="{metric: accuracy, at_least: 0.7}, {sanity: all}",
    )  # fmt: skip
    called = run(spec, tmp_path / "out")
    assert called.code == 1, called.err
    assert {gate["verdict"] for gate in called.results["gates"]} <= {"error", "fail"}
    assert "RuntimeError: boom" in called.out


def test_checks_on_other_splits_do_not_excuse_a_failure_on_the_gates_split(first, tmp_path):
    spec = first(
        "def predict(df):\n    if (df['age'] == 0.01).any():\n        raise RuntimeError('boom')\n"
        "    return (df['age'] > 0).astype(int)\n",
        extra="sanity: [constant_predictions]", gates="{sanity: all}",
    )  # fmt: skip
    called = run(spec, tmp_path / "out")
    assert called.code == 1, called.out
    assert called.results["gates"][0]["verdict"] == "error"
    assert "boom" in called.results["gates"][0]["reason"]


def test_limits_and_checks_that_no_gate_judges_are_told(first, tmp_path):
    extra = "sanity: [repeatable]\nconstraints: {memory_mb: 8000, budget_s: 0.2}"
    called = run(first(extra=extra), tmp_path / "out")
    told = [note["text"] for note in called.results["notes"] if note["level"] == "warning"]
    assert any(text.startswith("No gate judges memory_mb") for text in told), told
    assert any(text.startswith("No gate judges the sanity checks") for text in told), told


def test_limits_and_checks_with_a_gate_are_not_told(first, tmp_path):
    extra = "sanity: [repeatable]\nconstraints: {memory_mb: 8000, budget_s: 0.2}"
    called = run(first(extra=extra, gates="{sanity: repeatable}, {constraint: all}"), tmp_path / "out")
    assert called.code == 0, called.out
    assert not [note for note in called.results["notes"] if "No gate judges" in note["text"]]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import socket\ndef predict(df):\n    socket.getaddrinfo('example.invalid', 80)\n", "limits: {network: true}"),
        ("def predict(df):\n    return 1 / (1 + df['age'].abs())\n", "in a pair of predictions and scores"),
        ("def predict(df):\n    df['age'] > 0\n", "does the function end with return?"),
        ("def predict(df)\n    pass\n", "SyntaxError: expected ':' (mine.py:1: def predict(df))"),
    ],
)  # fmt: skip
def test_evidence_says_what_to_do(first, tmp_path, code, told):
    called = run(first(code), tmp_path / "out")
    assert called.code == 1, called.err
    assert told in called.results["gates"][0]["reason"]


def test_another_model_that_fails_is_told_in_whole_sentences(first, tmp_path):
    model = PYTHON + '}\n  old: {python: "bad:predict", features: [age]'
    (tmp_path / "bad.py").write_text("def predict(df):\n    raise RuntimeError('boom')\n")
    extra = "candidate: live\nbaselines: {old: {kind: previous, model: old}}"
    called = run(first(model=model, extra=extra), tmp_path / "out")
    told = [note["text"] for note in called.results["notes"] if note["place"] == "models.old"]
    assert told[0].startswith("On test the model old failed: RuntimeError: boom") or told[0].startswith(
        "On train"
    )
    assert told[0].endswith(". Nothing is compared with it there.")


def test_files_count_for_the_size(first, tmp_path):
    model = 'python: "mine:predict", features: [age], files: [weights.bin]'
    (tmp_path / "weights.bin").write_bytes(b"0" * (3 << 20))
    called = run(
        first(model=model, extra="constraints: {artifact_mb: 2, budget_s: 0.2}", gates="{constraint: all}"),
        tmp_path / "out",
    )
    assert called.code == 1, called.out
    found = called.results["gates"][0]
    assert found["verdict"] == "fail"
    assert found["measured"] == pytest.approx(3, abs=0.01)


def test_a_command_whose_interpreter_is_not_there(first, tmp_path):
    program = tmp_path / "t.sh"
    program.write_text("#!/nowhere/python\n")
    program.chmod(0o755)
    called = run(first(model="command: ./t.sh"), tmp_path / "out")
    assert called.code == 1, called.err
    assert "is the program that its first line (#!) names there?" in called.results["gates"][0]["reason"]


def test_a_key_of_a_load_test_that_does_not_exist(first, tmp_path):
    (tmp_path / "load.json").write_text('{"latency": {"p95": 20}}')
    called = call("validate", first(extra="constraints: {latency_ms: {p95: 9}, measured: load.json}"))
    assert called.code == 2
    assert "'load.json': latency: unknown key; did you mean 'latency_ms'?" in called.err


def test_a_bound_from_below_is_promised_not_allowed(first, tmp_path):
    extra = "constraints: {throughput_rows_per_s: 1000000000000, memory_mb: 8000, budget_s: 0.2}"
    called = run(first(extra=extra, gates="{constraint: all}"), tmp_path / "out")
    assert "at least 1,000,000,000,000" in called.results["gates"][0]["reason"]
    assert "is allowed" not in called.results["gates"][0]["reason"]


def test_a_trusted_pickle_is_warned_of_in_the_report(tmp_path):
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(LogisticRegression().fit([[0.0], [1.0]], [0, 1])))
    write_csv(tmp_path / "test.csv", [{"id": i, "x": i % 2, "y": int(i % 5 > 2)} for i in range(40)])
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: pickled, purpose: explore}\n"
        "task: {type: binary, target: y, positive: 1, prediction: p, id: id}\ndata: {test: test.csv}\n"
        "models: {m: {pickle: m.pkl, features: [x]}}\nmetrics: [accuracy]\nmilestones:\n"
        "  - {name: test, split: test, gates: [{metric: accuracy, at_least: 0.1}]}\n"
    )
    refused = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert refused.code == 1
    assert "run with --trust-pickle if you trust it" in refused.results["gates"][0]["reason"]
    trusted = call("run", str(tmp_path / "spec.yaml"), "--out", str(tmp_path / "out2"), "--trust-pickle")
    assert trusted.code == 0, trusted.err
    results = json.loads(next((tmp_path / "out2").rglob("results.json")).read_text())
    assert any("can run any code" in note["text"] for note in results["notes"] if note["level"] == "warning")
