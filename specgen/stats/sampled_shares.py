"""The share of a finite population's amount that falls to a part of it, from a random sample without replacement."""

from __future__ import annotations

from dataclasses import replace

from specgen.engine.cells import FloatArray
from specgen.stats.estimate import Estimate
from specgen.stats.proportion import modified_wilson


def sampled_share(inside: FloatArray, amount: FloatArray, population: int) -> Estimate | None:
    """Σ amount of the part ÷ Σ amount of all `population` rows, by the ratio in the sample.

    `inside` (n,) is 1 for rows of the part and else 0, `amount` (n,) ≥ 0. The interval is Wilson's on an effective
    number of rows, which has the ratio's linearised variance (Korn and Graubard 1998, Survey Methodology 24:193)
    and is never more than Kish's for unequal amounts, times the correction for a finite population (Cochran 1977,
    §2.5 and 6.4): with equal amounts n(N − 1)/(N − n). Of a population that was drawn as a whole nothing is in
    doubt. None where no amount was drawn.
    """
    total = float(amount.sum())
    if not len(amount) or total <= 0:
        return None
    n, value = len(amount), float((inside * amount).sum()) / total
    if n >= population:
        return Estimate(value, n, "whole population", lambda _: value, lambda _: value, 0.0)
    effective = total**2 / float((amount**2).sum())
    if 0 < value < 1 and n > 1:
        residual = amount * (inside - value)
        variance = n / (n - 1) * float((residual**2).sum()) / total**2
        effective = min(effective, value * (1 - value) / variance)
    effective *= (population - 1) / (population - n)
    found = modified_wilson(value * effective, effective)
    return replace(found, n=n, method="wilson of a finite population")
