"""Follows the candidate over the windows of one table of rows: measures each, tests them, places the change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scipy import special

from specgen.checks.over_time.found import ChangePoint, Followed, OverTime, TimeWindow
from specgen.checks.over_time.series import Outcome, outcome, series_of
from specgen.checks.over_time.windows import FEWEST_ROWS, Windows
from specgen.engine.cells import WHOLE, SplitCells
from specgen.inputs.rows import Mask, Rows
from specgen.metrics.uses import Use, measurable
from specgen.stats.estimate import finite
from specgen.stats.measure import measure
from specgen.stats.measured import Measured
from specgen.stats.over_time import Series, change_places
from specgen.stats.shared_windows import correlations, units_are_shared
from specgen.stats.unpaired import mover

CODE = "__sg_window"
BEFORE, AFTER = "__sg_before", "__sg_after"
Collapse = Callable[[Rows, Sequence[Use]], SplitCells]
Found = Mapping[str, Mapping[int, Measured]]
Least = Callable[[float], float | None]


@dataclass(frozen=True)
class Subject:
    """What is followed: the metric, and what is expected of one where the scores say.

    `least` gives the smallest change that matters at a value of the metric, `surplus_least` at one of the
    metric that is expected.
    """

    use: Use
    least: Least
    expected: Use | None = None
    surplus: Use | None = None
    surplus_least: Least | None = None
    expected_metric: str | None = None


@dataclass(frozen=True)
class Asked:
    """How to measure: the candidate, the confidence, the seed, and the pass over rows for some uses."""

    candidate: str
    confidence: float
    seed: int
    collapse: Collapse


def follow(rows: Rows, splits: tuple[str, ...], windows: Windows, subject: Subject, asked: Asked) -> OverTime:
    """The candidate over the windows of labelled rows, of which each has the column `instant`."""
    windowed = _windowed(rows, windows)
    uses = [use for use in (subject.use, subject.expected, subject.surplus) if use is not None]
    cells = asked.collapse(windowed, uses)
    found = {use.key: _measured(use, cells, windows, asked) for use in uses}
    compared = _compared(windows, found[subject.use.key])
    told = tuple(
        _window(windows, k, subject, found, k in compared, asked) for k in range(len(windows.starts))
    )
    performance, why = _tested(
        windowed, cells, windows, subject.use, _least(cells, subject, asked), found, asked
    )
    surplus = None
    if subject.surplus is not None:
        matters = _surplus_least(cells, subject, asked)
        surplus, _ = _tested(windowed, cells, windows, subject.surplus, matters, found, asked)
    return OverTime(
        splits=splits, labelled=True, metric=subject.use.key, label=subject.use.label, length=windows.length,
        read_as=rows.time.how if rows.time else "", rows=sum(windows.rows), confidence=asked.confidence, windows=told,
        performance=performance, not_tested=why, surplus=surplus, expected_metric=subject.expected_metric,
    )  # fmt: skip


def expect(rows: Rows, splits: tuple[str, ...], windows: Windows, subject: Subject, asked: Asked) -> OverTime:
    """What the candidate's probabilities expect over the windows of rows without labels."""
    assert subject.expected is not None
    cells = asked.collapse(_windowed(rows, windows), [subject.expected])
    found = {subject.expected.key: _measured(subject.expected, cells, windows, asked)}
    told = tuple(_window(windows, k, subject, found, False, asked) for k in range(len(windows.starts)))
    return OverTime(
        splits=splits, labelled=False, metric=subject.use.key, label=subject.use.label, length=windows.length,
        read_as=rows.time.how if rows.time else "", rows=sum(windows.rows), confidence=asked.confidence, windows=told,
        not_tested="there are no labels", expected_metric=subject.expected_metric,
    )  # fmt: skip


def _windowed(rows: Rows, windows: Windows) -> Rows:
    """The rows whose time is known, with their windows as the only slices."""
    table = f"{rows.table}_windows"
    rows.connection.execute(
        f"CREATE OR REPLACE VIEW {table} AS SELECT *, {windows.code} AS {CODE} FROM {rows.table}"
        " WHERE instant IS NOT NULL"
    )
    return replace(
        rows, table=table, count=sum(windows.rows), masks=(), families=(windows.family,), direct=None
    )


def _least(cells: SplitCells, subject: Subject, asked: Asked) -> float | None:
    """What matters of the metric, at its value on all rows."""
    value = measure(subject.use, cells, WHOLE, asked.candidate, asked.seed).value
    return None if value is None else subject.least(value)


def _surplus_least(cells: SplitCells, subject: Subject, asked: Asked) -> float | None:
    """What matters of the metric that is expected, at what was observed of it on all rows."""
    if subject.expected is None or subject.surplus is None or subject.surplus_least is None:
        return None
    values = [
        measure(use, cells, WHOLE, asked.candidate, asked.seed).value
        for use in (subject.expected, subject.surplus)
    ]
    known = [value for value in values if value is not None]
    return subject.surplus_least(sum(known)) if len(known) == len(values) else None


