"""The project's last runs up to this one: verdicts, and the primary metric from run to run."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.earlier import EarlierRun, EarlierValue
from specgen.report import numbers
from specgen.report.charts.over_time import TimePoint, over_time_chart
from specgen.report.charts.svg import Drawing
from specgen.report.source import Source
from specgen.report.text import name
from specgen.report.views.front import WORDS
from specgen.report.views.trends import when


@dataclass(frozen=True)
class EarlierRow:
    """One run; `cells` has a value and an interval for each split."""

    started: str
    run: str
    verdict: str
    word: str
    candidate: str
    cells: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True)
class EarlierView:
    """The section on history."""

    metric: str
    splits: tuple[str, ...]
    rows: tuple[EarlierRow, ...]
    hidden: str
    chart: Drawing | None
    caption: str


def earlier(source: Source) -> EarlierView | None:
    """This run and those before it, the last first; None where there are none before it."""
    if not source.result.history:
        return None
    runs = [*source.result.history, _this(source)]
    splits = tuple(dict.fromkeys(milestone.split for milestone in source.result.milestones))
    rows = tuple(_row(source, run, splits) for run in reversed(runs))
    title = source.title(*source.primary)
    rest = len(rows) - source.cap
    hidden = f"and {rest:,} more in results.json" if rest > 0 else ""
    return EarlierView(
        title, tuple(map(name, splits)), rows[: source.cap], hidden, *_chart(source, runs, title)
    )


def _this(source: Source) -> EarlierRun:
    """This run as later ones will remember it."""
    result = source.result
    found = {m.split: source.get(source.candidate, *source.primary, split=m.split) for m in result.milestones}
    return EarlierRun(
        run=result.run.id, started=result.run.started, candidate=source.candidate, verdict=result.verdict,
        spec_sha256=result.run.spec_sha256,
        values=tuple(
            EarlierValue(split=split, value=one.value, low=one.low, high=one.high)
            for split, one in found.items() if one
        ),
    )  # fmt: skip


def _row(source: Source, run: EarlierRun, splits: tuple[str, ...]) -> EarlierRow:
    info = source.metrics.get(source.primary[0])
    values = {one.split: one for one in run.values}
    cells = []
    for split in splits:
        one = values.get(split)
        digits = numbers.decimals(info, one.value, one.low, one.high) if one else 0
        cells.append(
            (numbers.number(one.value, digits), numbers.interval(one.low, one.high, info, digits))
            if one
            else (numbers.MISSING, "")
        )
    same = run.spec_sha256 == source.result.run.spec_sha256
    note = "this run" if run.run == source.result.run.id else "" if same else "another spec"
    return EarlierRow(
        when(run.started), run.run, run.verdict, WORDS[run.verdict], name(run.candidate), tuple(cells), note
    )


def _chart(source: Source, runs: list[EarlierRun], title: str) -> tuple[Drawing | None, str]:
    """The primary metric on the judged split over runs, where two of them have it."""
    points = []
    for run in runs:
        one = next((value for value in run.values if value.split == source.split), None)
        value, low, high = (one.value, one.low, one.high) if one else (None, None, None)
        points.append(TimePoint(when(run.started)[2:], value, low, high, None, True))
    if sum(point.value is not None for point in points) < 2:
        return None, ""
    chart = over_time_chart(f"{title} on {source.split}", tuple(points), None, "history", "runs")
    return chart, (
        f"{title} on all rows of {name(source.split)}, with its interval, from run to run. A change may be chance,"
        " or other data: specgen compare tells."
    )
