"""Decisions on a run: who decided what and why. Each is a folder of its own beside the report, never overwritten."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field

from specgen.frozen import Frozen
from specgen.record.digests import write_sums
from specgen.record.folder import FolderError, publish, write_file
from specgen.record.leftovers import UNFINISHED, held, remove_leftovers
from specgen.verdict.judged import Decision

FOLDER, FILE, REPORT = "decisions", "decision.json", "report.pdf"
ATTACHED = "decision-"

Choice = Literal["go", "no-go", "conditional"]


class Signer(Frozen):
    """A certificate that a decision's PDF is signed with."""

    name: str = Field(description="Common name of the certificate.")
    sha256: str = Field(
        description="Of the certificate's DER bytes: what tells it from one of the same name."
    )


class RecordedDecision(Frozen):
    """One decision (decision.json, format 1). It names what it is about, and the decision before it, by digest."""

    specgen: Literal[1] = 1
    number: int = Field(ge=1, description="1 for the first decision on the run.")
    project: str
    run: str
    verdict: Decision = Field(description="What the report says.")
    decision: Choice
    by: str
    reason: str
    conditions: tuple[str, ...] = ()
    decided: AwareDatetime = Field(description="By the clock of the machine, in UTC.")
    expires: date | None = Field(default=None, description="Last day on which it holds.")
    override: str | None = Field(default=None, description="Why it was made against what stood in its way.")
    overridden: tuple[str, ...] = Field(default=(), description="What stood in its way.")
    results_sha256: str
    previous_sha256: str | None = Field(default=None, description="Of the decision.json before this one.")
    signers: tuple[Signer, ...] = Field(default=(), description="Whose signatures the PDF beside it has.")


def to_json(decision: RecordedDecision) -> str:
    """The decision as decision.json."""
    return decision.model_dump_json(indent=1) + "\n"


def attached_name(number: int) -> str:
    """Its name among the files of a run: `decision-001.json`."""
    return f"{ATTACHED}{number:03d}.json"


def folders(run: Path) -> tuple[Path, ...]:
    """Folders of a run's decisions, in order."""
    place = run / FOLDER
    if not place.is_dir():
        return ()
    return tuple(sorted(one for one in place.iterdir() if one.is_dir() and one.name.isdecimal()))


def decision_texts(run: Path) -> dict[str, str]:
    """Texts of a run's decisions by the names under which a PDF carries them.

    Raises FolderError when one of them cannot be read.
    """
    try:
        return {
            attached_name(int(one.name)): (one / FILE).read_bytes().decode("utf-8") for one in folders(run)
        }
    except OSError as error:
        raise FolderError(f"{error.filename}: cannot read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FolderError(f"{run / FOLDER}: a decision.json is damaged") from error


def decisions_of(files: Mapping[str, str]) -> tuple[RecordedDecision, ...]:
    """The decisions among a run's files. Raises FolderError when one is none of ours."""
    found = []
    for name in sorted(name for name in files if name.startswith(ATTACHED)):
        try:
            found.append(RecordedDecision.model_validate_json(files[name]))
        except ValueError as error:
            raise FolderError(f"{name}: not a decision of format 1") from error
    return tuple(found)


def digest(text: str) -> str:
    """Hexadecimal digest of a decision's file."""
    return sha256(text.encode("utf-8")).hexdigest()


def record(run: Path, decision: RecordedDecision, pdf: bytes) -> Path:
    """Write a decision and its PDF as `decisions/001`, whole or not at all.

    Raises FolderError when it cannot be written, or another of the same number came first.
    """
    place = run / FOLDER
    try:
        place.mkdir(exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=place))
    except OSError as error:
        raise FolderError(f"{place}: cannot write the decision: {error.strerror}") from error
    with held(temporary):
        remove_leftovers(place)
        try:
            write_file(temporary, FILE, to_json(decision))
            write_file(temporary, REPORT, pdf)
            write_sums(temporary, (FILE, REPORT))
            return publish(temporary, f"{decision.number:03d}")
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
