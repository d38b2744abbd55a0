"""`specgen verify`: a changed byte anywhere is told, a run as it was passes, and what cannot be checked is said."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import BINARY_SPEC, binary_rows, call, run, write_csv
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_checks import reader

from specgen.record.keys import new_key, opened_key
from specgen.record.signing import sign

PASSWORD = "correct horse"
MODEL = "import pandas as pd\n\n\ndef predict(rows):\n    return pd.DataFrame({'p': ['no'] * len(rows), 's': [0.1] * len(rows)})\n"
SPEC = BINARY_SPEC + "decision: {approvers: [Head of Search, Safety]}\n"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a project with a live model for baseline, run once and decided on twice, by two signers."""
    place = tmp_path_factory.mktemp("decided")
    write_csv(place / "test.csv", binary_rows())
    (place / "model.py").write_text(MODEL)
    (place / "spec.yaml").write_text(
        SPEC.replace(
            "models:\n", "models:\n  live: {python: 'model:predict', features: [region], files: [model.py]}\n"
        ).replace("metrics:", "candidate: candidate\nmetrics:")
    )
    folder = run(place / "spec.yaml", place / "reports", formats="html,pdf").folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPECGEN_KEY_PASSWORD", PASSWORD)
        for name, by in (("anna", "Safety"), ("bert", "Head of Search")):
            key = place / f"{name}.p12"
            assert call("keys", "new", key, "--name", name).code == 0
            decided = call("decide", folder, "--go", "--by", by, "--reason", "Seen.", "--key", key)
            assert decided.code == 0, decided.err
        yield place


def the_run(place: Path) -> Path:
    return next(iter((place / "reports").glob("*/*")))


def files_of(place: Path) -> list[Path]:
    """What must not change: everything in the run's folder, and what the run read."""
    written = [file for file in sorted(the_run(place).rglob("*")) if file.is_file()]
    return [*written, place / "spec.yaml", place / "test.csv", place / "model.py"]


def test_a_run_as_it_was_passes(decided: Path) -> None:
    called = call("verify", the_run(decided))
    assert called.code == 0, called.out
    assert "✓ test.csv (data.test)" in called.out
    assert "✓ model.py (models.live)" in called.out
    assert "signed by bert" in called.out
    assert "Nothing changed." in called.out


@settings(max_examples=50)
@given(data=st.data())
def test_a_changed_byte_of_a_run_is_told(decided: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(files_of(decided)))
    before = file.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    other = before[at] ^ data.draw(st.integers(1, 255))
    try:
        file.write_bytes(before[:at] + bytes([other]) + before[at + 1 :])
        called = call("verify", the_run(decided))
    finally:
        file.write_bytes(before)
    assert called.code == 1, f"byte {at} of {file.name} changed from {before[at]} to {other}\n{called.out}"
    assert "✕" in called.out


