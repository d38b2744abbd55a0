"""F1 by the share that it is a function of.

Of the rows that have the label or are predicted as it, a share J is both (Jaccard's index), and F1 is
2J/(1 + J). Given how many such rows there are, those that are both are binomial, so that F1 has the
intervals of a proportion, moved to its own scale (Lam, Gopal and Qian 2023, Confidence intervals for the
F1 score: a comparison of four methods, arXiv 2309.14621: Clopper-Pearson, and Wilson's indirect).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from specgen.engine.cells import FloatArray, OutcomeCells
from specgen.metrics.outcomes import Outcomes, Share
from specgen.stats.estimate import Estimate
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.outcome_estimates import proportion_estimate

if TYPE_CHECKING:
    from specgen.metrics.outcomes import BoolArray


def f1_estimate(outcomes: Outcomes, cells: OutcomeCells, valid: BoolArray, why: str) -> Measured:
    """F1 of the valid cells (C,) of independent rows: Wilson's interval to show, Clopper and Pearson's to decide.

    Weights count as for any proportion. `why` says when it has no value.
    """
    n = int(cells.count[valid].sum())
    found = proportion_estimate(jaccard(outcomes), cells, valid)
    if found.decision is None or found.shown is None:
        return undefined(f"undefined on these rows: {why}", n)
    return certain(_moved(found.decision, n), _moved(found.shown, n))


def jaccard(outcomes: Outcomes) -> Share:
    """Of the rows with the label in focus on either side, those that have it on both."""
    actual, predicted = outcomes.actual, outcomes.predicted
    return Share(actual & predicted, actual | predicted)


def f1_of(share: float | FloatArray) -> float | FloatArray:
    """F1 where Jaccard's index is `share`."""
    return 2 * share / (1 + share)


def _moved(found: Estimate, n: int) -> Estimate:
    def bound(of: Callable[[float], float]) -> Callable[[float], float]:
        return lambda alpha: float(f1_of(of(alpha)))

    return replace(
        found, value=float(f1_of(found.value)), n=n, method=f"{found.method}, by Jaccard's index",
        lower=bound(found.lower), upper=bound(found.upper),
        se=None if found.se is None else found.se * 2 / (1 + found.value) ** 2,
    )  # fmt: skip
