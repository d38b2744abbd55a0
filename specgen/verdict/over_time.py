"""Performance over time as a member of a drift gate."""

from __future__ import annotations

from specgen.checks.over_time.found import OverTime, TimeTest
from specgen.verdict.judged import GateMember, GateVerdict
from specgen.verdict.words import number

NAME = "performance over time"


def over_time_member(followed: tuple[OverTime, ...], split: str, better: str) -> GateMember | None:
    """The member for a gate on a split: fail where a material change for the worse is shown.

    Pass where every change is shown to be small, or one for the better is shown; inconclusive where the
    rows do not tell. None where the split is not followed, or has no labels. `better` is the metric's
    direction; a metric without one fails on any change.
    """
    one = next((o for o in followed if o.splits == (split,) and o.labelled), None)
    if one is None:
        return None
    if one.performance is None:
        return _member("inconclusive", None, one, f"Not tested: {one.not_tested}.")
    tests = one.performance.tests
    shown = [test for test in tests if test.finding == "shown"]
    told = shown[0] if shown else tests[0]
    worse = [test for test in shown if test.kind == "spread" or _worse(test, better)]
    if worse:
        return _member("fail", worse[0], one, _reason(worse[0], one))
    if shown:
        return _member("pass", told, one, f"{one.metric} changes over time, for the better.")
    if one.performance.finding == "small":
        return _member("pass", told, one, f"No change of {one.metric} is as large as a tenth of its error.")
    return _member("inconclusive", told, one, f"A change of {one.metric} is neither shown nor ruled out.")


def _worse(test: TimeTest, better: str) -> bool:
    return better == "neither" or (test.effect < 0) == (better == "higher")


def _reason(test: TimeTest, one: OverTime) -> str:
    change = one.performance.change if one.performance else None
    if test.kind == "change" and change is not None:
        return f"{one.metric} went from {number(change.before)} to {number(change.after)}, beginning with {change.at}."
    if test.kind == "trend":
        return f"{one.metric} gets worse over time, by {number(abs(test.effect))} from the first window to the last."
    return f"{one.metric} differs between windows of time by more than chance."


def _member(verdict: GateVerdict, test: TimeTest | None, one: OverTime, reason: str) -> GateMember:
    """Measured is the size of the change, whichever its direction."""
    size = low = high = None
    if test is not None:
        ends = (test.low, test.high) if test.effect >= 0 else (-test.high, -test.low)
        size, low, high = abs(test.effect), max(ends[0], 0.0), ends[1]
    return GateMember(
        name=NAME, verdict=verdict, measured=size, low=low, high=high, bound=test.material if test else None,
        n=one.rows, method="max_step" if test and test.kind == "change" else "over_time", more_examples=None,
        reason=reason,
    )  # fmt: skip
