"""Errors one by one: their causes by people's tags, examples of them, and labels in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specgen.record.result import ErrorExamples, ErrorRow
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import clip, listed, name, plural, sentence
from specgen.report.views.causes import CausesView, causes
from specgen.report.views.doubts import DoubtsView, doubts

KINDS = {"surest": "most confident", "nearest": "nearest", "random": "random", "largest": "largest"}
NEAREST = {"binary": "nearest the threshold", "multiclass": "nearest to right"}
HEADINGS = {"transcription": ("Reference", "Heard"), "regression": ("Target", "Predicted")}
OF_TASK = {"transcription": "Word errors", "regression": "Error"}
VALUE, TEXT, WHERE = 80, 180, 200


@dataclass(frozen=True)
class ExampleEntry:
    """One error in one list of one slice."""

    part: str
    kind: str
    id: str
    label: str
    prediction: str
    number: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ErrorExamplesView:
    """The browser of errors; `number` heads the score or the error, empty where rows have neither."""

    sentence: str
    headings: tuple[str, str]
    number: str
    valued: bool
    rows: tuple[ExampleEntry, ...]
    hidden: str


@dataclass(frozen=True)
class ErrorsView:
    """The section."""

    split: str
    causes: CausesView | None
    examples: ErrorExamplesView | None
    doubts: DoubtsView | None


def errors(source: Source) -> ErrorsView | None:
    """None where nothing is known of single rows."""
    result = source.result
    known = [
        one for one in (result.error_causes, result.error_examples, result.label_doubts) if one is not None
    ]
    if not known:
        return None
    examples = result.error_examples
    return ErrorsView(
        name(known[0].split),
        causes(source),
        _examples(source, examples) if examples else None,
        doubts(source),
    )


def _examples(source: Source, found: ErrorExamples) -> ErrorExamplesView:
    task = source.result.about.task
    by_id = {row.id: row for row in found.rows}
    entries = list(_entries(source, found, by_id))
    # On paper nobody can search: the whole split's lists stand there, those of slices do not.
    shown = entries[: source.searchable] if source.searchable else [one for one in entries if not one.part]
    total = sum(len(some.ids) for group in found.groups for some in group.lists)
    whole = next((group.errors for group in found.groups if group.of == "all"), 0)
    rest = total - len(shown)
    numbered = any(row.score is not None for row in found.rows)
    return ErrorExamplesView(
        sentence=_sentence(task, found, whole), headings=HEADINGS.get(task, ("Label", "Predicted")),
        number=OF_TASK.get(task, "Score" if numbered else ""), valued=bool(found.columns), rows=tuple(shown),
        hidden=f"and {rest:,} more, by slice and confusion cell, in results.json" if rest > 0 else "",
    )  # fmt: skip


def _sentence(task: str, found: ErrorExamples, whole: int) -> str:
    kinds = {some.kind for group in found.groups for some in group.lists}
    named = {
        "surest": "the most confident", "nearest": f"those {NEAREST.get(task, KINDS['nearest'])}",
        "largest": "the largest", "random": "a random sample",
    }  # fmt: skip
    parts = {"slice": "each slice", "finding": "each finding", "cell": "each cell of the confusion matrix"}
    of = [text for part, text in parts.items() if any(group.of == part for group in found.groups)]
    rows = plural(whole, "row" if task == "regression" else "error")
    what = listed([text for kind, text in named.items() if kind in kinds])
    left = f" Left out: {plural(found.left_out, 'slice')} with fewer errors." if found.left_out else ""
    return f"{rows}: {what}{f', also of {listed(of)}' if of else ''}.{left}"


def _entries(source: Source, found: ErrorExamples, by_id: dict[str, ErrorRow]) -> Iterator[ExampleEntry]:
    task = source.result.about.task
    for group in found.groups:
        part = "" if group.of == "all" else clip(group.name, WHERE)
        for some in group.lists:
            kind = NEAREST.get(task, KINDS[some.kind]) if some.kind == "nearest" else KINDS[some.kind]
            most = len(some.ids) if source.searchable else max(source.cap // len(group.lists), 1)
            for key in some.ids[:most]:
                yield _entry(part, kind, by_id[key], found.columns, task)


def _entry(part: str, kind: str, row: ErrorRow, columns: tuple[str, ...], task: str) -> ExampleEntry:
    number = (
        numbers.number(row.error, 0 if task == "transcription" else numbers.decimals(None, row.error))
        if row.error is not None
        else "" if row.score is None else numbers.number(row.score, 3)
    )  # fmt: skip
    return ExampleEntry(
        part, kind, name(row.id), sentence(row.label, TEXT), sentence(row.prediction, TEXT) or "(nothing)", number,
        tuple(
            (name(column), numbers.MISSING if value is None else sentence(value, VALUE))
            for column, value in zip(columns, row.values, strict=False)
        ),
    )  # fmt: skip
