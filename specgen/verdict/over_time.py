"""Performance over time as a member of a drift gate."""

from __future__ import annotations

from specgen.checks.over_time.found import OverTime, TimeTest
from specgen.diagnosis.ladder import MATERIAL
from specgen.verdict.judged import GateMember, GateVerdict
from specgen.verdict.words import number

NAME = "performance over time"


def over_time_member(
    followed: tuple[OverTime, ...], split: str, better: str, limit: float
) -> GateMember | None:
    """The member for a gate on a split: how much worse the metric gets, where `limit` of its error is allowed.

    The largest step and the trend are both held to it, by bounds that are corrected for having looked
    everywhere. Pass where neither can be as large, fail where one is larger, inconclusive otherwise. None
    where the split is not followed, or has no labels. A metric without a better or worse may not change
    either way.
    """
    one = next((o for o in followed if o.splits == (split,) and o.labelled), None)
    if one is None:
        return None
    tests = one.performance.tests if one.performance else ()
    moves = [(test, *_worse(test, better)) for test in tests if test.kind != "spread"]
    if not moves or moves[0][0].material is None:
        why = one.not_tested or "its values have no end to measure a change by"
        return _member("inconclusive", one, f"Not tested: {why}.")
    allowed = limit * moves[0][0].material / MATERIAL
    fails = [move for move in moves if move[2] > allowed]
    test, size, low, high = fails[0] if fails else max(moves, key=lambda move: move[3])
    if low > allowed:
        return _member("fail", one, _reason(test, one), size, low, high, allowed, test.kind)
    if high < allowed:
        reason = f"no step or trend of {one.metric} can be as large."
        return _member("pass", one, reason, size, low, high, allowed, test.kind)
    reason = f"whether {one.metric} gets worse by more than {number(allowed)} over time is open."
    return _member("inconclusive", one, reason, size, low, high, allowed, test.kind)


def _worse(test: TimeTest, better: str) -> tuple[float, float, float]:
    """How much worse, with its bounds."""
    if better == "neither":
        ends = (test.low, test.high) if test.effect >= 0 else (-test.high, -test.low)
        return abs(test.effect), max(ends[0], 0.0), max(abs(test.low), abs(test.high))
    if better == "higher":
        return -test.effect, -test.high, -test.low
    return test.effect, test.low, test.high


def _reason(test: TimeTest, one: OverTime) -> str:
    change = one.performance.change if one.performance else None
    if test.kind == "change" and change is not None:
        return f"{one.metric} went from {number(change.before)} to {number(change.after)}, beginning with {change.at}."
    return (
        f"{one.metric} gets worse over time, by {number(abs(test.effect))} from the first window to the last."
    )


def _member(
    verdict: GateVerdict, one: OverTime, reason: str, size: float | None = None, low: float | None = None,
    high: float | None = None, allowed: float | None = None, kind: str = "",
) -> GateMember:  # fmt: skip
    return GateMember(
        name=NAME, verdict=verdict, measured=size, low=low, high=high, bound=allowed, n=one.rows,
        method="max_step" if kind == "change" else "over_time", more_examples=None,
        reason=f"{reason[:1].upper()}{reason[1:]}",
    )  # fmt: skip
