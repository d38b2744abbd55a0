"""Causes of errors, as people tagged them: how much each explains, and what the metric would be without it."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Cause, ErrorCauses
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import name, plural


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


def causes(source: Source) -> CausesView | None:
    """None where no file of tags was read."""
    found = source.result.error_causes
    if found is None:
        return None
    title = source.title(found.metric, found.label) if found.metric else ""
    rest = len(found.causes) - source.cap
    return CausesView(
        sentence=_sentence(found), metric=title,
        rows=tuple(_row(source, found, one) for one in found.causes[: source.cap]),
        hidden=f"and {plural(rest, 'more tag')} in results.json" if rest > 0 else "", foot=_foot(source, found, title),
    )  # fmt: skip


def _sentence(found: ErrorCauses) -> str:
    have = "has" if found.tagged == 1 else "have"
    how = ", drawn at random," if found.random else ""
    left = f" Without a tag: {plural(found.untagged, 'other error')} of the file." if found.untagged else ""
    return f"{found.tagged:,} of {plural(found.errors, 'error')}{how} {have} a tag.{left}"


def _foot(source: Source, found: ErrorCauses, title: str) -> str:
    confidence = numbers.plain(round(100 * found.confidence, 6))
    bounds = (
        "These errors are no random sample of all, so shares say nothing sure of the others."
        if not found.random
        else "All errors were looked at, so shares have no doubt." if found.tagged == found.errors
        else f"Bounds ({confidence}%) tell what the errors that nobody looked at leave open."
    )  # fmt: skip
    now = numbers.value(found.value, source.metrics.get(found.metric or ""))
    ceiling = f" Ceiling: {title}, now {now}, on these rows, were the errors of that cause right and all else as it is."
    more = "An error may have several causes, so shares do not add up."
    return f"Share: of the tagged errors. {bounds} {more}{ceiling if title else ''}"


def _row(source: Source, found: ErrorCauses, one: Cause) -> CauseRow:
    info = source.metrics.get(found.metric or "")
    digits = numbers.decimals(info, found.value, one.ceiling)
    known = one.low is not None and one.high is not None
    return CauseRow(
        tag=name(one.tag), rows=f"{one.rows:,}", share=numbers.percent(one.share),
        interval=f"[{numbers.percent(one.low)}, {numbers.percent(one.high)}]" if known else "",
        ceiling=numbers.number(one.ceiling, digits) if found.metric else "",
        ceiling_interval=numbers.interval(one.ceiling_low, one.ceiling_high, info, digits),
    )  # fmt: skip
