"""The commands that people type, and what they leave."""

import json
import re
import subprocess
import sys

import pytest
from conftest import BINARY_SPEC, ROOT, binary_rows, call, run

from specgen.cli.app import app
from specgen.metrics.registry import all_metrics


def test_a_run_is_whole(project):
    path = project()
    called = run(path, path.parent / "out", formats="html")
    whole = ["SHA256SUMS", "outcomes.parquet", "report.html", "results.json", "spec.yaml", "summary.json"]
    assert sorted(p.name for p in called.folder.iterdir()) == whole
    assert (called.folder / "spec.yaml").read_text() == path.read_text()
    assert [p for p in called.folder.parent.iterdir() if p != called.folder] == []
    assert str(called.folder / "report.html") in called.out


@pytest.mark.parametrize(
    ("bound", "code", "verdict"), [(0.5, 0, "go"), (0.95, 1, "no-go"), (0.74, 3, "inconclusive")]
)
def test_exit_codes(project, bound, code, verdict):
    path = project(BINARY_SPEC.replace("0.5}", f"{bound}}}"))
    called = run(path, path.parent / "out")
    assert (called.code, called.results["verdict"]) == (code, verdict)


def test_milestone_judges_up_to_it(project):
    spec = BINARY_SPEC + "  - {name: strict, split: test, gates: [{metric: accuracy, at_least: 0.99}]}\n"
    path = project(spec)
    assert run(path, path.parent / "a").code == 1
    called = run(path, path.parent / "b", "--milestone", "test")
    assert called.code == 0
    assert [m["name"] for m in called.results["milestones"]] == ["test"]


def test_quiet_says_nothing(project):
    path = project()
    called = run(path, path.parent / "out", "--quiet")
    assert (called.out, called.err) == ("", "")


def test_no_control_characters_off_a_terminal(project):
    path = project()
    command = [
        sys.executable,
        "-m",
        "specgen.cli",
        "run",
        str(path),
        "--out",
        str(path.parent / "o"),
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_same_seed_same_numbers(project):
    path = project(BINARY_SPEC.replace("[accuracy]", "[accuracy, f1, auc]"))
    first, second = (run(path, path.parent / name).results for name in "ab")
    for result in (first, second):
        del result["run"]
    assert first == second


def test_report_renders_again(project):
    path = project()
    called = run(path, path.parent / "out", formats="html")
    before = (called.folder / "report.html").read_text()
    again = call("report", called.folder, "--out", path.parent / "again", "--format", "html")
    assert again.code == 0
    assert (path.parent / "again/report.html").read_text() == before


def test_report_refuses_what_is_no_result(tmp_path):
    (tmp_path / "results.json").write_text("{}")
    called = call("report", tmp_path)
    assert called.code == 2
    assert "not a results.json of format 1" in called.err


def test_init_runs_at_once_and_overwrites_nothing(tmp_path):
    assert call("init", tmp_path).code == 0
    assert call("validate", tmp_path / "spec.yaml").code == 0
    assert run(tmp_path / "spec.yaml", tmp_path / "out").code == 0
    assert call("init", tmp_path).code == 2


def test_schemas_are_committed():
    assert call("schema").out == (ROOT / "specs/specgen.schema.json").read_text(), "run `make schemas`"
    assert call("schema", "--results").out == (ROOT / "specs/results.schema.json").read_text(), (
        "run `make schemas`"
    )


def test_results_keep_to_their_schema(project):
    import jsonschema

    path = project(
        BINARY_SPEC.replace("[accuracy]", "[accuracy, f1, auc, brier]\nbaselines: {naive: {kind: naive}}")
    )
    schema = json.loads((ROOT / "specs/results.schema.json").read_text())
    wrong = list(jsonschema.Draft202012Validator(schema).iter_errors(run(path, path.parent / "out").results))
    assert wrong == []


def test_metrics_lists_and_explains():
    listed = call("metrics").out
    for metric in {one.name for one in all_metrics().values()}:
        assert re.search(rf"^{metric} ", listed, re.MULTILINE), f"{metric} is not listed"
    assert "Matthews" in call("metrics", "mcc").out
    assert "did you mean 'recall'" in call("metrics", "recal").err


def test_readme_names_every_command():
    text = (ROOT / "README.md").read_text()
    for command in app.registered_commands:
        assert f"`specgen {command.callback.__name__}" in text, command.callback.__name__
    for group in app.registered_groups:
        for command in group.typer_instance.registered_commands:
            name = f"{group.name} {command.name or command.callback.__name__}"
            assert f"`specgen {name}" in text, name


def test_validate_says_what_is_valid(project):
    called = call("validate", project(rows=binary_rows(12)))
    assert called.code == 0
    assert "valid; 1 milestone, 1 gate" in called.out


def test_checking_a_spec_starts_without_numpy():
    code = "import sys, specgen.pipeline.check, specgen.cli.app; print('numpy' in sys.modules, 'pandas' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
