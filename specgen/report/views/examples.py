"""Key examples one by one, those that went wrong first."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import KeyExample
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import name, plural, sentence

HEADINGS = {
    "transcription": ("Reference", "Heard"),
    "ranking": ("Rows of the query", "Ranked"),
    "regression": ("Target", "Predicted"),
    "scores": ("", "Score"),
}
ERRORS = {"transcription": "Word errors", "regression": "Error"}
TEXT = 180


@dataclass(frozen=True)
class ExampleRow:
    """An example; `state` is right, wrong or empty, which is told by words too."""

    id: str
    label: str
    prediction: str
    state: str
    score: str
    error: str


@dataclass(frozen=True)
class ExamplesView:
    """One set of key examples."""

    name: str
    sentence: str
    headings: tuple[str, str]
    error: str
    scored: bool
    judged: bool
    rows: tuple[ExampleRow, ...]
    hidden: str


def examples(source: Source) -> tuple[ExamplesView, ...]:
    """Every set that has examples on the judged split."""
    found: dict[str, list[KeyExample]] = {}
    for one in source.result.key_examples:
        if one.split == source.split:
            found.setdefault(one.name, []).append(one)
    return tuple(_view(source, part, some) for part, some in found.items())


def _view(source: Source, part: str, some: list[KeyExample]) -> ExamplesView:
    task = source.result.about.task
    judged = sum(one.ok is not None for one in some)
    most = max(source.cap, source.searchable)
    shown = some[:most]
    rest = len(some) - len(shown)
    wrong = sum(one.ok is False for one in some[most:])
    hidden = f"and {rest:,} more in results.json, {wrong:,} of them wrong" if rest else ""
    return ExamplesView(
        name=name(part),
        sentence=_sentence(source, part, some),
        headings=HEADINGS.get(task, ("Label", "Predicted")),
        error=ERRORS.get(task, ""),
        scored=any(one.score is not None for one in shown),
        judged=judged > 0,
        rows=tuple(_row(one, task) for one in shown),
        hidden=hidden,
    )  # fmt: skip


def _sentence(source: Source, part: str, some: list[KeyExample]) -> str:
    """How many are right; where only the worst are listed, that they are no more than those."""
    right, judged = sum(one.ok is True for one in some), sum(one.ok is not None for one in some)
    known = [source.get(source.candidate, *use, part=part) for use in source.uses]
    rows = max((m.rows or 0 for m in known if m is not None), default=0)
    if rows > len(some) and source.result.about.task != "ranking":
        told = f" Right of these: {right:,}." if judged else ""
        return f"The worst {len(some):,} of {plural(rows, 'row')} are listed one by one.{told}"
    return (
        f"{right:,} of {plural(judged, 'example')} right." if judged else plural(len(some), "example") + "."
    )


def _row(one: KeyExample, task: str) -> ExampleRow:
    error = (
        "" if one.error is None
        else numbers.number(one.error, 0) if task == "transcription"
        else numbers.number(one.error, numbers.decimals(None, one.error))
    )  # fmt: skip
    return ExampleRow(
        id=name(one.id), label=sentence(one.label, TEXT),
        prediction=numbers.MISSING if one.prediction is None else sentence(one.prediction, TEXT) or "(nothing)",
        state="" if one.ok is None else "right" if one.ok else "wrong",
        score="" if one.score is None else numbers.number(one.score, 3), error=error,
    )  # fmt: skip
