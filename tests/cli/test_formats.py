"""`--format`: every format of a run and of a report."""

import json

import pytest
from conftest import call, run

FILES = {
    "html": "report.html", "pdf": "report.pdf", "md": "report.md", "junit": "junit.xml",
    "junit-strict": "junit-strict.xml", "csv": "measurements.csv", "parquet": "measurements.parquet",
    "card": "model-card.md",
}  # fmt: skip


def test_a_run_writes_all_formats_and_a_report_the_same_again(project):
    path = project()
    called = run(path, path.parent / "out", formats=",".join([*FILES, "json"]))
    assert called.code == 0
    beside = {"results.json", "spec.yaml", "SHA256SUMS", "summary.json", "outcomes.parquet"}
    beside = {"results.json", "spec.yaml", "summary.json", "outcomes.parquet", "SHA256SUMS"}
    assert {file.name for file in called.folder.iterdir()} == {*FILES.values(), *beside}
    again = path.parent / "again"
    assert call("report", called.folder, "--out", again, "--format", ",".join([*FILES, "json"])).code == 0
    assert {file.name for file in again.iterdir()} == {*FILES.values(), "results.json"}
    differ = [
        file.name for file in again.iterdir() if file.read_bytes() != (called.folder / file.name).read_bytes()
    ]
    assert differ == []


def test_only_what_is_asked_for(project):
    path = project()
    called = run(path, path.parent / "out", formats="md")
    beside = {"results.json", "spec.yaml", "SHA256SUMS", "summary.json", "outcomes.parquet"}
    beside = {"results.json", "spec.yaml", "summary.json", "outcomes.parquet", "SHA256SUMS"}
    assert {file.name for file in called.folder.iterdir()} == {"report.md", *beside}


def test_inconclusive_is_a_failure_on_demand(project):
    path = project()
    path.write_text(path.read_text().replace("at_least: 0.5", "at_least: 0.75"))
    called = run(path, path.parent / "out", formats="junit,junit-strict")
    assert called.code == 3
    assert "<skipped" in (called.folder / "junit.xml").read_text()
    assert "<failure" in (called.folder / "junit-strict.xml").read_text()


def test_results_that_are_there_stay(project):
    path = project()
    called = run(path, path.parent / "out")
    file = called.folder / "results.json"
    file.write_text(json.dumps(called.results))
    before = file.read_bytes()
    same = call("report", called.folder, "--format", "json")
    assert (same.code, same.out.strip()) == (0, str(file))
    assert file.read_bytes() == before


def test_results_of_another_run_are_not_overwritten(project):
    path = project()
    one, other = run(path, path.parent / "one"), run(path, path.parent / "other")
    before = (other.folder / "results.json").read_bytes()
    called = call("report", one.folder, "--out", other.folder, "--format", "json")
    assert called.code == 2
    assert "there is one already" in called.err
    assert (other.folder / "results.json").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "told"), [("junti", "did you mean 'junit'?"), ("docx", "there are html, pdf, md")]
)
def test_unknown_formats_are_told(project, name, told):
    called = call("run", project(), "--format", name)
    assert called.code == 2
    assert told in " ".join(called.err.replace("│", " ").split())
