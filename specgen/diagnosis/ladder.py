"""The ladder of gaps: what is possible → train → dev → test → production, and which step loses how much.

Each step has a cause of its own and a remedy of its own (Ng, Machine Learning Yearning, ch. 20 to 27 and
40 to 42): a baseline above the training set is avoidable bias, training above dev is variance, dev above
test is tuning to dev, and test above production is a shift of the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from specgen.diagnosis.baselines import baseline_estimate, baseline_value, compare
from specgen.diagnosis.found import Cause, Judged, Rung
from specgen.engine.cells import WHOLE, SplitCells
from specgen.metrics.uses import Use, measurable
from specgen.spec.spec import Spec
from specgen.stats.estimate import Estimate, finite, negate
from specgen.stats.measure import measure
from specgen.stats.unpaired import mover

SPLITS = ("train", "dev", "test", "production")
# A gap that is less than this part of the error at its lower end is not where work pays.
MATERIAL = 0.1
FROM_BASELINE: dict[str, Cause] = {
    "train": "avoidable bias",
    "dev": "avoidable bias and variance",
    "test": "avoidable bias and variance",
    "production": "avoidable bias, variance and shift",
}
BETWEEN: dict[tuple[str, str], Cause] = {
    ("train", "dev"): "variance",
    ("train", "test"): "variance",
    ("train", "production"): "variance and shift",
    ("dev", "test"): "over-fitting to dev",
    ("dev", "production"): "over-fitting to dev and shift",
    ("test", "production"): "shift",
}


@dataclass(frozen=True)
class Ladder:
    """What the steps are measured on."""

    spec: Spec
    use: Use
    cells: Mapping[str, SplitCells]
    not_evaluated: Mapping[str, str]
    seed: int


def rungs(ladder: Ladder, reference: str | None) -> tuple[Rung, ...]:
    """Every step of the primary metric that the declared splits have; none for a metric without direction."""
    declared = [name for name in SPLITS if name in ladder.spec.data]
    if ladder.use.metric.better == "neither" or not declared:
        return ()
    known = [name for name in declared if _measured(ladder, name) is not None]
    steps = len(known)
    found = []
    if known and reference is not None:
        found.append(_from_baseline(ladder, reference, known[0], steps))
    found += [_between(ladder, upper, lower, steps) for upper, lower in pairwise(known)]
    return (*found, *_unknown(ladder, declared, known))


def worse_by(use: Use, apart: Estimate) -> Estimate:
    """An upper value minus a lower one, as how much worse the lower is."""
    return apart if use.metric.better == "higher" else negate(apart)


def material(use: Use, value: float) -> float | None:
    """The smallest gap worth work: a part of the distance to the best possible value; None without an end."""
    best = use.metric.high if use.metric.better == "higher" else (use.metric.low or 0.0)
    return None if best is None else MATERIAL * abs(best - value)


def _measured(ladder: Ladder, split: str) -> Estimate | None:
    """The candidate on a whole split; None where it has no value."""
    cells, candidate = ladder.cells.get(split), ladder.spec.candidate_name
    if cells is None or candidate not in cells.models or not measurable(ladder.use, candidate, cells):
        return None
    return measure(ladder.use, cells, WHOLE, candidate, ladder.seed).shown


def _from_baseline(ladder: Ladder, reference: str, lower: str, steps: int) -> Rung:
    """From what is possible to the first split: paired there if the baseline has values there, else across splits."""
    spec, use, cause = ladder.spec, ladder.use, FROM_BASELINE[lower]
    here, cells = _measured(ladder, lower), ladder.cells[lower]
    if baseline_value(spec, cells, use, WHOLE, reference, ladder.seed) is not None:
        compared = compare(spec, cells, use, WHOLE, reference, ladder.seed)
        apart = compared.difference.shown
        if apart is not None and compared.value is not None:
            where = "" if compared.published else lower
            ends = reference, where, compared.value, compared.value + apart.value
            return _rung(ladder, cause, ends, lower, negate(apart), steps)
    for split, other in ladder.cells.items():
        there = baseline_estimate(spec, other, use, WHOLE, reference, ladder.seed)
        if there is not None and here is not None:
            ends = reference, split, there.value, here.value
            return _rung(ladder, cause, ends, lower, mover(there, here), steps)
    return _nothing(cause, reference, lower, f"the baseline {reference} has no value for it", spec.confidence)


def _between(ladder: Ladder, upper: str, lower: str, steps: int) -> Rung:
    """From one split to the next: two samples of rows, taken as independent."""
    above, below = _measured(ladder, upper), _measured(ladder, lower)
    cause = BETWEEN[upper, lower]
    if above is None or below is None:
        return _nothing(cause, upper, lower, "it has no value there", ladder.spec.confidence)
    ends = upper, upper, above.value, below.value
    return _rung(ladder, cause, ends, lower, mover(above, below), steps)


def _rung(
    ladder: Ladder, cause: Cause, ends: tuple[str, str, float, float], lower: str, apart: Estimate, steps: int
) -> Rung:
    gap, (upper, where, above, below) = worse_by(ladder.use, apart), ends
    low, high = gap.interval(ladder.spec.confidence)
    least = material(ladder.use, below)
    return Rung(
        cause=cause, upper=upper, upper_split=where, lower=lower, upper_value=above, lower_value=below,
        gap=gap.value, low=finite(low), high=finite(high), confidence=ladder.spec.confidence, material=least,
        finding=finding(gap, least, 1 - ladder.spec.confidence, steps), method=gap.method,
    )  # fmt: skip


def finding(gap: Estimate, least: float | None, alpha: float, among: int) -> Judged:
    """What is known of a gap among `among` (Bonferroni): whether it is there and large, or shown to be small."""
    if gap.value >= (least or 0.0) and gap.lower(alpha / among) > 0:
        return "shown"
    return "small" if gap.upper(alpha) < (least or 0.0) else "open"


def _unknown(ladder: Ladder, declared: Sequence[str], known: Sequence[str]) -> Iterator[Rung]:
    """Steps to splits that are declared and could not be measured."""
    for lower in declared:
        above = [name for name in known if SPLITS.index(name) < SPLITS.index(lower)]
        if lower not in known and above:
            why = ladder.not_evaluated.get(lower, "the candidate has no value on it")
            yield _nothing(BETWEEN[above[-1], lower], above[-1], lower, why, ladder.spec.confidence)


def _nothing(cause: Cause, upper: str, lower: str, why: str, confidence: float) -> Rung:
    return Rung(
        cause=cause, upper=upper, upper_split="", lower=lower, upper_value=None, lower_value=None, gap=None,
        low=None, high=None, confidence=confidence, material=None, finding="not measured", method="none", reason=why,
    )  # fmt: skip
