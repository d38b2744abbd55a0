"""Whether a PDF report still is what it was: its signatures, and the files that it carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from specgen.record.checked import Checked, file_checked
from specgen.record.decision import RecordedDecision, decisions_of
from specgen.record.digests import DamagedSumsError, read_sums
from specgen.record.folder import RESULTS, SPEC, FolderError
from specgen.record.keys import INSTALL, KeyFileError, needs_pyhanko
from specgen.record.result import Result
from specgen.record.signing import DamagedPdfError, attachments, signatures

DAMAGED = "is damaged: it can no longer be read as a PDF file"


def pdf_checked(
    pdf: bytes, what: str, trusted: Sequence[Any] | None, files: Mapping[str, bytes],
    decision: RecordedDecision | None,
) -> Iterator[Checked]:  # fmt: skip
    """A PDF beside its run: what it carries against `files`, and its signatures against the decision's signers."""
    try:
        with needs_pyhanko():
            carried = attachments(pdf)
        if decision is not None:
            yield from signatures_checked(pdf, what, trusted, decision)
    except KeyFileError:
        yield Checked("unknown", what, f"was not opened to see its attachments and signatures: {INSTALL}")
        return
    except DamagedPdfError:
        yield Checked("changed", what, DAMAGED)
        return
    for name in (RESULTS, *carried):
        if carried.get(name) != files.get(name):
            yield Checked("changed", what, f"carries another {name} than the run has")


def lone_pdf_checked(file: Path, trusted: Sequence[Any] | None) -> tuple[Result | None, list[Checked]]:
    """A PDF by itself: its signatures, and whether the files that it carries belong together.

    Gives the result that it carries, so that the data can be looked at too. Raises FolderError.
    """
    try:
        pdf = file.read_bytes()
    except OSError as error:
        raise FolderError(f"{file}: cannot read: {error.strerror}") from error
    listed = list(_listed(file))
    try:
        with needs_pyhanko():
            carried = attachments(pdf)
        result, found = _belonging(carried, file.name)
        decisions = decisions_of(
            {name: raw.decode("utf-8") for name, raw in carried.items() if name != RESULTS}
        )
        last = decisions[-1] if decisions else None
        signed = list(signatures_checked(pdf, file.name, trusted, last))
    except KeyFileError:
        return None, [*listed, Checked("unknown", file.name, f"was not opened: {INSTALL}")]
    except (DamagedPdfError, FolderError, UnicodeDecodeError):
        return None, [*listed, Checked("changed", file.name, DAMAGED)]
    if not signed and not listed:
        text = "is not signed, so that nothing shows whether it is as it was written"
        signed = [Checked("unknown", file.name, text)]
    return result, [*listed, *signed, *found]


def _listed(file: Path) -> Iterator[Checked]:
    """The PDF against the SHA256SUMS beside it, where that lists it."""
    try:
        known = read_sums(file.parent) or {}
    except DamagedSumsError:
        return
    if file.name in known:
        yield file_checked(file, known[file.name], file.name, "as it was written")


def _belonging(carried: Mapping[str, bytes], what: str) -> tuple[Result | None, list[Checked]]:
    """Whether results, spec and decisions that a PDF carries are about each other."""
    if RESULTS not in carried:
        return None, [
            Checked("unknown", what, f"carries no {RESULTS}; it is no report of specgen, or an old one")
        ]
    try:
        result = Result.model_validate_json(carried[RESULTS])
    except ValueError:
        return None, [Checked("changed", what, f"carries a {RESULTS} that can no longer be read")]
    found = [Checked("same", RESULTS, f"attached, of run {result.run.id}")]
    if SPEC in carried:
        same = sha256(carried[SPEC]).hexdigest() == result.run.spec_sha256
        text = "attached, the spec of that run" if same else "attached, is not the spec of that run"
        found.append(Checked("same" if same else "changed", SPEC, text))
    previous = None
    for name in sorted(name for name in carried if name not in (RESULTS, SPEC)):
        try:
            decision = RecordedDecision.model_validate_json(carried[name])
        except ValueError:
            found.append(Checked("changed", name, "attached, can no longer be read as a decision"))
            continue
        same = decision.results_sha256 == sha256(carried[RESULTS]).hexdigest()
        same &= decision.previous_sha256 == previous
        text = f"attached, {decision.decision} by {decision.by}"
        found.append(
            Checked("same" if same else "changed", name, text if same else f"{text}, is about something else")
        )
        previous = sha256(carried[name]).hexdigest()
    return result, found


def signatures_checked(
    pdf: bytes, what: str, trusted: Sequence[Any] | None, decision: RecordedDecision | None
) -> Iterator[Checked]:
    """Signatures of a PDF, which are to be those that the decision names. Raises DamagedPdfError."""
    found = signatures(pdf, trusted or ())
    for one in found:
        who = f"signed by {one.signer.name}, certificate SHA-256 {one.signer.sha256}"
        if one.wrong:
            yield Checked("changed", what, f"{who}: {one.wrong}")
        elif trusted is not None and not one.trusted:
            yield Checked("changed", what, f"{who}, which is none of the trusted certificates")
        else:
            known = "" if trusted is not None else "; compare it with the signer's, or give that with --trust"
            yield Checked("same", what, f"{who}{known}")
    if trusted is not None and not found:
        yield Checked("unknown", what, "is not signed, and so not by a trusted certificate")
    if decision is None:
        return
    if sorted(one.signer.sha256 for one in found) != sorted(one.sha256 for one in decision.signers):
        yield Checked("changed", what, _others(decision))
    yield from _expired(decision, what)


def _others(decision: RecordedDecision) -> str:
    names = ", ".join(signer.name for signer in decision.signers)
    if not names:
        return "is signed, although its decision names no signature"
    place = f"decisions/{decision.number:03d}/report.pdf"
    return f"has not the signatures that its decision names ({names}); the signed copy is the run's {place}"


def _expired(decision: RecordedDecision, what: str) -> Iterator[Checked]:
    if decision.expires and decision.expires < datetime.now(UTC).date():
        yield Checked("note", what, f"its decision held until {decision.expires}, and has to be made again")
