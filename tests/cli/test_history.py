"""`specgen history`: folders of whole, old, broken and half-written runs."""

from __future__ import annotations

import json
import random
import shutil

import pytest
from conftest import BINARY_SPEC, binary_rows, call, run

from specgen.pipeline.history import history
from specgen.report.views.trends import sparkline


@pytest.fixture
def runs(project, tmp_path):
    """Three runs of a project: go, no-go, go; the last without a summary, as runs of format json are."""
    out = tmp_path / "reports"
    for k, (bound, formats) in enumerate([(0.5, "md"), (0.9, "md"), (0.5, "json")]):
        rows = binary_rows(60 + 20 * k)
        spec = BINARY_SPEC.replace("at_least: 0.5", f"at_least: {bound}").replace(
            "[{metric", "[{metric: f1, at_least: 0.1}, {metric"
        )
        called = run(project(spec, rows), out, formats=formats)
        moved = called.folder.with_name(f"2026010{k + 1}T000000Z-000{k}")
        called.folder.rename(moved)
        for name in ("results.json", "summary.json"):
            file = moved / name
            if file.exists():
                text = file.read_text().replace(
                    called.results["run"]["started"], f"2026-01-0{k + 1}T00:00:00+00:00"
                )
                file.write_text(text.replace(called.results["run"]["id"], moved.name))
    return out


def test_runs_are_listed_from_summaries_and_from_results_alike(runs):
    found = history(runs)
    (project,) = found.projects
    assert [run.summary.verdict for run in project.runs] == ["go", "no-go", "go"]
    for file in runs.glob("*/*/summary.json"):
        file.unlink()
    assert history(runs) == found


def test_the_terminal_tells_verdicts_and_turns(runs):
    called = call("history", runs)
    assert called.code == 0, called.err
    assert "GO in the last of 3 runs. So for 1 run, NO-GO before." in called.out
    assert "20260102T000000Z-0001" in called.out
    gates = [line for line in called.out.splitlines() if "accuracy at least 0.5" in line]
    assert "✓·✓" in gates[0]
    assert not any(ord(c) < 32 and c != "\n" for c in called.out)


def test_gates_that_turned_are_dated(project, tmp_path):
    out = tmp_path / "reports"
    for k, count in enumerate((60, 61)):
        rows = binary_rows(count)
        if k:
            rows = [{**row, "p": "yes" if row["y"] == "no" else "no"} for row in rows]
        run(project(BINARY_SPEC, rows), out, formats="md")
    called = call("history", out)
    turned = called.out.split("Gates that turned")[1].split("Metrics")[0]
    assert "✓ pass" in turned
    assert "✕ fail" in turned
    assert "Slices that got worse" in called.out


def test_broken_and_half_written_folders_are_told_and_not_fatal(runs):
    folder = next(runs.iterdir())
    (folder / "20260104T000000Z-dead").mkdir()
    (folder / ".run-abc").mkdir()
    whole = (folder / "20260103T000000Z-0002" / "results.json").read_bytes()
    for k, content in enumerate(
        (whole[: len(whole) // 2], b"", b"\xff\xfe", b"[1, 2]", b'{"specgen": 2}', b"null")
    ):
        broken = folder / f"2026010{5 + k}T000000Z-beef"
        broken.mkdir()
        (broken / "results.json").write_bytes(content)
    torn = folder / "20260102T000000Z-0001" / "summary.json"
    torn.write_text(torn.read_text()[:50])  # the results beside it are whole, so it counts
    found = history(runs)
    assert len(found.projects[0].runs) == 3
    assert (len(found.unread), found.unfinished) == (7, 1)
    called = call("history", runs)
    assert called.code == 0
    assert "20260104T000000Z-dead: it has no results.json." in called.out
    assert "1 run unfinished" in called.out


def test_random_kills_leave_readable_histories(runs):
    """Cut files anywhere: what is whole is read, what is not is told, and each folder is one of both."""
    folder = next(runs.iterdir())
    whole = folder / "20260101T000000Z-0000"
    rng = random.Random(7)
    for k in range(60):
        copy = folder / f"20260201T0000{k:02d}Z-{k:04d}"
        shutil.copytree(whole, copy)
        for name in rng.sample(["results.json", "summary.json", "outcomes.parquet"], rng.randint(0, 2)):
            with (copy / name).open("r+b") as file:
                file.truncate(rng.randint(0, max((copy / name).stat().st_size - 2, 0)))
    found = history(runs)
    assert len(found.projects[0].runs) + len(found.unread) == 63
    assert call("history", runs).code == 0


def test_folders_projects_and_one_run(runs, monkeypatch):
    monkeypatch.chdir(runs.parent)
    folder = next(runs.iterdir())
    for named in ("reports", folder, folder / "20260101T000000Z-0000", "small", "Small"):
        assert call("history", named).code == 0, named
    assert call("history").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["smal"], "did you mean 'small'?"),
        (["reports", "--metric", "acuracy"], "did you mean 'accuracy'?"),
        (["reports", "--format", "markdown"], "there are terminal, html, md"),
        (["spec.yaml"], "no folder 'spec.yaml'"),
        (["reports", "--last", "0"], "--last"),
        (["empty"], "no runs"),
    ],
)
def test_a_strangers_mistakes(runs, monkeypatch, arguments, told):
    monkeypatch.chdir(runs.parent)
    (runs.parent / "empty").mkdir()
    called = call("history", *arguments)
    shown = " ".join(called.err.replace("│", " ").split())  # usage errors are drawn in a box
    assert (called.code, told in shown) == (2, True), called.err


