"""The threshold that a payoff wants: found on one split, its worth measured on others.

What a threshold is worth on the rows that it was chosen on is too good to be true, as any largest of
many values is; what can be expected of it is its worth on rows that had no part in the choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from specgen.diagnosis.choices import ThresholdChoice, ThresholdCurve, ThresholdValue
from specgen.diagnosis.worth import amount
from specgen.engine.cells import WHOLE, SplitCells
from specgen.engine.samples import Sample
from specgen.engine.thresholded import cutting, power_of_weights, thresholded
from specgen.metrics.outcomes import Outcomes
from specgen.metrics.uses import POSITIVE, Use
from specgen.spec.business import BusinessMetric
from specgen.spec.spec import Spec
from specgen.stats.measure import difference, measure
from specgen.stats.thresholds import best_threshold, not_worse, threshold_grid

TRAIN, DEV = "train", "dev"
BEST, IN_USE = "best", "in use"


def score_terms(model: int) -> dict[str, str]:
    """What has to be known of each row, name → SQL."""
    return {"label": "label", "score": f"s{model}"}


def threshold_choice(
    spec: Spec, business: BusinessMetric, use: Use, cells: Mapping[str, SplitCells], judged: str, seed: int
) -> ThresholdChoice | None:
    """The choice for a payoff; None where the candidate has no scores to choose by.

    It is found on dev, else on the first evaluated split but train and `judged`, the last judged one,
    and measured on the evaluated splits after it.
    """
    samples = {name: found for name in spec.data if name in cells and (found := _sample(spec, cells[name]))}
    if not business.cells or not samples:
        return None
    on, reason = _split_to_choose_on(list(samples), judged)
    gains = _gains(business)
    if min(gains) <= 0:
        on, reason = None, "its payoff does not make right answers worth more than wrong ones"
    best, low, high = None, None, None
    in_use, known = spec.task.threshold, [spec.task.threshold]
    if on is not None:
        sample, (yes, no) = samples[on], gains
        best = best_threshold(sample, (yes, -no), in_use)
        known.append(best)
        grid = threshold_grid(sample, known)
        squares = power_of_weights(cells[on], sample, 2)
        kept = not_worse(sample, grid, squares, no / (yes + no), spec.confidence, seed)
        low, high = float(kept.min()), float(kept.max())
    shown = [name for name in dict.fromkeys([on, judged]) if name in samples]
    grid = threshold_grid(samples[shown[0]], known) if shown else np.zeros(0)
    return ThresholdChoice(
        metric=use.key, in_use=in_use, chosen_on=on, best=best, low=low, high=high,
        confidence=spec.confidence,
        break_even=gains[1] / sum(gains) if min(gains) > 0 else None,
        thresholds=tuple(map(float, grid)),
        curves=tuple(ThresholdCurve(split=name, values=_curve(use, samples[name], grid)) for name in shown),
        values=tuple(
            value for name in _after(list(samples), on) if best is not None
            for value in _values(spec, use, cells[name], samples[name], best, seed)
        ),
        reason=reason,
    )  # fmt: skip


def _sample(spec: Spec, cells: SplitCells) -> Sample | None:
    """Label and score of the candidate's rows on a split; None where it has no scores there."""
    model = spec.candidate_name
    if model not in cells.scored or cells.samples is None:
        return None
    return cells.samples.of(WHOLE, score_terms(cells.models.index(model)))


def _split_to_choose_on(splits: Sequence[str], judged: str) -> tuple[str | None, str | None]:
    """The split to choose a threshold on, or why there is none."""
    others = [name for name in splits if name not in (TRAIN, judged)]
    if DEV in others:
        return DEV, None
    before = [name for name in others if judged not in splits or splits.index(name) < splits.index(judged)]
    if before:
        return before[0], None
    return (
        None,
        f"no split besides {judged} is there to choose it on, and on the same rows it would flatter itself",
    )


def _after(splits: Sequence[str], on: str | None) -> list[str]:
    """Splits that had no part in the choice, but train, on which the model itself was fitted."""
    return [name for name in splits if name not in (on, TRAIN)]


def _gains(business: BusinessMetric) -> tuple[float, float]:
    """What a right answer is worth more than a wrong one, on positive and on negative rows."""
    sign = 1 if business.better == "higher" else -1
    cells = business.cells
    return sign * (cells["tp"] - cells["fn"]), sign * (cells["tn"] - cells["fp"])


def _curve(use: Use, sample: Sample, grid: np.ndarray) -> tuple[float, ...]:
    """The metric at each threshold, from the weight of both labels below and above it."""
    place = np.searchsorted(cutting(sample, grid), sample["score"], side="right")
    below = np.zeros((2, len(grid) + 1))
    for label in (0, 1):
        weight = np.where(sample["label"] == label, sample.weight, 0.0)
        below[label] = np.bincount(place, weights=weight, minlength=len(grid) + 1).cumsum()
    no, yes = below[:, :-1], below[:, -1:] - below[:, :-1]
    outcomes = Outcomes(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), 2, POSITIVE)
    return tuple(map(float, use.function(outcomes, np.concatenate([no, yes]).T)))


def _values(
    spec: Spec, use: Use, cells: SplitCells, sample: Sample, best: float, seed: int
) -> list[ThresholdValue]:
    """What the chosen threshold and that in use are worth on a split; nothing where that is undefined."""
    made = thresholded(cells, sample, {BEST: best, IN_USE: spec.task.threshold})
    found = [measure(use, made, WHOLE, name, seed) for name in (BEST, IN_USE)]
    apart = difference(use, made, WHOLE, BEST, IN_USE, seed)
    best_value, in_use, moved = (amount(one, spec.confidence) for one in (*found, apart))
    if best_value is None or in_use is None or moved is None:
        return []
    return [
        ThresholdValue(
            split=cells.split, best=best_value, in_use=in_use, difference=moved, method=apart.method
        )
    ]
