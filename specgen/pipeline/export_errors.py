"""Errors, or labels in doubt, for people to look at; and a look at what they bring back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from specgen.diagnosis.errors.doubts import label_doubts
from specgen.diagnosis.errors.examples import error_rows, ids_of, slice_groups
from specgen.diagnosis.errors.found import ErrorCauses
from specgen.diagnosis.search.found import Finding
from specgen.diagnosis.search.losses import searched_uses
from specgen.inputs.errors import HAVE_ERRORS, RANDOM, Errors, read_errors, row_values
from specgen.inputs.live import Running
from specgen.inputs.load import load_inputs
from specgen.inputs.rows import Rows
from specgen.inputs.splits import kept_tables
from specgen.inputs.tag_files import FIRST, LONGEST_CELL, NOTE, TAG, TAGS, read_tags, tag_csv
from specgen.pipeline.check import checked_spec, open_checked
from specgen.pipeline.error_analysis import searched_split
from specgen.pipeline.error_rows import causes_of, confirmed, readable_columns, shown_columns
from specgen.pipeline.verify import inputs_checked, spec_folder
from specgen.record.folder import read_result
from specgen.record.result import Note
from specgen.record.runs import find_run
from specgen.spec.checks import ErrorAnalysis
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import key_path
from specgen.spec.spec import Spec

SPECS = (".yaml", ".yml")


class ExportError(Exception):
    """There is nothing to export, or the run is not what it was; the message says why, for people."""


@dataclass(frozen=True)
class Asked:
    """Where errors are taken from: a spec, the findings of a run of it, and the seed that rows are drawn by."""

    loaded: LoadedSpec
    findings: tuple[Finding, ...]
    seed: int


@dataclass(frozen=True)
class Exported:
    """A CSV, its rows, and of how many."""

    csv: bytes
    rows: int
    of: int
    split: str


def asked_of(path: Path, seed: int | None) -> Asked:
    """A spec, or the spec of a run as long as it and its data are what they were.

    Raises SpecError, FolderError, and ExportError where something changed.
    """
    if path.suffix.lower() in SPECS:
        return Asked(_with_analysis(checked_spec(path)), (), seed or 0)
    run = find_run(path)
    result = read_result(run)
    folder = spec_folder(result, run)
    wrong = [
        one for one in inputs_checked(result, folder)
        if one.kind != "same" and not one.what.endswith(f"({key_path(TAGS)})")
    ]  # fmt: skip
    if folder is None or wrong:
        told = "; ".join(f"{one.what} {one.text}" for one in wrong[:3])
        raise ExportError(f"{run}: {told}. Give the spec instead of the run to export what there is now")
    loaded = checked_spec(folder / Path(result.run.spec).name)
    return Asked(_with_analysis(loaded), result.findings, result.run.seed if seed is None else seed)


def export_errors(asked: Asked, rows: int, running: Running) -> Exported:
    """A random sample of the candidate's errors on the searched split, in the order in which they were drawn.

    Raises ExportError where there is no error, and SpecError.
    """
    spec, split = asked.loaded.spec, _split_rows(asked.loaded, running)
    if spec.task.type not in HAVE_ERRORS:
        raise ExportError(f"a {spec.task.type} task has no errors row by row")
    held = confirmed(asked.findings, split.split)
    errors = read_errors(spec, split, [one.where for one in held], asked.seed)
    if not errors.count:
        raise ExportError(f"the candidate makes no error on {split.split}")
    ids = ids_of(errors, RANDOM, most=rows)
    columns = _columns(spec, split)
    inside = _memberships(spec, errors, held, ids)
    lines = [
        (one.id, split.split, f"{place} of {errors.count}", inside[one.id], one.label, one.prediction,
         _number(one.score if one.error is None else one.error), *(value or "" for value in one.values), "", "")
        for place, one in enumerate(error_rows(errors, spec.task.type, ids, columns, LONGEST_CELL), 1)
    ]  # fmt: skip
    return Exported(tag_csv(_header(FIRST, columns), lines), len(lines), errors.count, split.split)


def export_doubts(asked: Asked, rows: int, running: Running) -> Exported:
    """The labels that are most in doubt, with what the candidate says instead. Raises ExportError and SpecError."""
    spec, split = asked.loaded.spec, _split_rows(asked.loaded, running)
    if split.split == "train":
        raise ExportError(
            "labels of train are not doubted: a model repeats the labels that it learnt from, wrong ones too;"
            " name another split under error_analysis.split"
        )
    doubts = label_doubts(spec, split, rows)
    if doubts is None:
        raise ExportError(
            "labels are doubted by scores of every label, of binary and multiclass tasks; there are none"
        )
    columns = _columns(spec, split)
    values = row_values(split, columns, [one.id for one in doubts.listed], LONGEST_CELL)
    lines = [
        (one.id, split.split, one.label, one.suggested, _number(one.given), _number(one.probability),
         *(value or "" for value in values[one.id]), "", "")
        for one in doubts.listed
    ]  # fmt: skip
    first = ("id", "split", "label", "suggested", "probability_of_label", "probability_of_suggested")
    return Exported(tag_csv(_header(first, columns), lines), len(lines), doubts.count, split.split)


def look_into(file: Path, spec: Path, running: Running) -> tuple[ErrorCauses, list[Note]]:
    """What a file of tags says of the errors that a spec's candidate makes now. Raises SpecError and TagFileError."""
    found = read_tags(file)
    loaded = _with_analysis(checked_spec(spec))
    split = _split_rows(loaded, running)
    errors = read_errors(loaded.spec, split, [], 0)
    return causes_of(loaded.spec, errors, file.name, found, searched_uses(loaded.spec, split))


