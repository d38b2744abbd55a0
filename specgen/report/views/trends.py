"""Metrics from run to run: sparklines, first and last values, a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specgen.record.history import History, KeptRun
from specgen.record.result import MetricInfo
from specgen.record.summary import SummaryMetric
from specgen.report import numbers
from specgen.report.charts.svg import Drawing
from specgen.report.page import Block, Cell, Column, Table
from specgen.report.text import name

BARS = "▁▂▃▄▅▆▇█"
ABSENT = "·"
WIDTH = 24
MOST_TRENDS = 40

Metric = tuple[str, str, str | None]  # split, metric, label


@dataclass(frozen=True)
class Asked:
    """What a reader wants of a history: the last runs, metrics and gates whose names hold some words."""

    last: int
    metric: str = ""
    gate: str = ""
    drawn: bool = False


def when(started: str) -> str:
    """A run's start, to the minute."""
    return started[:16].replace("T", " ")


def metric_series(runs: Sequence[KeptRun], asked: Asked) -> dict[Metric, list[SummaryMetric | None]]:
    """Each metric of the last run on a whole split, in every run; None where a run does not have it."""
    wanted = asked.metric.lower()
    names = [
        (one.split, one.metric, one.label) for one in runs[-1].summary.metrics
        if wanted in one.metric.lower() or wanted in _title(one).lower()
    ]  # fmt: skip
    by_run = [{(one.split, one.metric, one.label): one for one in run.summary.metrics} for run in runs]
    return {key: [known.get(key) for known in by_run] for key in names}


def metric_names(found: History) -> list[str]:
    """Metrics that any project's last run has, for who asks for one that there is not."""
    return list(
        dict.fromkeys(one.metric for project in found.projects for one in project.runs[-1].summary.metrics)
    )


def _title(one: SummaryMetric) -> str:
    return f"{one.title} of {one.label}" if one.label else one.title


def metric_trends(
    runs: Sequence[KeptRun], metrics: dict[Metric, list[SummaryMetric | None]], asked: Asked
) -> Block:
    """The metrics' table, those of the last split first, and for HTML a chart of the first one."""
    # The last split is the one that the verdict is about.
    splits = list(dict.fromkeys(key[0] for key in metrics))
    ordered = sorted(metrics.items(), key=lambda item: -splits.index(item[0][0]))
    columns = (Column("Metric"), Column("Split"), Column("Runs", whole=True), Column("First", number=True),
               Column("Last", number=True), Column("Change", number=True))  # fmt: skip
    rows = tuple(_trend(found) for _, found in ordered[:MOST_TRENDS])
    rest = len(ordered) - len(rows)
    chart = _chart(runs, ordered[0][1]) if asked.drawn and len(runs) > 1 else None
    foot = "On all rows of the split. A change from run to run may be chance, or other data: `specgen compare` tells."
    return Block(
        "Metrics", "metrics", chart=chart, foot=foot,
        table=Table(columns, rows, f"and {rest:,} more; --metric NAME shows one" if rest else ""),
    )  # fmt: skip


def _trend(found: Sequence[SummaryMetric | None]) -> tuple[Cell, ...]:
    known = [one for one in found if one is not None]
    last = known[-1]
    values = [one.value if one else None for one in found]
    there = [value for value in values if value is not None]
    info = _info(last, there)
    digits = numbers.decimals(info, *there[-1:], *there[:1])
    apart = there[-1] - there[0] if len(there) > 1 else None
    good = apart is not None and last.better != "neither" and (apart > 0) == (last.better == "higher")
    turn = "" if not apart or last.better == "neither" else "better" if good else "worse"
    return (
        Cell(_title(last)), Cell(name(last.split)), Cell(sparkline(values[-WIDTH:])),
        Cell(numbers.number(there[0], digits) if there else numbers.MISSING),
        Cell(numbers.number(last.value, digits), aside=numbers.interval(last.low, last.high, info, digits)),
        Cell(numbers.difference(apart, info), turn if apart and _beyond(known) else ""),
    )  # fmt: skip


def _beyond(known: Sequence[SummaryMetric]) -> bool:
    """Whether the intervals of the first and the last value do not even meet."""
    first, last = known[0], known[-1]
    if first.low is None or first.high is None or last.low is None or last.high is None:
        return False
    return last.low > first.high or last.high < first.low


def _info(one: SummaryMetric, values: Sequence[float]) -> MetricInfo:
    """Values that all lie between 0 and 1 are told as shares."""
    share = all(0 <= value <= 1 for value in values)
    return MetricInfo(
        key=one.metric, title=one.title, kind="metric", better=one.better, low=None, high=1.0 if share else None,
        unit=None, definition="",
    )  # fmt: skip


def sparkline(values: Sequence[float | None]) -> str:
    """A bar for each value, from the lowest to the highest; a dot where there is none."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    steps = len(BARS) - 1
    return "".join(
        ABSENT
        if value is None
        else BARS[round((value - low) / (high - low) * steps) if high > low else steps // 2]
        for value in values
    )


def _chart(runs: Sequence[KeptRun], found: Sequence[SummaryMetric | None]) -> Drawing:
    """The first metric over the last runs."""
    from specgen.report.charts.over_time import TimePoint, over_time_chart

    points = tuple(
        TimePoint(when(run.summary.started)[2:], one.value if one else None, one.low if one else None,
                  one.high if one else None, None, True)
        for run, one in zip(runs, found, strict=True)
    )[-60:]  # fmt: skip
    title = next(f"{_title(one)} on {one.split}" for one in reversed(found) if one is not None)
    return over_time_chart(title, points, None, "history", "runs")
