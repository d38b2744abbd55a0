"""Whether a run still is what it was: its files, its inputs, its decisions and their signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from specgen.pipeline.verify_pdf import lone_pdf_checked, pdf_checked
from specgen.record.checked import Checked, file_checked, sums_checked
from specgen.record.decision import FILE, FOLDER, REPORT, RecordedDecision, attached_name, folders
from specgen.record.folder import RESULTS, SPEC, FolderError, read_result
from specgen.record.keys import needs_pyhanko, read_certificates
from specgen.record.result import Result
from specgen.record.runs import find_run

REPORT_PDF = "report.pdf"


def verified(source: Path, folder: Path | None, trust: Sequence[Path] | None) -> list[Checked]:
    """What is found of a run, or of a PDF report by itself. `trust` names files of certificates.

    A PDF's data is looked at only where `folder` says where it is: what lies about here may be of another run.
    Raises FolderError, and KeyFileError for a certificate that cannot be read.
    """
    trusted = None
    if trust:
        with needs_pyhanko():
            trusted = read_certificates(trust)
    if source.is_file() and source.suffix.lower() == ".pdf":
        result, found = lone_pdf_checked(source, trusted)
        return [*found, *inputs_checked(result, folder)] if result and folder else found
    return list(run_checked(find_run(source), folder, trusted))


def run_checked(run: Path, folder: Path | None, trusted: Sequence[Any] | None) -> Iterator[Checked]:
    """Everything that belongs to a run; `folder` is the spec's where it is not found by itself.

    `trusted` are certificates to hold signatures against; None where there are none to hold them against.
    """
    must = (RESULTS,) if _is_alone(run) else (RESULTS, SPEC)
    yield from sums_checked(run, "", must)
    try:
        result = read_result(run)
    except FolderError:
        yield Checked("changed", RESULTS, "is no longer a result that can be read")
        return
    if (run / SPEC).is_file():
        yield file_checked(
            run / SPEC, result.run.spec_sha256, SPEC, "the spec that results.json was judged by"
        )
    yield from inputs_checked(result, folder or spec_folder(result, run))
    files = {name: (run / name).read_bytes() for name in (RESULTS, SPEC) if (run / name).is_file()}
    yield from _decisions_checked(run, files, trusted)
    if (run / REPORT_PDF).is_file():
        yield from _attached_alone(run, files)


def _is_alone(run: Path) -> bool:
    """Whether results.json is all there is, as `--format json` writes it."""
    return [one.name for one in run.iterdir() if one.is_file()] == [RESULTS]


def spec_folder(result: Result, run: Path) -> Path | None:
    """Where the spec lay when it ran: from here, or from a folder above the run's; None where it is not found."""
    written = Path(result.run.spec)
    places = [Path(), *run.resolve().parents]
    return next((place / written.parent for place in places if (place / written).is_file()), None)


def inputs_checked(result: Result, folder: Path | None) -> Iterator[Checked]:
    """The spec, data, predictions and model files that a run read, where they lie now."""
    spec = Path(result.run.spec)
    if folder is None:
        files = f"{len(result.run.inputs)} files that the run read"
        yield Checked("unknown", str(spec), f"is not found, nor the {files}; name its folder with --folder")
        return
    yield file_checked(folder / spec.name, result.run.spec_sha256, f"{spec} (spec)", "as it was when it ran")
    for one in result.run.inputs:
        what = f"{one.path} ({one.role})"
        yield file_checked(folder / one.path, one.sha256, what, "as it was when it ran")
    if result.run.templates is not None:
        for file in result.run.templates.files:
            path = f"{result.run.templates.folder}/{file.path}"
            yield file_checked(folder / path, file.sha256, f"{path} (templates)", "as it was when it ran")


def _decisions_checked(
    run: Path, files: Mapping[str, bytes], trusted: Sequence[Any] | None
) -> Iterator[Checked]:
    carried, previous = dict(files), None
    if trusted is not None and not folders(run):
        yield Checked("unknown", FOLDER, "there are none, and so nothing is signed by a trusted certificate")
    for place in folders(run):
        what = f"{FOLDER}/{place.name}"
        yield from sums_checked(place, f"{what}/", (FILE, REPORT))
        try:
            raw = (place / FILE).read_bytes()
            decision = RecordedDecision.model_validate_json(raw)
        except (OSError, ValueError):
            yield Checked("changed", f"{what}/{FILE}", "is no longer a decision that can be read")
            continue
        carried[attached_name(int(place.name))] = raw
        if decision.number != int(place.name) or decision.previous_sha256 != previous:
            yield Checked("changed", f"{what}/{FILE}", "does not follow from the decision before it")
        if decision.results_sha256 != sha256(files[RESULTS]).hexdigest():
            yield Checked("changed", f"{what}/{FILE}", "was made about another results.json")
        previous = sha256(raw).hexdigest()
        if (place / REPORT).is_file():
            yield from pdf_checked(
                (place / REPORT).read_bytes(), f"{what}/{REPORT}", trusted, carried, decision
            )


def _attached_alone(run: Path, files: Mapping[str, bytes]) -> Iterator[Checked]:
    """The report that the run wrote; its decisions are looked at where they lie."""
    decisions = {
        attached_name(int(one.name)): (one / FILE).read_bytes()
        for one in folders(run)
        if (one / FILE).is_file()
    }
    yield from pdf_checked((run / REPORT_PDF).read_bytes(), REPORT_PDF, None, {**files, **decisions}, None)
