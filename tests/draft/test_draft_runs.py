"""`specgen init --from` on real columns: the draft validates and runs at once, without an edit."""

import pytest
from conftest import call, run
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