def _measured(use: Use, cells: SplitCells, windows: Windows, asked: Asked) -> dict[int, Measured]:
    """A metric on every window that has rows."""
    return {
        k: measure(use, cells, windows.slice_name(k), asked.candidate, asked.seed)
        for k, count in enumerate(windows.rows) if count and measurable(use, asked.candidate, cells)
    }  # fmt: skip


def _compared(windows: Windows, found: Mapping[int, Measured]) -> list[int]:
    """Windows with rows enough and a value."""
    return [k for k in windows.usable if k in found and found[k].value is not None]


def _tested(
    rows: Rows, cells: SplitCells, windows: Windows, use: Use, matters: float | None,
    found: Found, asked: Asked,
) -> tuple[Followed | None, str | None]:  # fmt: skip
    """The tests of one metric, or why there are none."""
    compared = _compared(windows, found[use.key])
    if len(compared) < 2:
        few = "one window has" if compared else "no window has"
        return None, f"{few} {FEWEST_ROWS} rows or more with a value, and it takes two to compare"
    correlation = None
    if units_are_shared(rows, CODE):
        names = [(k, windows.slice_name(k)) for k in compared]
        correlation = correlations(rows, cells, use, asked.candidate, CODE, names)
        if correlation is None:
            return (
                None,
                "sampling units have rows in several windows, and the metric does not say how each moves it",
            )
    series = series_of(use, cells, compared, [found[use.key][k] for k in compared], correlation)
    if series is None:
        return None, "the windows' values have no spread to go by"
    said = outcome(series, asked.confidence, matters, asked.seed)
    shown = next(test.finding == "shown" for test in said.tests if test.kind == "change")
    change = _change(rows, windows, use, compared, series, said, asked) if shown else None
    return Followed(finding=said.finding, tests=said.tests, change=change), None


def _change(
    rows: Rows, windows: Windows, use: Use, compared: list[int], series: Series, said: Outcome, asked: Asked
) -> ChangePoint:
    """Where the change came, and the metric on all rows before and after it."""
    where = said.step.where
    first, last = change_places(series, where, asked.confidence, asked.seed)
    table, at = f"{rows.table}_halves", compared[where + 1]
    rows.connection.execute(
        f"CREATE OR REPLACE VIEW {table} AS SELECT *, {CODE} < {at} AS {BEFORE}, {CODE} >= {at} AS {AFTER}"
        f" FROM {rows.table}"
    )
    halves = replace(rows, table=table, families=(), masks=(Mask("before", BEFORE), Mask("after", AFTER)))
    cells = asked.collapse(halves, [use])
    before, after = (
        measure(use, cells, name, asked.candidate, asked.seed).shown for name in ("before", "after")
    )
    names = [windows.name(compared[k + 1]) for k in (where, first, last)]
    places = {"at": names[0], "earliest": names[1], "latest": names[2]}
    if before is None or after is None:
        middle, half = series.mean, said.step.effect / 2
        return ChangePoint(
            **places, before=middle - half, after=middle + half, difference=2 * half,
            low=said.step.low, high=said.step.high,
        )  # fmt: skip
    apart, alpha = mover(after, before), float(special.ndtr(-said.step.critical))
    return ChangePoint(
        **places, before=before.value, after=after.value, difference=apart.value,
        low=apart.lower(alpha), high=apart.upper(alpha),
    )  # fmt: skip


def _window(
    windows: Windows, k: int, subject: Subject, found: Found, compared: bool, asked: Asked
) -> TimeWindow:  # fmt: skip
    """One window as it stands in the result."""
    value, low, high = _shown(subject.use, found, k, asked)
    expected, expected_low, expected_high = _shown(subject.expected, found, k, asked)
    surplus, surplus_low, surplus_high = _shown(subject.surplus, found, k, asked)
    own = found.get(subject.use.key, {}).get(k)
    reason = None
    if windows.rows[k] < FEWEST_ROWS:
        reason = "fewer than 30 rows" if windows.rows[k] else "no row"
    elif own is not None:
        reason = own.reason
    return TimeWindow(
        name=windows.name(k), start=windows.starts[k].isoformat(), end=windows.end(k).isoformat(),
        rows=windows.rows[k], value=value, low=low, high=high, compared=compared, reason=reason,
        expected=expected, expected_low=expected_low, expected_high=expected_high,
        surplus=surplus, surplus_low=surplus_low, surplus_high=surplus_high,
    )  # fmt: skip


def _shown(
    use: Use | None, found: Found, k: int, asked: Asked
) -> tuple[float | None, float | None, float | None]:
    """Value and interval of a use in a window; None where it has none."""
    one = found.get(use.key, {}).get(k) if use else None
    if one is None or one.shown is None:
        return None, None, None
    low, high = one.shown.interval(asked.confidence)
    return one.value, finite(low), finite(high)
