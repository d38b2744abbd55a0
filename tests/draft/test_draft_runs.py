"""`specgen init --from` on real columns: the draft validates and runs at once, without an edit."""

import pytest
from conftest import ROOT, call, run
from data_sets import ALL, TASKS
from ruamel.yaml import YAML


@pytest.mark.parametrize("data_set", ALL, ids=lambda made: made.__name__)
def test_a_draft_runs_without_an_edit(tmp_path, monkeypatch, data_set):
    monkeypatch.chdir(tmp_path)
    drafted = call("init", *data_set(tmp_path))
    assert drafted.code == 0, drafted.err
    spec = tmp_path / "spec.yaml"
    task = YAML(typ="safe").load(spec)["task"]["type"]
    assert task == TASKS.get(data_set.__name__, data_set.__name__.split("_")[0])
    assert call("validate", spec).code == 0
    called = run(spec, tmp_path / "out")
    assert called.code in (0, 1, 3), called.err
    assert [gate["gate"] for gate in called.results["gates"] if gate["verdict"] == "error"] == []
    measured = [m for m in called.results["measurements"] if m["slice"] == "all" and m["value"] is not None]
    assert measured


MADE = ROOT / "tests" / "inputs" / "logs" / "made"


@pytest.mark.parametrize(
    ("log", "primary"),
    [
        ("inspect/new.eval", "{name: includes, column: includes, threshold: 1, better: higher}"),
        ("inspect/epochs.eval", "{name: includes, column: includes, threshold: 1, better: higher}"),
        ("inspect/errors.json", "1 of 4 rows have none and count as 0"),
        ("lm_eval/new/samples_sums_text_*.jsonl", "name: exact_match_strict, column: "),
        ("lm_eval/new/samples_*.jsonl", "CASE WHEN task IN ('sums_choice') THEN 1 ELSE 0 END"),
        ("promptfoo/results.json", "{kind: previous, model: old}"),
        ("mlflow/eval_results_table.json", "{name: right, column: right, threshold: 1, better: higher}"),
    ],
)
def test_a_draft_of_a_log_runs_without_an_edit(tmp_path, monkeypatch, log, primary):
    monkeypatch.chdir(tmp_path)
    drafted = call("init", "--from", str(MADE / log))
    assert drafted.code == 0, drafted.err
    assert primary in (tmp_path / "spec.yaml").read_text()
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.code in (0, 1, 3), called.err
    assert [gate["gate"] for gate in called.results["gates"] if gate["verdict"] == "error"] == []
