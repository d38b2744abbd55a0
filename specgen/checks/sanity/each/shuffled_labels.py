"""A model that scores although it was trained on labels that say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from specgen.checks.sanity.found import Finding, failed, inconclusive, not_applicable, passed
from specgen.checks.sanity.refits import (
    CLASSES,
    Learnt,
    balanced,
    chosen,
    labelled_sample,
    said,
    score_of,
    why_not,
)
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.sampled import live_of, train_split
from specgen.checks.sanity.scene import Scene

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

SAMPLE, ROWS = 8000, 1000
# By chance all ten are above guessing once in 1,024.
SHUFFLES = 10
KEPT = 0.25
DO = (
    "Look for where the model has labels from besides its training: weights kept from an earlier training, "
    "answers remembered row by row, a file that is read when it predicts."
)


@dataclass(frozen=True)
class Score:
    """A score on held-out rows that is as often above as below `guessing` where labels say nothing."""

    name: str
    guessing: float
    value: float

    @property
    def above(self) -> float:
        """How far above guessing."""
        return self.value - self.guessing


@sanity_check("shuffled_labels", "Shuffled labels kill the score", live=True)
def shuffled_labels(scene: Scene) -> Iterator[Finding]:
    """Trained anew on labels shuffled among the rows, the model is no better than guessing on other rows.

    1,000 rows each, classes equally often, numbers mirrored every other time: so chance puts the score
    (AUC, mean recall of the classes, correlation) above guessing as often as below. The first of ten
    shuffles that is not above it passes. All ten above (p = 0.001), and on average by a quarter of what
    true labels give, fails.
    """
    import numpy as np

    reason = why_not(scene)
    if reason is not None:
        yield not_applicable(reason)
        return
    train, held_out = _samples(scene)
    if len(set(train.values)) < 2 or len(set(held_out.values)) < 2:
        yield not_applicable("the rows have one label")
        return
    rng, scores = np.random.default_rng(scene.seed), list[Score]()
    for _ in range(SHUFFLES):
        scores.append(_score(scene, _shuffled(train, scene.spec.task.type, rng), held_out))
        if scores[-1].above <= 0:
            yield passed(_told(scores, held_out), statistic=scores[-1].value)
            return
    true, above = _score(scene, train, held_out), float(np.mean([one.above for one in scores]))
    found = failed if above >= KEPT * max(true.above, 0.0) else inconclusive
    told = f"{_told(scores, held_out)}; trained on the true ones, {true.value:.3f}"
    yield found(told, DO, statistic=true.guessing + above, p_value=0.5**SHUFFLES)


def _samples(scene: Scene) -> tuple[Learnt, Learnt]:
    """Rows to train on and others to judge by: of the last evaluated split, else of the training split as well."""
    import numpy as np

    task, split = scene.spec.task.type, train_split(scene)
    others = [name for name in scene.evaluated if name != split]
    train = labelled_sample(scene, split, SAMPLE)
    if others:
        return balanced(train, ROWS, task), balanced(labelled_sample(scene, others[-1], SAMPLE), ROWS, task)
    halves = np.array_split(np.arange(len(train.values)), 2)
    return balanced(chosen(train, halves[0]), ROWS, task), balanced(chosen(train, halves[1]), ROWS, task)


def _shuffled(train: Learnt, task: str, rng: np.random.Generator) -> Learnt:
    import numpy as np
    import pyarrow as pa

    mixed = replace(train, labels=train.labels.take(rng.permutation(len(train.labels))))
    if task in CLASSES or rng.random() < 0.5:
        return mixed
    values = mixed.labels.cast(pa.float64()).to_numpy()
    mirrored = pa.array(np.min(values) + np.max(values) - values)
    return replace(mixed, labels=mirrored.cast(train.labels.type, safe=False))


def _score(scene: Scene, train: Learnt, held_out: Learnt) -> Score:
    """The score on held-out rows of the model trained on these."""
    import numpy as np

    answer, task = live_of(scene).fit_predict(train.rows, train.labels, held_out.rows), scene.spec.task
    score, true = score_of(answer, scene), held_out.values
    if score is not None:
        return Score("AUC", 0.5, _auc(score, true == task.positive_text))
    predicted = said(answer, scene)
    if task.type in CLASSES:
        recalls = [np.mean(predicted[true == label] == label) for label in sorted(set(true))]
        return Score("mean recall", 1 / len(set(train.values)), float(np.mean(recalls)))
    constant = np.ptp(predicted) == 0
    return Score("correlation", 0.0, 0.0 if constant else float(np.corrcoef(predicted, true)[0, 1]))


def _auc(score: Array, yes: Array) -> float:
    from scipy.stats import rankdata

    positives, negatives = int(yes.sum()), int((~yes).sum())
    return float((rankdata(score)[yes].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _told(scores: Sequence[Score], held_out: Learnt) -> str:
    values, guessing = ", ".join(f"{one.value:.3f}" for one in scores), f"guessing ({scores[0].guessing:.3g})"
    better = "better than" if scores[-1].above > 0 else "no better than"
    return (
        f"trained on shuffled labels, its {scores[0].name} on {len(held_out.values):,} other rows is {values}:"
        f" {better} {guessing}"
    )