def test_metric_and_gate_choose(runs):
    out = call("history", runs, "--metric", "accuracy", "--gate", "f1").out
    assert "accuracy at least" not in out
    assert "F1 at least 0.1" in out
    assert "Accuracy" in out


def test_html_has_a_chart_and_a_policy(runs, tmp_path):
    page = tmp_path / "h.html"
    assert call("history", runs, "--format", "html", "--out", page).code == 0
    text = page.read_text()
    assert "<svg" in text
    assert "Content-Security-Policy" in text
    assert "<script" not in text
    assert " style=" not in text


def test_markdown_goes_to_standard_output(runs):
    out = call("history", runs, "--format", "md").out
    assert out.startswith("## ✓ small")
    assert "|---|" in out
    assert "\\|" not in out


def test_a_hostile_project_name_is_text(runs, tmp_path):
    for file in runs.glob("*/*/*.json"):
        known = json.loads(file.read_text())
        file.write_text(json.dumps(known | {"project": "<script>alert(1)</script> \x1b[31m"}))
    assert "\x1b" not in call("history", runs).out
    page = tmp_path / "h.html"
    call("history", runs, "--format", "html", "--out", page)
    assert "<script>alert" not in page.read_text()


def test_decisions_stand_beside_their_runs(project, tmp_path):
    folder = run(project(), tmp_path / "reports", formats="md").folder
    assert "Decided" not in call("history", tmp_path / "reports").out
    made = call("decide", folder, "--go", "--by", "Head of Search", "--reason", "All gates pass.")
    assert made.code == 0, made.err
    line = next(row for row in call("history", tmp_path / "reports").out.splitlines() if "✓ GO  " in row)
    assert line.endswith("go by Head of Search")
    next(folder.glob("decisions/*/decision.json")).write_text("{")
    assert "cannot be read" in call("history", tmp_path / "reports").out


def test_sparklines():
    assert sparkline([0, 1, None, 0.5]) in ("▁█·▄", "▁█·▅")
    assert sparkline([3, 3]) == "▄▄"
    assert sparkline([]) == ""


def test_a_run_remembers_those_before_it(project, tmp_path):
    """Verdicts and the primary metric, also of runs that have no summary; runs of other projects are not its own."""
    spec, out = project(), tmp_path / "reports"
    first = run(spec, out, formats="json,html")
    assert first.results["history"] == []
    assert 'id="history"' not in (first.folder / "report.html").read_text()
    (first.folder / "summary.json").unlink()
    second, third = run(spec, out, formats="json"), run(spec, out, formats="html")
    remembered = third.results["history"]
    # Runs of the same second have an order, but not that of time.
    assert {one["run"] for one in remembered} == {one.results["run"]["id"] for one in (first, second)}
    accuracy = first.measurement(metric="accuracy", slice="all", split="test", model="candidate")
    (known,) = [one["values"] for one in remembered if one["run"] == first.results["run"]["id"]]
    assert known[-1] == {key: accuracy[key] for key in ("split", "value", "low", "high")}
    page = (third.folder / "report.html").read_text()
    assert 'id="history"' in page
    assert page.count("in 3 runs: from") == 1
    assert call("verify", third.folder).code == 0


def test_what_is_no_run_is_not_remembered(project, tmp_path):
    """A folder that a killed run left, and one that holds something else."""
    spec, out = project(), tmp_path / "reports"
    first = run(spec, out, formats="html")
    (first.folder / "summary.json").write_text("{")
    (first.folder / "results.json").write_text("no JSON")
    (first.folder.parent / "20200101T000000Z-dead").mkdir()
    assert run(spec, out, formats="html").results["history"] == []
