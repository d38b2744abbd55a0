"""What n rows can show about one number against one bound, by each kind of evidence.

All three kinds answer the same questions: from which truth on the gate passes, from which on it fails, how
likely it is to reach the verdict that an assumed truth deserves, and with how many rows it would be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scipy import special

from specgen.stats.exact_power import power_above, truth_above
from specgen.stats.paired_power import paired_power, paired_rows, paired_truth
from specgen.stats.power import POWER, rows_for_difference, rows_for_proportion


@dataclass(frozen=True)
class Question:
    """A bound, in which direction it is met, and the error rates at which the gate passes and fails.

    `truth` is what is assumed, None where nothing can be; `n` counts the rows that bear on it. `low` and
    `high` end the values that the truth can have.
    """

    n: float
    bound: float
    upwards: bool
    truth: float | None
    alpha: float
    alpha_fail: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Reach:
    """The answers; `needed` takes a power to the n that has it, None where no n has."""

    pass_from: float | None
    fail_from: float | None
    likely: Literal["pass", "fail"] | None
    chance: float | None
    needed: Callable[[float], int | None]
    method: str


@dataclass(frozen=True)
class _Side:
    """One direction of a kind of evidence, as showing that the truth lies above the bound."""

    truth: Callable[[], float | None]
    power: Callable[[float], float]
    rows: Callable[[float, float], int | None]


def proportion_reach(ask: Question) -> Reach:
    """A proportion by Clopper and Pearson's bound, exactly; of an effective n the whole part counts."""
    n = math.floor(ask.n + 1e-9)

    def side(bound: float, alpha: float, upwards: bool) -> _Side:
        def turn(value: float) -> float:
            return value if upwards else 1 - value

        return _Side(
            lambda: _turned(truth_above(n, turn(bound), alpha, POWER), turn),
            lambda truth: power_above(n, turn(truth), turn(bound), alpha),
            lambda truth, power: rows_for_proportion(truth, bound, alpha, power),
        )

    return _reach(ask, side, "exact binomial")


def normal_reach(ask: Question, deviation: float, fixed_se: float = 0.0) -> Reach:
    """A number whose error at n rows is about normal with standard deviation deviation/√n."""
    se = math.hypot(deviation / math.sqrt(ask.n), fixed_se) if ask.n > 0 else math.inf

    def side(bound: float, alpha: float, upwards: bool) -> _Side:
        sign, z = (1 if upwards else -1), -float(special.ndtri(alpha))
        return _Side(
            lambda: _inside(bound + sign * (z - float(special.ndtri(1 - POWER))) * se, ask),
            lambda truth: float(special.ndtr(sign * (truth - bound) / se - z)) if se > 0 else 1.0,
            lambda truth, power: rows_for_difference(deviation, 1, truth - bound, alpha, power, fixed_se),
        )

    return _reach(ask, side, "normal form")


def paired_reach(ask: Question, discordance: float) -> Reach:
    """A difference of two proportions over the same rows, by the cautious form of Tango's bound that gates use."""

    def side(bound: float, alpha: float, upwards: bool) -> _Side:
        sign = 1 if upwards else -1
        return _Side(
            lambda: _turned(paired_truth(ask.n, discordance, sign * bound, alpha, POWER), lambda d: sign * d),
            lambda truth: paired_power(ask.n, sign * truth, discordance, sign * bound, alpha),
            lambda truth, power: paired_rows(sign * truth, discordance, sign * bound, alpha, power),
        )

    return _reach(ask, side, "score test of paired rows")


def _reach(ask: Question, side: Callable[[float, float, bool], _Side], method: str) -> Reach:
    good, bad = side(ask.bound, ask.alpha, ask.upwards), side(ask.bound, ask.alpha_fail, not ask.upwards)
    pass_from = good.truth() if ask.n > 0 else None
    fail_from = bad.truth() if ask.n > 0 else None
    truth = ask.truth
    if truth is None or truth == ask.bound:
        return Reach(pass_from, fail_from, None, None, lambda _: None, method)
    likely: Literal["pass", "fail"] = "pass" if (truth > ask.bound) == ask.upwards else "fail"
    chosen = good if likely == "pass" else bad
    chance = chosen.power(truth) if ask.n > 0 else 0.0
    return Reach(pass_from, fail_from, likely, chance, lambda power: chosen.rows(truth, power), method)


def _turned(value: float | None, turn: Callable[[float], float]) -> float | None:
    return None if value is None else turn(value)


def _inside(value: float, ask: Question) -> float | None:
    """The value, or None where the truth cannot be that."""
    too_low = ask.low is not None and value < ask.low
    too_high = ask.high is not None and value > ask.high
    return None if too_low or too_high or not math.isfinite(value) else value
