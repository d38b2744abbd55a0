"""Errors one by one: their causes by people's tags, examples of them, and labels in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specgen.record.result import Cause, ErrorCauses, ErrorExamples, ErrorRow, LabelDoubts
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import clip, name, plural, sentence

KINDS = {"surest": "most confident", "nearest": "nearest", "random": "random", "largest": "largest"}
NEAREST = {"binary": "nearest the threshold", "multiclass": "nearest to right"}
HEADINGS = {"transcription": ("Reference", "Heard"), "regression": ("Target", "Predicted")}
OF_TASK = {"transcription": "Word errors", "regression": "Error"}
VALUE, TEXT, WHERE = 80, 180, 200


@dataclass(frozen=True)
class CauseRow:
    """One tag."""

    tag: str
    rows: str
    share: str
    interval: str
    ceiling: str
    ceiling_interval: str


@dataclass(frozen=True)
class CausesView:
    """The table of causes; `metric` is what ceilings are of, empty where there are none."""

    sentence: str
    metric: str
    rows: tuple[CauseRow, ...]
    hidden: str
    foot: str


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
class DoubtRow:
    """One label in doubt."""

    id: str
    label: str
    suggested: str
    given: str
    probability: str


@dataclass(frozen=True)
class DoubtsView:
    """Labels in doubt: how many, what that means, and as many as may be listed."""

    sentence: str
    foot: str
    rows: tuple[DoubtRow, ...]
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
    causes, examples, doubts = result.error_causes, result.error_examples, result.label_doubts
    known = [one for one in (causes, examples, doubts) if one is not None]
    if not known:
        return None
    return ErrorsView(
        name(known[0].split), _causes(source, causes) if causes else None,
        _examples(source, examples) if examples else None, _doubts(source, doubts) if doubts else None,
    )  # fmt: skip


def _causes(source: Source, found: ErrorCauses) -> CausesView:
    info = source.metrics.get(found.metric or "")
    title = source.title(found.metric, found.label) if found.metric else ""
    rest = len(found.causes) - source.cap
    how = ", drawn at random," if found.random else ""
    left = (
        f" {plural(found.untagged, 'other error')} of the file {'has' if found.untagged == 1 else 'have'} none."
        if found.untagged
        else ""
    )
    bounds = (
        f" Bounds ({numbers.plain(round(100 * found.confidence, 6))}%) say what the errors that nobody looked at leave open."
        if found.random and found.tagged < found.errors
        else " All errors were looked at, so shares have no doubt." if found.random
        else " These errors are no random sample of all, so shares say nothing sure of the others."
    )  # fmt: skip
    now = f", which is {numbers.value(found.value, info)} now" if found.metric else ""
    ceiling = (
        f" Ceiling: {title}{now}, on these rows, were all errors of that cause put right and nothing else changed."
        if title
        else ""
    )
    return CausesView(
        sentence=f"{found.tagged:,} of {plural(found.errors, 'error')}{how} {'has' if found.tagged == 1 else 'have'} a tag.{left}",
        metric=title, rows=tuple(_cause(source, found, one) for one in found.causes[: source.cap]),
        hidden=f"and {plural(rest, 'more tag')} in results.json" if rest > 0 else "",
        foot=f"Share: of the tagged errors.{bounds} An error may have several causes, so shares do not add up.{ceiling}",
    )  # fmt: skip


def _cause(source: Source, found: ErrorCauses, one: Cause) -> CauseRow:
    info = source.metrics.get(found.metric or "")
    digits = numbers.decimals(info, found.value, one.ceiling)
    bounds = (
        ""
        if one.low is None or one.high is None
        else f"[{numbers.percent(one.low)}, {numbers.percent(one.high)}]"
    )
    return CauseRow(
        tag=name(one.tag), rows=f"{one.rows:,}", share=numbers.percent(one.share), interval=bounds,
        ceiling=numbers.number(one.ceiling, digits) if found.metric else "",
        ceiling_interval=numbers.interval(one.ceiling_low, one.ceiling_high, info, digits),
    )  # fmt: skip


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
    if task == "regression":
        return "The rows that are furthest off, also of each slice."
    kinds = {some.kind for group in found.groups for some in group.lists}
    words = [
        *(["the most confident"] if "surest" in kinds else []),
        *([f"those {NEAREST.get(task, 'nearest')}"] if "nearest" in kinds else []),
        *(["the largest"] if "largest" in kinds else []), "a random sample",
    ]  # fmt: skip
    listed = f"{', '.join(words[:-1])} and {words[-1]}" if words[1:] else words[0]
    more = (
        f" {plural(found.left_out, 'slice')} with fewer errors {'is' if found.left_out == 1 else 'are'} left out."
        if found.left_out
        else ""
    )
    return f"{plural(whole, 'error')}: {listed}, also of each slice, finding and cell of the confusion matrix.{more}"


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


def _doubts(source: Source, found: LabelDoubts) -> DoubtsView:
    most = max(source.cap, source.searchable)
    shown, rest = found.listed[:most], found.count - min(len(found.listed), most)
    share = numbers.percent(found.count / found.rows) if found.rows else numbers.MISSING
    about = numbers.number(found.expected, 0 if found.expected >= 10 else 1)
    meaning = (
        f"more than the {about} that right labels would give by chance, so wrong labels are likely among them"
        if found.beyond_chance
        else f"no more than the {about} that right labels would give by chance where classes overlap"
    )
    return DoubtsView(
        sentence=f"{found.count:,} of {plural(found.rows, 'label')} ({share}) {'is' if found.count == 1 else 'are'} in doubt: {meaning}.",
        foot="In doubt: the candidate gives another label more probability than the given one, and at least as much as it"
        " gives that label on average where it is given (confident learning; Northcutt, Jiang and Chuang 2021)."
        " By chance: as the candidate's probabilities have it; one that learnt from labels with the same mistakes expects"
        " these. It is a list to look at, no proof: `specgen errors export --doubts` writes it with the rows' columns.",
        rows=tuple(
            DoubtRow(name(one.id), name(one.label), name(one.suggested), numbers.number(one.given, 3), numbers.number(one.probability, 3))
            for one in shown
        ),
        hidden=f"and {rest:,} less doubtful" if rest > 0 and shown else "",
    )  # fmt: skip
