"""Windows' measured values as a series that can be tested, and what the tests say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specgen.checks.over_time.found import Finding, TimeTest
from specgen.engine.cells import FloatArray, SplitCells
from specgen.metrics.uses import Use
from specgen.stats.measured import Measured
from specgen.stats.over_time import (
    Series,
    Tested,
    change_point,
    estimates,
    heterogeneity,
    null_draws,
    proportions,
    trend,
)

# Two windows have one difference, which is all that there is to test.
TESTS, FEWEST_WINDOWS = 3, 2
HALF_WIDTH = 1.959963984540054


@dataclass(frozen=True)
class Outcome:
    """What the tests say, with the step that stands out most."""

    finding: Finding
    tests: tuple[TimeTest, ...]
    step: Tested


def series_of(
    use: Use,
    cells: SplitCells,
    at: Sequence[int],
    measured: Sequence[Measured],
    correlation: FloatArray | None,
) -> Series | None:
    """The series of windows at positions `at`; None where fewer than two have a value with a spread."""
    if len(measured) < FEWEST_WINDOWS:
        return None
    values = np.array([float(one.value or 0.0) for one in measured])
    n, places = np.array([float(one.n) for one in measured]), np.array(at, dtype=float)
    if use.metric.state in ("proportion", "share") and not cells.weighted and not cells.clustered:
        trials = n.astype(np.int64)
        found = proportions(places, np.rint(values * trials).astype(np.int64), trials)
        if found is not None:
            return found
    se = np.array([_standard_error(one, clustered=cells.clustered) for one in measured])
    if not (np.isfinite(se).all() and (n > 0).all() and se.max() > 0):
        return None
    return estimates(places, values, se, n, correlation)


def _standard_error(measured: Measured, *, clustered: bool) -> float:
    """The estimate's own, or what its shown interval stands for; of few units that one, which gives them their due."""
    if measured.shown is None:
        return float("nan")
    if measured.shown.se and not clustered:
        return measured.shown.se
    low, high = measured.shown.interval(0.95)
    return (high - low) / 2 / HALF_WIDTH


def outcome(series: Series, confidence: float, matters: float | None, seed: int) -> Outcome:
    """The three tests of a series, each at a third of the error rate; `matters` is the smallest material change."""
    alpha = (1 - confidence) / TESTS
    null = null_draws(series, seed)
    step = change_point(series, null, alpha)
    line, spread = trend(series, null, alpha), heterogeneity(series, null, alpha)
    tests = (
        _test("change", step, matters, alpha),
        _test("trend", line, matters, alpha),
        # Values that differ by a step in the middle have half of it as their standard deviation.
        _test("spread", spread, None if matters is None else matters / 2, alpha),
    )
    findings = [test.finding for test in tests]
    finding: Finding = "open"
    if "shown" in findings:
        finding = "shown"
    elif findings[:2] == ["small", "small"]:
        finding = "small"
    return Outcome(finding, tests, step)


def _test(kind: str, found: Tested, matters: float | None, alpha: float) -> TimeTest:
    finding: Finding = "open"
    if found.p_value < alpha and abs(found.effect) >= (matters or 0.0):
        finding = "shown"
    elif matters is not None and found.largest < matters:
        finding = "small"
    return TimeTest.model_validate(
        {
            "kind": kind, "statistic": found.statistic, "p_value": found.p_value, "effect": found.effect,
            "low": found.low, "high": found.high, "material": matters, "finding": finding,
        }
    )  # fmt: skip
