"""Scores that are seldom earned."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.found import Finding, failed, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import NAIVE, Scene
from specgen.engine.cells import SplitCells
from specgen.spec.declared import metric_key
from specgen.stats.estimate import Estimate, negate, shift
from specgen.stats.measure import measure

# What is left of the way to a perfect score, and of what the naive model or people leave.
PERFECT, SURELY, OF_NAIVE, OF_UNBOUNDED, OF_PEOPLE = 0.005, 0.05, 0.05, 0.01, 0.2
DO = (
    "Before you believe it, look for leakage: a column that is known only afterwards, rows shared with the"
    " training set, a label that was made from the features."
)


@sanity_check("too_good", "Too good to be true")
def too_good(scene: Scene) -> Iterator[Finding]:
    """On other splits than the training set, the primary metric is not next to perfect or far above people.

    Next to perfect: within 0.005 of the best value (0.05 with confidence), where the naive model is twenty
    times as far from it; for errors without a limit, a hundredth of the naive model's. Far above people: a fifth
    of the distance to the best value that a human or literature baseline leaves. A perfect score on the
    training set alone only says that the model can learn by heart.
    """
    metric = scene.primary.metric
    others = [split for split in scene.evaluated if split != "train"]
    if metric.better == "neither" or (metric.better == "higher" and metric.high is None):
        yield not_applicable(f"{scene.primary.title} has no best value")
    elif not others:
        yield not_applicable("only the training set was evaluated")
    else:
        yield from (_looked_at(scene, split) for split in others)


def _looked_at(scene: Scene, split: str) -> Finding:
    title, alpha = scene.primary.title, 1 - scene.spec.confidence
    mine = _loss(scene, scene.closer[split], scene.candidate)
    value = measure(scene.primary, scene.closer[split], "all", scene.candidate, scene.seed)
    if mine is None:
        return not_applicable(f"{title} has no value on {split}: {value.reason}", split)
    told = f"{title} is {value.value:.4g} on {split}"
    naive = _loss(scene, scene.closer[split], NAIVE)
    bounded = scene.primary.metric.high is not None
    if _perfect(mine.value, mine.upper(alpha), None if naive is None else naive.value, bounded):
        train = _loss(scene, scene.closer["train"], scene.candidate) if "train" in scene.evaluated else None
        also = " and perfect on train" if train is not None and train.value == 0 else ""
        return failed(f"{told}{also}", DO, split, count=value.n, statistic=value.value)
    for name, left in _people(scene, split):
        if left > 0 and mine.upper(alpha) < OF_PEOPLE * left:
            beside = f"{told}: it leaves {mine.value / left:.0%} of what {name} leaves to the best value"
            return failed(beside, DO, split, count=value.n, statistic=value.value)
    return passed(told, split, statistic=value.value)


def _perfect(loss: float, most: float, naive: float | None, bounded: bool) -> bool:
    """Whether a loss, of at most `most`, is next to nothing beside the naive model's."""
    if not bounded:
        return naive is not None and most <= OF_UNBOUNDED * naive
    return loss <= PERFECT and most <= SURELY and (naive is None or loss <= OF_NAIVE * naive)


def _loss(scene: Scene, cells: SplitCells, model: str) -> Estimate | None:
    """How far a model is from the best value of the primary metric; None where it has none."""
    if model not in cells.models:
        return None
    found = measure(scene.primary, cells, "all", model, scene.seed).decision
    return None if found is None else _from_best(scene, found)


def _from_best(scene: Scene, found: Estimate) -> Estimate:
    metric = scene.primary.metric
    if metric.better == "higher":
        return shift(negate(found), metric.high or 0.0)
    return shift(found, -(metric.low or 0.0))


def _people(scene: Scene, split: str) -> Iterator[tuple[str, float]]:
    """Human and literature baselines, and at least how far they are from the best value."""
    metric, spec = scene.primary.metric, scene.spec
    for name, baseline in spec.baselines.items():
        if baseline.kind not in ("human", "literature"):
            continue
        measured = _loss(scene, scene.cells[split], name)
        if measured is not None:
            yield name, measured.lower(1 - spec.confidence)
        for value in baseline.values:
            asked = (metric_key(spec, value.metric, value.label), value.label, value.slice or "all")
            if asked == (scene.primary.key, scene.primary.label, "all") and value.split in (None, split):
                best = metric.high if metric.better == "higher" else metric.low
                yield name, abs((best or 0.0) - value.value)
