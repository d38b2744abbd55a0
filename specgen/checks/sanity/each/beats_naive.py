"""Whether the candidate is better than a model that has learned nothing from the columns."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.found import Finding, failed, inconclusive, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import NAIVE, Scene
from specgen.stats.estimate import negate
from specgen.stats.measure import difference, measure

DO = (
    "Look for a fault between data and model: labels or columns in another order, a target that was not joined,"
    " a primary metric that a constant answer wins."
)


@sanity_check("beats_naive", "Beats the naive model")
def beats_naive(scene: Scene) -> Iterator[Finding]:
    """The candidate's primary metric is better than that of the naive model, on the same rows.

    The naive model says the majority class, the mean or the empty text, or sorts by popularity; it need
    not be declared. It passes where the one-sided bound of the paired difference is above 0, and fails
    where even its favourable end is not, each with the spec's error rate over the number of splits.
    """
    splits = [split for split in scene.evaluated if NAIVE in scene.closer[split].models]
    learned = "train" if "train" in scene.tables else next(iter(scene.tables))
    if scene.spec.task.type == "ranking":  # popularity knows the split that it was counted on by heart
        splits = [split for split in splits if split != learned]
    if scene.primary.metric.better == "neither" or not splits:
        yield not_applicable(_why(scene))
    for split in splits if scene.primary.metric.better != "neither" else ():
        yield _compared(scene, split, (1 - scene.spec.confidence) / len(splits))


def _why(scene: Scene) -> str:
    if scene.spec.task.type == "scores":
        return "a scores task predicts nothing that a naive model could predict"
    if scene.primary.metric.better == "neither":
        return f"{scene.primary.title} is neither better higher nor lower"
    return "no naive model can be made on another split than it is compared on"


def _compared(scene: Scene, split: str, alpha: float) -> Finding:
    use, cells = scene.primary, scene.closer[split]
    apart = difference(use, cells, "all", scene.candidate, NAIVE, scene.seed)
    naive = measure(use, cells, "all", NAIVE, scene.seed)
    mine = measure(use, cells, "all", scene.candidate, scene.seed)
    if apart.decision is None:
        lacking = (
            f"{use.title} of the {'naive model' if mine.value is not None else 'candidate'} has no value"
        )
        why = (naive if mine.value is not None else mine).reason or apart.reason or ""
        return not_applicable(f"{lacking} on {split}: {why}", split)
    gain = apart.decision if use.metric.better == "higher" else negate(apart.decision)
    values = (
        ""
        if None in (mine.value, naive.value)
        else f"{mine.value:.4g} against {naive.value:.4g} of the naive model, "
    )
    low, high = gain.lower(alpha), gain.upper(alpha)
    told = f"{use.title} on {split} is {values}better by {gain.value:.3g} ({low:.3g} to {high:.3g})"
    told = told.replace("better by -", "worse by ") if high < 0 else told
    if low > 0:
        return passed(told, split, statistic=gain.value)
    if high <= 0:
        return failed(told, DO, split, count=apart.n, statistic=gain.value)
    return inconclusive(told, f"Evaluate on more rows of {split}; if the gain stays near 0: {DO}", split,
                        count=apart.n, statistic=gain.value)  # fmt: skip
