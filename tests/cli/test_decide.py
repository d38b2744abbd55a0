"""`specgen decide` and `specgen keys`: what is recorded, what is refused, and what the signed report keeps."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import BINARY_SPEC, call, run
from pdf_checks import broken_rules, claim, reader

Project = Callable[..., Path]

DECISION = "decision: {approvers: [Head of Search, Safety], expires_days: 90}\n"
GO = BINARY_SPEC + DECISION
NO_GO = GO.replace("at_least: 0.5", "at_least: 0.95")
OPEN = GO.replace("at_least: 0.5", "at_least: 0.75")
PASSWORD = "correct horse"


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPECGEN_KEY_PASSWORD", PASSWORD)
    file = tmp_path / "anna.p12"
    assert call("keys", "new", file, "--name", "Anna Meier").code == 0
    return file


def ran(project: Project, tmp_path: Path, spec: str = GO, formats: str = "pdf") -> Path:
    folder = run(project(spec), tmp_path / "reports", formats=formats).folder
    assert folder is not None
    return folder


def recorded(folder: Path, number: int = 1) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / f"decisions/{number:03d}/decision.json").read_text())
    return found


def test_a_decision_is_recorded_beside_the_run(project: Project, tmp_path: Path) -> None:
    folder = ran(project, tmp_path)
    called = call("decide", folder, "--go", "--by", "Safety", "--reason", "All gates pass.")
    assert called.code == 0, called.err
    found = recorded(folder)
    assert (found["decision"], found["by"], found["verdict"]) == ("go", "Safety", "go")
    assert found["reason"] == "All gates pass."
    day = datetime.fromisoformat(str(found["decided"])).astimezone(UTC).date()
    assert found["expires"] == (day + timedelta(days=90)).isoformat()
    assert str(folder / "decisions/001/report.pdf") in called.out
    assert "not signed" in called.out


@pytest.mark.parametrize(
    ("spec", "choice", "code", "told"),
    [
        (NO_GO, ["--go"], 1, "the report says no-go: Accuracy is 0.75"),
        (NO_GO, ["--conditional", "--condition", "Watch it."], 1, "the report says no-go"),
        (OPEN, ["--go"], 3, "the report does not settle it"),
    ],
)
def test_a_go_that_the_report_does_not_bear_needs_an_override(
    project: Project, tmp_path: Path, spec: str, choice: list[str], code: int, told: str
) -> None:
    folder = ran(project, tmp_path, spec)
    asked = ["decide", folder, *choice, "--by", "Safety", "--reason", "We must."]
    refused = call(*asked)
    assert refused.code == code
    assert told in refused.err
    assert "--override" in refused.err
    assert not (folder / "decisions").exists()
    overridden = call(*asked, "--override", "The board takes the risk.")
    assert overridden.code == 0
    assert f"overridden: {told.split(':')[0]}" in overridden.out
    found = recorded(folder)
    assert found["override"] == "The board takes the risk."
    assert len(found["overridden"]) == 1  # type: ignore[arg-type]
    text = reader((folder / "decisions/001/report.pdf").read_bytes()).pages[-1].extract_text()
    assert "The board takes the risk." in text


def test_what_no_verdict_forbids_needs_no_override(project: Project, tmp_path: Path) -> None:
    folder = ran(project, tmp_path, OPEN)
    by = ["--by", "Safety", "--reason", "Too few rows."]
    assert call("decide", folder, "--conditional", "--condition", "500 more rows.", *by).code == 0
    assert call("decide", folder, "--no-go", *by).code == 0
    assert call("decide", folder, "--no-go", *by, "--override", "Why not.").code == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--go", "--by", "Safty", "--reason", "x"], "none of the spec's decision.approvers; did you mean 'Safety'?"),
        (["--go", "--by", "Safety", "--reason", "x", "--expires", "2999-01-01"], "lets a decision hold 90 days"),
        (["--go", "--by", "Safety", "--reason", "x", "--expires", "2020-01-01"], "is over"),
        (["--go", "--by", "Safety", "--reason", "x", "--expires", "soon"], "no date like"),
        (["--go", "--by", "Safety", "--reason", " "], "nothing is said"),
        (["--by", "Safety", "--reason", "x"], "say one of"),
        (["--go", "--no-go", "--by", "Safety", "--reason", "x"], "say one of"),
        (["--conditional", "--by", "Safety", "--reason", "x"], "needs a --condition"),
        (["--go", "--condition", "a", "--by", "Safety", "--reason", "x"], "conditions go with"),
        (["--go", "--by", "Safety", "--reason", "x", "--key", "nothing.p12"], "cannot read the key"),
        (["--go", "--by", "Safety", "--reason", "x", "--key", "spec.yaml"], "cannot read the key"),
        (["--go", "--by", "Safety", "--reason", "x", "--key", "pkcs11:object=a"], "pkcs11"),
    ],
)  # fmt: skip
def test_wrong_commands_are_told_and_record_nothing(
    project: Project, tmp_path: Path, options: list[str], told: str
) -> None:
    folder = ran(project, tmp_path, formats="html")
    called = call("decide", folder, *options)
    assert called.code == 2
    assert told in " ".join(called.err.replace("│", " ").split())
    assert not (folder / "decisions").exists()


def test_decisions_follow_each_other_and_the_report_shows_them(project: Project, tmp_path: Path) -> None:
    folder = ran(project, tmp_path)
    assert "Decision\nby Head of Search and Safety, for 90 days" in _first_page(folder / "report.pdf")
    for choice, by in (("--go", "Safety"), ("--no-go", "Safety"), ("--go", "Head of Search")):
        assert call("decide", folder, choice, "--by", by, "--reason", "Seen.").code == 0
    assert [recorded(folder, k)["number"] for k in (1, 2, 3)] == [1, 2, 3]
    assert call("report", folder, "--format", "html,pdf").code == 0
    for text in (_first_page(folder / "report.pdf"), (folder / "report.html").read_text()):
        assert "No-go by Safety" in text
        assert "Go by Head of Search" in text
        assert "yet to decide" not in text
    assert (folder / "report.html").read_text().count('class="decided"') == 3
    assert call("verify", folder).code == 0


def _first_page(pdf: Path) -> str:
    return reader(pdf.read_bytes()).pages[0].extract_text()


def test_the_signed_report_keeps_what_it_claims(project: Project, tmp_path: Path, key: Path) -> None:
    folder = ran(project, tmp_path)
    called = call("decide", folder, "--go", "--by", "Safety", "--reason", "Größe ≥ 0.5", "--key", key)
    assert called.code == 0, called.err
    pdf = (folder / "decisions/001/report.pdf").read_bytes()
    assert claim(pdf) == ("3", "U")
    assert broken_rules(pdf, "3u") == []
    assert broken_rules(pdf, "ua1") == []
    carried = {name: data for name, (data,) in reader(pdf).attachments.items()}
    assert carried["results.json"] == (folder / "results.json").read_bytes()
    assert carried["spec.yaml"] == (folder / "spec.yaml").read_bytes()
    assert carried["decision-001.json"] == (folder / "decisions/001/decision.json").read_bytes()
    page = reader(pdf).pages[-1].extract_text()
    assert "Go by Safety" in page
    assert "Signed by" in page
    assert "Anna Meier" in page


def test_a_notebook_which_has_an_event_loop_signs_and_verifies_too(
    project: Project, tmp_path: Path, key: Path
) -> None:
    folder = ran(project, tmp_path)

    async def cell() -> tuple[int, int]:
        signed = call("decide", folder, "--go", "--by", "Safety", "--reason", "Good.", "--key", key)
        return signed.code, call("verify", folder / "decisions/001/report.pdf").code

    # In a thread, since a browser of other tests may keep a loop of its own in this one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, cell()).result() == (0, 0)


def test_keys_are_for_their_owner_and_never_overwritten(key: Path, tmp_path: Path) -> None:
    assert key.stat().st_mode & 0o077 == 0
    before = key.read_bytes()
    again = call("keys", "new", key, "--name", "Anna Meier")
    assert again.code == 2
    assert "there is a file already" in again.err
    assert key.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["anna.crt", "anna.p12"]


def test_a_wrong_or_missing_password_is_told(
    project: Project, tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ran(project, tmp_path, formats="html")
    asked = ["decide", folder, "--go", "--by", "Safety", "--reason", "x", "--key", key]
    monkeypatch.setenv("SPECGEN_KEY_PASSWORD", "wrong")
    assert "the key's password is wrong" in call(*asked).err
    monkeypatch.delenv("SPECGEN_KEY_PASSWORD")
    assert "set SPECGEN_KEY_PASSWORD" in call(*asked).err
    assert not (folder / "decisions").exists()


def test_a_run_is_found_by_its_project(project: Project, tmp_path: Path) -> None:
    old, new = ran(project, tmp_path, formats="html"), ran(project, tmp_path, formats="html")
    latest = max(old, new)
    for path in (latest.parent, latest.parent / "latest", latest / "results.json"):
        assert call("decide", path, "--no-go", "--by", "Safety", "--reason", "x").code == 0
    assert len(list((latest / "decisions").iterdir())) == 3
    wrong = call("decide", tmp_path / "reports", "--no-go", "--by", "Safety", "--reason", "x")
    assert wrong.code == 2
    assert "there are runs in small" in wrong.err


def test_a_run_that_has_changed_is_not_decided_on(project: Project, tmp_path: Path) -> None:
    folder = ran(project, tmp_path, NO_GO, formats="html")
    results = folder / "results.json"
    results.write_text(results.read_text().replace('"verdict": "no-go"', '"verdict": "go"', 1))
    called = call("decide", folder, "--go", "--by", "Safety", "--reason", "All gates pass.")
    assert called.code == 1
    assert "has changed since the run" in called.err
