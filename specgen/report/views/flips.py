"""What the new model breaks and what it mends beside the model that it would replace, by slice and by row."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import FlippedRow, FlipRate, Flips, FlipSlice
from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name, plural, sentence

TEXT = 120
# What broke is looked at one by one; of what was mended a few will do.
MOST_BROKEN, MOST_MENDED = 25, 10
HEADINGS = {"transcription": ("Reference", "heard")}


@dataclass(frozen=True)
class FlipRow:
    """A slice; rates with their intervals, and the difference of both."""

    name: str
    rows: str
    broken: str
    broken_rate: str
    broken_interval: str
    mended: str
    mended_rate: str
    mended_interval: str
    net: str
    state: str


@dataclass(frozen=True)
class FlippedView:
    """One row that changed sides."""

    id: str
    label: str
    was: str
    now: str
    sets: str


@dataclass(frozen=True)
class FlipsView:
    """The candidate beside one baseline."""

    baseline: str
    sentence: str
    label: str
    verb: str
    rows: tuple[FlipRow, ...]
    hidden: str
    broken: tuple[FlippedView, ...]
    broken_title: str
    mended: tuple[FlippedView, ...]
    mended_title: str


def flips(source: Source) -> tuple[FlipsView, ...]:
    """Every baseline that rows of the judged split were held against."""
    return tuple(_view(source, one) for one in source.result.flips if one.split == source.split)


def _view(source: Source, found: Flips) -> FlipsView:
    whole = next(one for one in found.slices if one.slice == WHOLE)
    parts = sorted(
        (one for one in found.slices if one.slice != WHOLE), key=lambda one: (_net(one), one.slice)
    )
    moved = [one for one in parts if one.broken or one.mended]
    shown, still = moved[: source.cap], len(parts) - len(moved)
    rest = len(moved) - len(shown)
    hidden = [f"{rest:,} more in results.json"] if rest else []
    hidden += [f"{plural(still, 'slice')} without a row that changed"] if still else []
    label, verb = HEADINGS.get(source.result.about.task, ("Label", "said"))
    broken, mended = min(source.cap, MOST_BROKEN), min(source.cap, MOST_MENDED)
    return FlipsView(
        baseline=name(found.baseline), sentence=_sentence(whole, found.baseline), label=label, verb=verb,
        rows=tuple(_row(one) for one in (whole, *shown)), hidden=f"and {', '.join(hidden)}" if hidden else "",
        broken=tuple(map(_flipped, found.broken[:broken])), broken_title=_title("Newly broken", whole.broken, broken),
        mended=tuple(map(_flipped, found.mended[:mended])), mended_title=_title("Mended", whole.mended, mended),
    )  # fmt: skip


def _title(what: str, count: int, most: int) -> str:
    cut = f" {most:,} of them; results.json has up to 100." if count > most else ""
    return f"{what}: {plural(count, 'row')}.{cut}"


def _net(one: FlipSlice) -> float:
    """Mended less broken rate: the difference of both models' shares of right rows."""
    return (one.positive.value or 0.0) - (one.negative.value or 0.0)


def _sentence(whole: FlipSlice, baseline: str) -> str:
    if not whole.compared:
        return f"{name(baseline)} and the candidate have answers to no row in common."
    return (
        f"Of {plural(whole.compared, 'row')} that both answer, {whole.broken:,} {_are(whole.broken)} newly broken"
        f" (right by {name(baseline)}, wrong by the candidate: a rate of {_told(whole.negative)}) and"
        f" {whole.mended:,} {_are(whole.mended)} mended ({_told(whole.positive)})."
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _told(rate: FlipRate) -> str:
    return f"{numbers.percent(rate.value)}{_interval(rate)}"


def _interval(rate: FlipRate) -> str:
    if rate.low is None or rate.high is None:
        return ""
    return f" [{numbers.number(100 * rate.low, 1)}, {numbers.number(100 * rate.high, 1)}]"


def _row(one: FlipSlice) -> FlipRow:
    net = _net(one)
    return FlipRow(
        name="all rows" if one.slice == WHOLE else name(one.slice), rows=numbers.count(one.compared),
        broken=numbers.count(one.broken), broken_rate=numbers.percent(one.negative.value),
        broken_interval=_interval(one.negative).strip(), mended=numbers.count(one.mended),
        mended_rate=numbers.percent(one.positive.value), mended_interval=_interval(one.positive).strip(),
        net=numbers.difference(net, None) if one.compared else numbers.MISSING,
        state="worse" if net < 0 else "",
    )  # fmt: skip


def _flipped(row: FlippedRow) -> FlippedView:
    was, now = (
        numbers.MISSING if text is None else sentence(text, TEXT) or "(nothing)"
        for text in (row.was, row.now)
    )
    sets = ", ".join(map(name, row.key_examples))
    return FlippedView(id=name(row.id), label=sentence(row.label, TEXT), was=was, now=now, sets=sets)
