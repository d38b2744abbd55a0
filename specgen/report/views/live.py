"""Models that ran for this report: what they answered, how fast, and what they got wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specgen.record.result import LiveFailure, LiveRun
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import name, plural

SHOWN_IDS = 5


@dataclass(frozen=True)
class LiveRow:
    """A model on a split."""

    model: str
    split: str
    rows: str
    seconds: str
    start: str
    memory: str


@dataclass(frozen=True)
class LiveView:
    """Runs of live models; `failures` are sentences, a model's and a split's each."""

    rows: tuple[LiveRow, ...]
    failures: tuple[str, ...]
    kept: bool


def live(source: Source) -> LiveView | None:
    """Live models of the run; None where every model's predictions were there already."""
    result = source.result
    if not result.live_runs and not result.live_failures:
        return None
    rows = tuple(_row(one) for one in result.live_runs)
    kept = any(one.cached for one in result.live_runs)
    return LiveView(rows, tuple(_sentences(result.live_failures)), kept)


def _row(run: LiveRun) -> LiveRow:
    return LiveRow(
        name(run.model), name(run.split), f"{run.rows:,}", _seconds(run.seconds),
        "kept" if run.cached or run.start_s is None else _seconds(run.start_s),
        "" if run.peak_memory_mb is None or run.cached else f"{run.peak_memory_mb:,.0f} MB",
    )  # fmt: skip


def _seconds(value: float) -> str:
    return f"{numbers.number(value, numbers.significant(value))} s"


def _sentences(failures: tuple[LiveFailure, ...]) -> Iterator[str]:
    """What went wrong; the same on several splits is told once."""
    splits: dict[tuple[str, str], list[str]] = {}
    for one in failures:
        if not one.rows:
            splits.setdefault((one.model, one.message), []).append(one.split)
    for (model, message), names in splits.items():
        yield f"{name(model)} on {', '.join(map(name, names))}: {message.rstrip('.')}."
    for one in failures:
        if one.rows:
            shown = ", ".join(one.rows[:SHOWN_IDS]) + (", …" if one.row_count > SHOWN_IDS else "")
            count = "row" if one.row_count == 1 else f"{plural(one.row_count, 'row')}:"
            yield f"{name(one.model)} on {name(one.split)}: {one.message.rstrip('.')} ({count} {shown})."
