"""The ladder of gaps: what is lost from one step to the next, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Diagnosis, MetricInfo, Rung, WeakSlice
from specgen.report import numbers
from specgen.report.anchors import anchor
from specgen.report.source import Source
from specgen.report.text import name, sentence

FINDINGS = {
    "shown": "shown",
    "small": "shown to be small",
    "open": "not settled",
    "not measured": "not measured",
}


@dataclass(frozen=True)
class RungRow:
    """One step."""

    step: str
    upper: str
    lower: str
    gap: str
    interval: str
    cause: str
    finding: str


@dataclass(frozen=True)
class WeakRow:
    """A slice that carries more than its share."""

    slice: str
    anchor: str
    value: str
    other: str
    gap: str
    interval: str
    share: str
    carries: str


@dataclass(frozen=True)
class LadderView:
    """The section: where the model stands, the steps, the weak slices, the advice."""

    metric: str
    standing: str
    business: str
    reference: str
    advice: tuple[str, ...]
    rungs: tuple[RungRow, ...]
    split: str
    weak: tuple[WeakRow, ...]
    carried: bool


def ladder(source: Source) -> LadderView | None:
    """None where nothing was measured that stands on a ladder."""
    found, stands = source.result.diagnosis, source.result.standing
    if found is None:
        return None
    info = source.metrics.get(found.metric)
    return LadderView(
        metric=source.title(found.metric, found.label),
        standing=sentence(stands.text, 300) if stands else "",
        business=sentence(stands.business or "", 400) if stands else "",
        reference=_reference(source, found),
        advice=tuple(sentence(text, 320) for text in found.advice),
        rungs=tuple(_row(rung, info) for rung in found.rungs),
        split=name(found.split),
        weak=tuple(_weak(one, info) for one in found.weak_slices),
        carried=any(one.carries is not None for one in found.weak_slices),
    )


def _reference(source: Source, found: Diagnosis) -> str:
    info = next((b for b in source.result.baseline_sources if b.name == found.reference), None)
    if info is None:
        return ""
    kind = {"human": "human-level performance", "literature": "a published result"}.get(
        info.kind, "an open-source model"
    )
    return f"{name(info.name)} ({kind}) stands for what is possible."


def _row(rung: Rung, info: MetricInfo | None) -> RungRow:
    digits = numbers.decimals(info, rung.upper_value, rung.lower_value)
    return RungRow(
        step=f"{name(rung.upper)} → {name(rung.lower)}",
        upper=numbers.number(rung.upper_value, digits),
        lower=numbers.number(rung.lower_value, digits),
        gap=numbers.difference(rung.gap, info),
        interval=_interval(rung.low, rung.high, info),
        cause=rung.cause,
        finding=FINDINGS[rung.finding] if not rung.reason else sentence(rung.reason, 120),
    )


def _weak(one: WeakSlice, info: MetricInfo | None) -> WeakRow:
    digits = numbers.decimals(info, one.value, one.other)
    other = "all rows" if one.compared_with == "all" else name(one.compared_with)
    return WeakRow(
        slice=name(one.slice),
        anchor=anchor("slice", one.slice),
        value=numbers.number(one.value, digits),
        other=f"{numbers.number(one.other, digits)} ({other})",
        gap=numbers.difference(one.gap, info),
        interval=_interval(one.low, one.high, info),
        share=f"{100 * one.share:.1f}%",
        carries=f"{100 * one.carries:.0f}%" if one.carries is not None else numbers.MISSING,
    )


def _interval(low: float | None, high: float | None, info: MetricInfo | None) -> str:
    """The interval of a difference, in percentage points for shares."""
    if low is None or high is None:
        return ""
    scale, places = (100, 1) if numbers.is_share(info) else (1, numbers.decimals(info, low, high))
    return f"[{numbers.number(scale * low, places)}, {numbers.number(scale * high, places)}]"
