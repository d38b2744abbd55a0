"""A model that cannot even learn a few rows by heart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specgen.checks.sanity.found import Finding, failed, not_applicable, passed
from specgen.checks.sanity.refits import (
    CLASSES,
    Learnt,
    balanced,
    chosen,
    distinct,
    labelled_sample,
    said,
    why_not,
)
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.sampled import live_of, train_split
from specgen.checks.sanity.scene import Scene

SAMPLE = 4000
FEW, FEWEST = 64, 2
# A model that learns nothing is right for two rows, by chance, in half of the pairs at most; for ten, once in 1,024.
PAIRS = 10
# Each of the few rows stands there so often that no least number of rows of a leaf or a neighbourhood,
# and no penalty, keeps a sound model from learning it.
TRAINED = 2048
BY_HEART = 0.9
DO = (
    "Look at what reaches the model in training: features scaled to nothing or dropped, labels joined to "
    "other rows, a learning rate of zero, a loss that ignores the labels."
)


@dataclass(frozen=True)
class Memory:
    """How well a model knows the rows that it was trained on: 0 is guessing, 1 perfect."""

    known: float
    told: str


@sanity_check("overfits_few_rows", "Learns a few rows by heart", live=True)
def overfits_few_rows(scene: Scene) -> Iterator[Finding]:
    """Trained anew on 64 rows of the training split alone, the model knows them by heart.

    Each row stands there many times, in random order, and classes have equally many. Nine tenths of the
    way from guessing to perfect (an R² of 0.9) passes; so does a simple model that knows two rows, one of
    each class, whichever ten times they are drawn. One that does not fails.
    """
    reason = why_not(scene)
    if reason is not None:
        yield not_applicable(reason)
        return
    split = train_split(scene)
    some = distinct(labelled_sample(scene, split, SAMPLE), live_of(scene).features)
    if len(set(some.values)) < 2:
        yield not_applicable(f"the rows of {split} have one label", split)
        return
    many = _memory(scene, some, FEW)
    if many.known >= BY_HEART:
        yield passed(f"{many.told} of {split} that it was trained on", split, statistic=many.known)
        return
    pairs = (_memory(scene, some, FEWEST, draw) for draw in range(PAIRS))
    unknown = next((pair for pair in pairs if pair.known < BY_HEART), None)
    if unknown is None:
        found = f"{many.told} of {split} that it was trained on, and right for {FEWEST} alone: a simple model"
        yield passed(found, split, statistic=many.known)
    else:
        found = f"{many.told} of {split} that it was trained on, and {unknown.told} alone"
        yield failed(found, DO, split, statistic=many.known)


def _memory(scene: Scene, some: Learnt, count: int, draw: int = 0) -> Memory:
    """What the model knows of so many of the rows, others for each draw, after training on them alone."""
    import numpy as np

    task, live = scene.spec.task.type, live_of(scene)
    classes = len(set(some.values)) if task in CLASSES else 1
    rng = np.random.default_rng((scene.seed, draw))
    some = chosen(some, rng.permutation(len(some.values))[: max(len(some.values) // 2, FEW)])
    few = balanced(some, max(count, classes * max(count // 16, 1)), task)
    rows = len(few.values)
    order = rng.permutation(np.resize(np.arange(rows), max(TRAINED, rows)))
    often = chosen(few, order)
    predicted = said(live.fit_predict(often.rows, often.labels, few.rows), scene)
    if task in CLASSES:
        right = int(np.sum(predicted == few.values))
        return Memory(
            (right / rows - 1 / classes) / (1 - 1 / classes), f"it is right for {right} of {rows} rows"
        )
    known = 1 - float(np.mean((predicted - few.values) ** 2) / np.var(few.values))
    return Memory(known, f"it has an R² of {known:.3g} on {rows} rows")
