"""Errors of a run one by one: which are shown, what people's tags say of them, and which labels are in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specgen.diagnosis.errors.found import ErrorCauses, ErrorExamples, LabelDoubts
from specgen.diagnosis.search.found import Finding
from specgen.inputs.errors import HAVE_ERRORS, Errors
from specgen.inputs.features import not_features
from specgen.inputs.load import ReadFile
from specgen.inputs.rows import Rows
from specgen.inputs.tag_files import TAGS, TagFile, read_tags
from specgen.metrics.uses import Use
from specgen.record.result import Note
from specgen.spec.checks import MOST_COLUMNS, MOST_EXAMPLES
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import key_path
from specgen.spec.spec import Spec

MOST_FINDINGS = 10


@dataclass(frozen=True)
class ErrorRows:
    """What is recorded of single rows, notes, and files that were read."""

    examples: ErrorExamples | None = None
    causes: ErrorCauses | None = None
    doubts: LabelDoubts | None = None
    notes: tuple[Note, ...] = ()
    files: tuple[ReadFile, ...] = ()


def error_rows(
    loaded: LoadedSpec, rows: Rows, findings: Sequence[Finding], uses: Sequence[Use], seed: int
) -> ErrorRows:
    """Examples, causes and doubts on the split that was searched, as far as the spec asks for them."""
    from specgen.diagnosis.errors.examples import error_examples
    from specgen.inputs.errors import read_errors

    spec = loaded.spec
    asked = spec.error_analysis
    assert asked is not None
    doubts, notes = _doubts(spec, rows), list(_not_doubted(spec, rows))
    files: tuple[ReadFile, ...] = ()
    if spec.task.type not in HAVE_ERRORS:
        if asked.examples or asked.tags:
            text = f"A {spec.task.type} task has no errors row by row: no examples are shown, and no tags counted."
            notes.append(_warning(text, "error_analysis"))
        return ErrorRows(doubts=doubts, notes=tuple(notes))
    examples = causes = None
    if asked.shown or asked.tags:
        held = confirmed(findings, rows.split)
        errors = read_errors(spec, rows, [one.where for one in held], seed)
        if asked.shown:
            columns, told = shown_columns(spec, rows)
            examples = error_examples(spec, errors, held, columns, asked.shown.rows)
            notes += told
        if asked.tags:
            found = read_tags(Path(loaded.path).parent / asked.tags)
            causes, told = causes_of(spec, errors, asked.tags, found, uses)
            notes += told
            files = (ReadFile(Path(loaded.path).parent / asked.tags, key_path(TAGS), found.lines),)
    return ErrorRows(examples, causes, doubts, tuple(notes), files)


def confirmed(findings: Sequence[Finding], split: str) -> tuple[Finding, ...]:
    """Findings to list errors of: those that held and are conditions, each once; clusters are none."""
    held = {one.where: one for one in findings if one.confirmed and one.pasteable and one.split == split}
    return tuple(held.values())[:MOST_FINDINGS]


def shown_columns(spec: Spec, rows: Rows) -> tuple[list[str], list[Note]]:
    """Columns of the data to show, as the data spells them, and notes on those that are not."""
    asked = spec.error_analysis.shown if spec.error_analysis else None
    assert rows.joined is not None
    if asked is None or asked.columns is None:
        return [], []
    data = rows.joined.data
    if asked.named:
        return [real for name in asked.named if (real := data.column(name)) is not None], []
    names = readable_columns(spec, rows)
    rest = len(names) - MOST_COLUMNS
    text = (
        f"Examples of errors show the first {MOST_COLUMNS} of {len(names)} columns; list others to see them."
    )
    told = [Note(level="info", text=text, place="error_analysis.examples.columns")] if rest > 0 else []
    return names[:MOST_COLUMNS], told


def readable_columns(spec: Spec, rows: Rows) -> list[str]:
    """Columns of the data that may be features and that people can read: no vectors, no bytes."""
    assert rows.joined is not None
    others = not_features(spec)
    return [
        name for name, kind in rows.joined.data.columns.items()
        if name.lower() not in others and not kind.upper().endswith(("]", "BLOB"))
    ]  # fmt: skip


def causes_of(
    spec: Spec, errors: Errors, file: str, found: TagFile, uses: Sequence[Use]
) -> tuple[ErrorCauses, list[Note]]:
    """What a file of tags says of a split's errors as they are now, and all that does not fit."""
    from specgen.diagnosis.errors.causes import error_causes
    from specgen.diagnosis.errors.tagged import matched

    kept, told = matched(errors, found)
    causes = error_causes(spec, errors, file, kept, uses[0] if uses else None)
    notes = [_warning(f"{text[0].upper()}{text[1:]}.", key_path(TAGS)) for text in (*found.told, *told)]
    return causes, notes


def _doubts(spec: Spec, rows: Rows) -> LabelDoubts | None:
    from specgen.diagnosis.errors.doubts import label_doubts

    asked = spec.error_analysis.shown if spec.error_analysis else None
    return label_doubts(spec, rows, MOST_EXAMPLES if asked else 0) if rows.split != "train" else None


def _not_doubted(spec: Spec, rows: Rows) -> Iterator[Note]:
    if rows.split == "train" and spec.candidate_name in rows.scored:
        text = (
            "Labels of train are not doubted: a model repeats the labels that it learnt from, wrong ones too."
            " Give data that it did not learn from, or name such a split under error_analysis.split."
        )
        yield Note(level="info", text=text, place="error_analysis")


def _warning(text: str, place: str) -> Note:
    return Note(level="warning", text=text, place=place)
