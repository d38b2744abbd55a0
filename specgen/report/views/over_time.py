"""Performance over time: the metric by window, whether it changes, and whether the model's scores foresee it."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import ChangePoint, MetricInfo, OverTime, TimeTest, TimeWindow
from specgen.report import numbers
from specgen.report.charts.over_time import Change, TimePoint, over_time_chart
from specgen.report.charts.svg import Drawing
from specgen.report.source import Source
from specgen.report.text import name, plural, sentence
from specgen.report.views.over_time_words import amount_of, summary

FINDINGS = {"shown": "shown", "small": "shown to be small", "open": "not settled"}
TESTS = {"change": "Change at one time", "trend": "Trend", "spread": "Any difference"}
EFFECTS = {"change": "after minus before", "trend": "last minus first", "spread": "standard deviation"}
ADJECTIVES = {"hour": "hourly", "day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly",
              "year": "yearly"}  # fmt: skip


@dataclass(frozen=True)
class WindowRow:
    """One window of time."""

    name: str
    rows: str
    value: str
    interval: str
    expected: str
    surplus: str
    surplus_interval: str
    note: str


@dataclass(frozen=True)
class TestRow:
    """One test of change."""

    what: str
    of: str
    effect: str
    interval: str
    p_value: str
    finding: str


@dataclass(frozen=True)
class OverTimePart:
    """One split, or several that follow each other."""

    title: str
    windows: str
    summary: tuple[str, ...]
    chart: Drawing | None
    caption: str
    tests: tuple[TestRow, ...]
    rows: tuple[WindowRow, ...]
    labelled: bool
    has_expected: bool
    hidden: str


@dataclass(frozen=True)
class OverTimeView:
    """The section."""

    metric: str
    parts: tuple[OverTimePart, ...]
    tested: bool
    expected: str


def over_time(source: Source) -> OverTimeView | None:
    """None where nothing was followed.

    The splits that follow each other come first, else the judged one, whole; of the others what is found.
    """
    found = source.result.over_time
    if not found:
        return None
    ordered = sorted(found, key=lambda one: (len(one.splits) == 1, source.split not in one.splits))
    expected = next((one.expected_metric for one in found if one.expected_metric), None)
    return OverTimeView(
        metric=source.title(found[0].metric, found[0].label),
        parts=tuple(_part(source, one, k, k == 0 or not one.labelled) for k, one in enumerate(ordered)),
        tested=any(one.performance for one in found),
        expected=source.title(expected).lower() if expected else "",
    )


def _part(source: Source, one: OverTime, number: int, whole: bool) -> OverTimePart:
    info = source.metrics.get(one.metric)
    title = source.title(one.metric, one.label)
    change = one.performance.change if one.performance else None
    points = tuple(_point(one, w) for w in one.windows)
    chart = None
    if whole and any(p.value is not None or p.expected is not None for p in points):
        label = (
            title if one.labelled else f"Expected {source.title(one.expected_metric or one.metric).lower()}"
        )
        chart = over_time_chart(label, points, _place(one, change), f"time-{number}")
    shown = [w for w in one.windows if w.rows or w.expected is not None] if whole else []
    rows = tuple(_row(w, info) for w in shown[: source.cap])
    rest = len(shown) - len(rows)
    return OverTimePart(
        title=" → ".join(map(name, one.splits)), windows=_windows(one), summary=summary(source, one, info),
        chart=chart, caption=_caption(one, points, change) if chart else "",
        tests=tuple(_tests(source, one, info)) if whole else (), rows=rows, labelled=one.labelled,
        has_expected=any(w.expected is not None for w in one.windows),
        hidden=f"and {plural(rest, 'window')} more in results.json" if rest > 0 else "",
    )  # fmt: skip


def _windows(one: OverTime) -> str:
    length = ADJECTIVES.get(one.length)
    text = (
        f"{plural(len(one.windows), f'{length} window')}"
        if length
        else f"{plural(len(one.windows), 'window')} of {one.length}"
    )
    empty = sum(w.rows == 0 for w in one.windows)
    return text + (f", {empty} without rows" if empty else "")


def _point(one: OverTime, window: TimeWindow) -> TimePoint:
    dashed = window.expected if not one.labelled or one.expected_metric == one.metric else None
    ends = (window.low, window.high) if one.labelled else (window.expected_low, window.expected_high)
    return TimePoint(window.name, window.value, *ends, dashed, window.compared)


def _place(one: OverTime, change: ChangePoint | None) -> Change | None:
    if change is None:
        return None
    names = [w.name for w in one.windows]
    return Change(names.index(change.at), names.index(change.earliest), names.index(change.latest))


def _tests(source: Source, one: OverTime, info: MetricInfo | None) -> list[TestRow]:
    if one.performance is None:
        return []
    title = source.title(one.metric, one.label)
    rows = [_test(test, title, info) for test in one.performance.tests]
    if one.surplus is not None:
        other = source.metrics.get(one.expected_metric or "")
        rows += [_test(test, "observed minus expected", other) for test in one.surplus.tests]
    return rows


def _test(test: TimeTest, of: str, info: MetricInfo | None) -> TestRow:
    scale, places = (100, 1) if numbers.is_share(info) else (1, numbers.decimals(info, test.low, test.high))
    ends = f"[{numbers.number(scale * test.low, places)}, {numbers.number(scale * test.high, places)}]"
    effect = amount_of(test.effect, info) if test.kind == "spread" else numbers.difference(test.effect, info)
    p_value = "< 0.001" if test.p_value < 0.001 else numbers.number(test.p_value, 3)
    return TestRow(
        f"{TESTS[test.kind]}", f"{of}, {EFFECTS[test.kind]}", effect, ends, p_value, FINDINGS[test.finding]
    )


def _row(window: TimeWindow, info: MetricInfo | None) -> WindowRow:
    digits = numbers.decimals(info, window.value, window.expected)
    return WindowRow(
        name=window.name, rows=numbers.count(window.rows), value=numbers.number(window.value, digits),
        interval=numbers.interval(window.low, window.high, info, digits),
        expected=numbers.number(window.expected, digits), surplus=numbers.difference(window.surplus, info),
        surplus_interval=_ends(window, info), note=sentence(window.reason or "", 120),
    )  # fmt: skip


def _ends(window: TimeWindow, info: MetricInfo | None) -> str:
    if window.surplus_low is None or window.surplus_high is None:
        return ""
    scale, places = (100, 1) if numbers.is_share(info) else (1, 3)
    low, high = (numbers.number(scale * end, places) for end in (window.surplus_low, window.surplus_high))
    return f"[{low}, {high}]"


def _caption(one: OverTime, points: tuple[TimePoint, ...], change: ChangePoint | None) -> str:
    percent = f"{100 * one.confidence:g}%"
    told = (
        [f"Blue: measured, with its {percent} interval."]
        if one.labelled
        else ["Grey: as far as chance moves it."]
    )
    if any(p.expected is not None for p in points):
        told.append("Dashed: what the model's probabilities expect, if they are calibrated.")
    if change is not None:
        told.append(
            "Orange: where it most likely changed"
            + (
                f", and the span in which it did with {percent} confidence."
                if change.earliest != change.latest
                else "."
            )
        )
    if any(p.value is not None and not p.full for p in points):
        told.append("Hollow: fewer than 30 rows, not tested.")
    return " ".join(told)