@settings(max_examples=100)
@given(data=st.data())
def test_a_changed_byte_of_a_report_that_was_sent_around_is_told(
    decided: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    pdf = (the_run(decided) / "decisions/002/report.pdf").read_bytes()
    signature = pdf.rindex(b"/Contents <")
    at = data.draw(st.one_of(st.integers(0, len(pdf) - 1), st.integers(signature, signature + 2000)))
    other = pdf[at] ^ data.draw(st.integers(1, 255))
    sent = tmp_path_factory.getbasetemp() / "sent.pdf"
    sent.write_bytes(pdf[:at] + bytes([other]) + pdf[at + 1 :])
    called = call("verify", sent)
    assert called.code == 1, f"byte {at} changed from {pdf[at]} to {other}\n{called.out}"


def test_every_byte_that_holds_the_signature_counts(decided: Path) -> None:
    """No signature covers its own bytes: spelled otherwise, or filled up otherwise, they would say the same."""
    from specgen.record.signing import signatures

    pdf = (the_run(decided) / "decisions/001/report.pdf").read_bytes()
    start = pdf.rindex(b"/Contents <") + len(b"/Contents <")
    end = pdf.index(b">", start)
    lower = pdf[:start] + pdf[start:end].lower() + pdf[end:]
    filled = pdf[: end - 1] + b"1" + pdf[end:]
    assert [one.wrong for one in signatures(pdf)] == [""]
    for other in (lower, filled):
        assert [one.wrong for one in signatures(other)] == ["the signature itself is not as it was written"]


def test_a_report_sent_around_passes_and_says_who_signed(decided: Path, tmp_path: Path) -> None:
    sent = Path(shutil.copy(the_run(decided) / "decisions/002/report.pdf", tmp_path / "sent.pdf"))
    called = call("verify", sent)
    assert called.code == 0, called.out
    assert "signed by bert" in called.out
    assert "compare it with the signer's" in called.out
    assert "attached, go by Safety" in called.out
    assert call("verify", sent, "--folder", decided).code == 0
    assert call("verify", sent, "--trust", decided / "bert.crt").code == 0
    stranger = call("verify", sent, "--trust", decided / "anna.crt")
    assert stranger.code == 1
    assert "none of the trusted certificates" in stranger.out


def test_data_beside_a_report_that_was_sent_around(decided: Path, tmp_path: Path) -> None:
    sent = Path(shutil.copy(the_run(decided) / "decisions/002/report.pdf", tmp_path / "sent.pdf"))
    for name in ("spec.yaml", "model.py", "test.csv"):
        shutil.copy(decided / name, tmp_path / name)
    assert call("verify", sent, "--folder", tmp_path).code == 0
    (tmp_path / "test.csv").write_text("id\n")
    called = call("verify", sent, "--folder", tmp_path)
    assert called.code == 1
    assert "✕ test.csv (data.test): is no longer as it was when it ran" in called.out
    (tmp_path / "test.csv").unlink()
    called = call("verify", sent, "--folder", tmp_path)
    assert called.code == 3
    assert "? test.csv (data.test): is not there" in called.out


def test_a_signature_that_is_taken_off_is_missed(decided: Path, tmp_path: Path) -> None:
    pdf = (the_run(decided) / "decisions/001/report.pdf").read_bytes()
    unsigned = pdf[: pdf.index(b"%%EOF\n") + len(b"%%EOF\n")]
    (tmp_path / "sent.pdf").write_bytes(unsigned)
    called = call("verify", tmp_path / "sent.pdf")
    assert called.code == 1
    assert "has not the signatures that its decision names (anna)" in called.out


def test_somebody_elses_signature_on_top_is_told(decided: Path, tmp_path: Path) -> None:
    new_key(tmp_path / "eve.p12", "anna", 30, None)
    with opened_key(str(tmp_path / "eve.p12"), None) as eve:
        pdf = (the_run(decided) / "decisions/001/report.pdf").read_bytes()
        with pytest.raises(Exception, match="Decision1"):
            sign(pdf, [eve], "go")
        unsigned = pdf[: pdf.index(b"%%EOF\n") + len(b"%%EOF\n")]
        (tmp_path / "sent.pdf").write_bytes(sign(unsigned, [eve], "go"))
    called = call("verify", tmp_path / "sent.pdf")
    assert called.code == 1
    assert "has not the signatures that its decision names" in called.out


def test_who_is_to_have_signed_is_asked_for_by_trust(decided: Path, tmp_path: Path) -> None:
    """Else somebody could take the signatures away together with the decision's word of them."""
    trust = ["--trust", decided / "anna.crt", "--trust", decided / "bert.crt"]
    assert call("verify", the_run(decided), *trust).code == 0
    folder = run(decided / "spec.yaml", tmp_path / "out", formats="pdf").folder
    assert folder is not None
    assert call("verify", folder).code == 0
    assert call("verify", folder, *trust).code == 3
    assert call("decide", folder, "--go", "--by", "Safety", "--reason", "Seen.").code == 0
    assert call("verify", folder).code == 0
    unsigned = call("verify", folder, *trust)
    assert unsigned.code == 3
    assert "is not signed, and so not by a trusted certificate" in unsigned.out


def test_several_keys_sign_one_report(decided: Path, tmp_path: Path) -> None:
    again = Path(shutil.copytree(decided, tmp_path / "again"))
    keys = ["--key", again / "anna.p12", "--key", again / "bert.p12"]
    assert call("decide", the_run(again), "--no-go", "--by", "Safety", "--reason", "Both.", *keys).code == 0
    called = call("verify", the_run(again))
    assert called.code == 0, called.out
    told = [line for line in called.out.splitlines() if "decisions/003/report.pdf: signed by" in line]
    assert len(told) == 2


def test_what_is_lost_or_added_is_told(decided: Path, tmp_path: Path) -> None:
    for lost, told in (
        ("report.html", "✕ report.html: is gone"),
        ("SHA256SUMS", "? SHA256SUMS: is not there"),
        ("decisions/001/decision.json", "✕ decisions/001/decision.json: is gone"),
        ("decisions/002/report.pdf", "✕ decisions/002/report.pdf: is gone"),
    ):
        again = Path(shutil.copytree(decided, tmp_path / lost.replace("/", "-")))
        (the_run(again) / lost).unlink()
        called = call("verify", the_run(again))
        assert called.code == (3 if lost == "SHA256SUMS" else 1), called.out
        assert told in called.out
    again = Path(shutil.copytree(decided, tmp_path / "first"))
    shutil.rmtree(the_run(again) / "decisions/001")
    called = call("verify", the_run(again))
    assert called.code == 1
    assert "decisions/002/decision.json: does not follow from the decision before it" in called.out


def test_a_run_is_verified_from_anywhere(
    decided: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The spec is found from the folders above the run, as it was given from one of them."""
    again = Path(shutil.copytree(decided, tmp_path / "again"))
    shutil.rmtree(again / "reports")
    monkeypatch.chdir(again)
    run(Path("spec.yaml"), Path("reports"), formats="html")
    folder = the_run(again)
    monkeypatch.chdir(tmp_path)
    called = call("verify", folder)
    assert called.code == 0, called.out
    moved = Path(shutil.move(folder, tmp_path / "moved"))
    shutil.rmtree(again)
    called = call("verify", moved)
    assert called.code == 3
    assert "is not found" in called.out
    assert "--folder" in called.out


def test_results_alone_cannot_be_held_against_anything(decided: Path, tmp_path: Path) -> None:
    folder = run(decided / "spec.yaml", tmp_path / "out", formats="json").folder
    assert folder is not None
    assert [one.name for one in folder.iterdir()] == ["results.json"]
    called = call("verify", folder)
    assert called.code == 3
    assert "? SHA256SUMS: is not there, so that results.json could not be checked" in called.out


def test_a_spec_is_kept_byte_by_byte(decided: Path, tmp_path: Path) -> None:
    """Also with a byte order mark and line ends of Windows: its digest is that of the file."""
    shutil.copy(decided / "test.csv", tmp_path / "test.csv")
    spec = tmp_path / "spec.yaml"
    spec.write_bytes(b"\xef\xbb\xbf" + SPEC.replace("\n", "\r\n").encode())
    folder = run(spec, tmp_path / "out", formats="pdf").folder
    assert folder is not None
    assert (folder / "spec.yaml").read_bytes() == spec.read_bytes()
    assert call("decide", folder, "--go", "--by", "Safety", "--reason", "Seen.").code == 0
    called = call("verify", folder)
    assert called.code == 0, called.out
    pdf = (folder / "decisions/001/report.pdf").read_bytes()
    assert reader(pdf).attachments["spec.yaml"] == [spec.read_bytes()]


def test_sums_are_those_of_the_usual_tool(decided: Path) -> None:
    for folder in (the_run(decided), the_run(decided) / "decisions/001"):
        checked = subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"],
            cwd=folder, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_what_is_no_run_and_no_report(tmp_path: Path) -> None:
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7\nnothing\n")
    assert call("verify", tmp_path / "other.pdf").code == 1
    assert call("verify", tmp_path / "none.pdf").code == 2
    (tmp_path / "report.html").write_text("<!DOCTYPE html>")
    page = call("verify", tmp_path / "report.html")
    assert page.code == 2
    assert "give the run's folder" in page.err
    assert call("verify", tmp_path).code == 2


def test_without_the_extra_what_needs_no_signature_is_checked(decided: Path) -> None:
    """In a process that cannot import pyHanko."""
    program = (
        "import sys; sys.modules['pyhanko'] = None\n"
        "from specgen.cli.app import main\n"
        f"sys.argv[1:] = ['verify', {str(the_run(decided))!r}]\n"
        "main()\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert found.returncode == 3, found.stderr
    assert "✓ test.csv (data.test)" in found.stdout
    assert "pip install 'specgen[sign]'" in found.stdout
