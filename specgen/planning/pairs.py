"""Gates on differences between groups: what the rows of each pair of groups can show."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from scipy import special

from specgen.engine.cells import Size
from specgen.planning.assumptions import Place
from specgen.planning.members import UNKNOWN_SPREAD, Rates
from specgen.planning.reach import Reach
from specgen.planning.spreads import value_spread
from specgen.spec.milestones import Gate
from specgen.stats.power import POWER

DOUBLINGS = 40
BISECTIONS = 50


@dataclass(frozen=True)
class Group:
    """A group's assumed value and the standard error that its rows give it."""

    name: str
    size: Size
    n: float
    value: float | None
    se: float
    spread: str
    measured: bool


@dataclass(frozen=True)
class PairOutcome:
    """A pair of groups, its reach with the rows at hand, and the assumed gap (or ratio)."""

    name: str
    rows: int
    smallest: Size
    n: float
    bound: float
    assumed: float | None
    origin: str
    reach: Reach | None
    spread: str
    reason: str


def group(place: Place, size: Size, n: float | None) -> Group | str:
    """A group with its value now, or with the spread that it will have; a text says why nothing is known."""
    if not n:
        return "no rows that count for it"
    found = place.candidate
    value = found.value if found is not None else None
    wide = value_spread(place, value)
    if wide is None:
        return UNKNOWN_SPREAD
    return Group(
        place.slice_name, size, n, value, wide.deviation / math.sqrt(n), wide.origin, found is not None
    )


def _smaller(one: Group, other: Group) -> Size:
    return min(one.size, other.size, key=lambda size: size.count)


def pair_outcomes(gate: Gate, groups: Mapping[str, Group | str], rates: Rates) -> list[PairOutcome]:
    """Each pair of groups, the least settled first; groups of which nothing is known stand for themselves."""
    bound = float(gate.gap_at_most if gate.gap_at_most is not None else gate.ratio_at_least or 0.0)
    known = [found for found in groups.values() if isinstance(found, Group)]
    lost = [
        PairOutcome(name, 0, Size(0), 0.0, bound, None, "", None, "", why)
        for name, why in groups.items()
        if isinstance(why, str)
    ]
    make = _gap if gate.gap_at_most is not None else _ratio
    found = [make(bound, one, other, rates) for one, other in combinations(known, 2)]
    return lost + sorted(found, key=lambda pair: _chance(pair.reach))


def _chance(reach: Reach | None) -> float:
    return reach.chance or 0.0 if reach else 0.0


def _gap(bound: float, one: Group, other: Group, rates: Rates) -> PairOutcome:
    """Passing needs both directions, so with equal groups half of the power's risk is on each side."""
    se = math.hypot(one.se, other.se)
    known = one.value is not None and other.value is not None
    gap = abs((one.value or 0.0) - (other.value or 0.0)) if known else 0.0

    def passes(truth: float, factor: float) -> float:
        noise, z = se / math.sqrt(factor), -float(special.ndtri(rates.alpha))
        both = special.ndtr((bound - truth) / noise - z) + special.ndtr((bound + truth) / noise - z) - 1
        return max(float(both), 0.0)

    def fails(truth: float, factor: float) -> float:
        noise, z = se / math.sqrt(factor), -float(special.ndtri(rates.alpha_fail))
        return float(special.ndtr((truth - bound) / noise - z))

    small, large = sorted((one, other), key=lambda found: found.value or 0.0)
    name = f"{large.name} − {small.name}"
    pass_from = _largest(lambda truth: passes(truth, 1.0), bound)
    fail_from = bound + (-float(special.ndtri(rates.alpha_fail)) - float(special.ndtri(1 - POWER))) * se
    likely: Literal["pass", "fail"] = "pass" if gap < bound else "fail"
    power = passes if likely == "pass" else fails
    origin = "the gap that is measured now" if known else "no gap at all"
    return _pair(name, one, other, bound, gap, origin, pass_from, fail_from, likely, power)


def _ratio(bound: float, one: Group, other: Group, rates: Rates) -> PairOutcome:
    """The smaller value over the larger: shown to be at least r by smaller − r·larger, a plain difference."""
    small, large = sorted((one, other), key=lambda found: found.value or 0.0)
    name = f"{small.name} ÷ {large.name}"
    if small.value is None or large.value is None or large.value <= 0:
        reason = "a ratio of groups needs their level, which is not known before there are predictions"
        rows, n = one.size.rows + other.size.rows, one.n + other.n
        return PairOutcome(name, rows, _smaller(one, other), n, bound, None, "", None, "", reason)
    ratio, level = small.value / large.value, large.value
    se = math.hypot(small.se, bound * large.se) / level

    def power(sign: int, alpha: float) -> Callable[[float, float], float]:
        z = -float(special.ndtri(alpha))
        return lambda truth, factor: float(special.ndtr(sign * (truth - bound) * math.sqrt(factor) / se - z))

    def reach(sign: int, alpha: float) -> float:
        return bound + sign * (-float(special.ndtri(alpha)) - float(special.ndtri(1 - POWER))) * se

    likely: Literal["pass", "fail"] = "pass" if ratio > bound else "fail"
    chosen = power(1, rates.alpha) if likely == "pass" else power(-1, rates.alpha_fail)
    pass_from, fail_from = reach(1, rates.alpha), reach(-1, rates.alpha_fail)
    return _pair(
        name, small, large, bound, ratio, "the ratio that is measured now",
        pass_from if pass_from <= 1 else None, fail_from if fail_from >= 0 else None, likely, chosen,
    )  # fmt: skip


def _pair(
    name: str, one: Group, other: Group, bound: float, truth: float, origin: str,
    pass_from: float | None, fail_from: float | None, likely: Literal["pass", "fail"],
    power: Callable[[float, float], float],
) -> PairOutcome:  # fmt: skip
    rows, n = one.size.rows + other.size.rows, one.n + other.n

    def needed(wanted: float) -> int | None:
        factor = None if truth == bound else _factor(lambda at: power(truth, at), wanted)
        return None if factor is None else math.ceil(factor * n)

    found = Reach(pass_from, fail_from, likely, power(truth, 1.0), needed, "normal form")
    spread = "; ".join(dict.fromkeys((one.spread, other.spread)))
    return PairOutcome(name, rows, _smaller(one, other), n, bound, truth, origin, found, spread, "")


def _largest(power: Callable[[float], float], bound: float) -> float | None:
    """The largest gap below the bound that passes with the power asked for; None where not even 0 does."""
    low, high = 0.0, bound
    if power(low) < POWER:
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if power(middle) >= POWER else (low, middle)
    return low


def _factor(power: Callable[[float], float], wanted: float) -> float | None:
    """How many times the rows at hand give the power wanted."""
    low, high = 0.0, 2.0**-DOUBLINGS
    while power(high) < wanted:
        low, high = high, 2 * high
        if high > 2.0**DOUBLINGS:
            return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if power(middle) >= wanted else (middle, high)
    return high
