"""The values of a gate's slices beside what is left of them once chance is allowed for."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.stats.shrinkage import shrunken_proportions, shrunken_values
from specgen.verdict.judging import Trial, spread


def shrunken_by_slice(trials: Sequence[Trial]) -> dict[str, float]:
    """Shrunken value of each measured slice of a gate, by name; empty where there are too few slices.

    Plain proportions against one bound by beta-binomial shrinkage. Anything else by normal shrinkage of
    the surpluses over the bounds, so that slices with bounds of their own (a baseline's) are alike.
    """
    known = [(t, t.surplus, t.measured) for t in trials if t.surplus is not None and t.measured is not None]
    if all(trial.proportion is not None for trial, _, _ in known):
        sizes = [float(surplus.n) for _, surplus, _ in known]
        drawn = shrunken_proportions([value * n for (*_, value), n in zip(known, sizes, strict=True)], sizes)
        return {} if drawn is None else {t.name: float(at) for (t, *_), at in zip(known, drawn, strict=True)}
    noisy = [(t, surplus.value, value, se) for t, surplus, value in known if (se := spread(surplus))]
    drawn = shrunken_values([at for _, at, _, _ in noisy], [se for *_, se in noisy])
    if drawn is None:
        return {}
    return {
        trial.name: trial.inside(value + (float(new) - old) * (1 if trial.upwards else -1))
        for (trial, old, value, _), new in zip(noisy, drawn, strict=True)
    }