def _with_analysis(loaded: LoadedSpec) -> LoadedSpec:
    """The spec, which searches by what is usual where it says nothing."""
    if loaded.spec.error_analysis is not None:
        return loaded
    usual = {"error_analysis": ErrorAnalysis.model_validate({})}
    return replace(loaded, spec=loaded.spec.model_copy(update=usual))


def _split_rows(loaded: LoadedSpec, running: Running) -> Rows:
    """Rows of the split that error analysis searches."""
    if loaded.spec.task.id is None:
        raise ExportError("rows are told apart by task.id, which the spec lacks")
    connection, tables = open_checked(loaded)
    inputs = load_inputs(connection, loaded, kept_tables(connection, loaded, tables), (), running)
    split = searched_split(loaded.spec, inputs.rows)
    if split is None:
        told = "; ".join(f"{name}: {why}" for name, why in inputs.not_evaluated.items())
        raise ExportError(f"no split has labels and the candidate's predictions ({told})")
    return inputs.rows[split]


def _columns(spec: Spec, rows: Rows) -> list[str]:
    """The columns that the spec shows, else all that may be features."""
    shown = spec.error_analysis.shown if spec.error_analysis else None
    return shown_columns(spec, rows)[0] if shown is not None and shown.named else readable_columns(spec, rows)


def _header(first: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Names of all columns; those of the data that are called like another say so."""
    taken = {*first, TAG, NOTE}
    return [*first, *(f"{name} (data)" if name.lower() in taken else name for name in columns), TAG, NOTE]


def _memberships(
    spec: Spec, errors: Errors, held: Sequence[Finding], ids: Sequence[str]
) -> Mapping[str, str]:
    found: dict[str, list[str]] = {key: [] for key in ids}
    for group in slice_groups(spec, errors, held):
        for (key,) in errors.fetch(
            f"SELECT id FROM {{errors}} WHERE {group.condition} AND id IN (SELECT unnest(?::VARCHAR[]))",
            [list(ids)],
        ):
            found[key].append(group.name)
    return {key: "; ".join(names) for key, names in found.items()}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def put_beside(file: Path, spec: Path) -> str:
    """Copy a file beside the spec, unless it lies in its folder; its path as the spec is to name it.

    Raises ExportError where another file of that name is there.
    """
    folder = spec.parent.resolve()
    if file.resolve().is_relative_to(folder):
        return file.resolve().relative_to(folder).as_posix()
    target = folder / file.name
    if target.exists() and target.read_bytes() != file.read_bytes():
        raise ExportError(f"{target}: another one is there already; rename {file.name}, or remove that one")
    try:
        target.write_bytes(file.read_bytes())
    except OSError as error:
        raise ExportError(f"{target}: cannot write: {error.strerror}") from error
    return file.name
