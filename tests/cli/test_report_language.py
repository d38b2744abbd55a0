"""The language of a run's reports: from the spec, or from the command line."""

import json

from conftest import call, run


def test_reports_speak_the_language_of_the_spec(project):
    spec = project()
    folder = spec.parent
    spec.write_text(spec.read_text("utf-8") + "report: {language: de}\n", "utf-8")
    called = run(spec, folder / "out", "--format", "html")
    assert called.folder is not None
    assert called.results["about"]["language"] == "de"
    assert '<html lang="de">' in (called.folder / "report.html").read_text("utf-8")
    assert (
        call("report", called.folder, "--format", "html", "--language", "en", "--out", folder / "again").code
        == 0
    )
    assert '<html lang="en">' in (folder / "again" / "report.html").read_text("utf-8")


def test_the_command_line_is_stronger_and_results_stay_english(project):
    folder = project().parent
    english = run(folder / "spec.yaml", folder / "a", "--format", "html")
    german = run(folder / "spec.yaml", folder / "b", "--format", "html", "--language", "de")
    assert '<html lang="de">' in (german.folder / "report.html").read_text("utf-8")
    assert json.dumps(german.results["reasons"]) == json.dumps(english.results["reasons"])


def test_an_unknown_language_is_told_with_those_that_there_are(project):
    folder = project().parent
    called = call("run", folder / "spec.yaml", "--language", "fr", "--out", folder / "out")
    assert called.code == 2
    assert "no language 'fr'; there are en, de" in " ".join(called.err.split())
    spec = folder / "spec.yaml"
    spec.write_text(spec.read_text("utf-8") + "report: {language: german}\n", "utf-8")
    called = call("validate", spec)
    assert called.code == 2
    assert "report.language: expected en or de, got 'german'" in called.err
