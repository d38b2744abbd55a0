"""Whether the labels are as frequent in every split as in the first."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.drift.bounds import total_variation_estimate
from specgen.checks.drift.columns import Subject
from specgen.checks.drift.counts import count
from specgen.checks.drift.distances import chi_square
from specgen.checks.sanity.columns import label_columns, sides
from specgen.checks.sanity.found import Finding, failed, inconclusive, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene

# Share of rows that would have to have another label; a tenth moves an accuracy by as much.
MOST_MOVED = 0.1
CLASSES = ("binary", "multiclass", "multilabel")


@sanity_check("class_balance", "Class balance between splits")
def class_balance(scene: Scene) -> Iterator[Finding]:
    """Labels are about as frequent in every later split as in the first: fewer than 10% of rows moved.

    The distance is total variation. It fails where its lower bound is beyond 0.1 and the chi-square test
    rejects (both Bonferroni-corrected over labels and splits), is open where it is measured beyond but may
    be chance, and passes otherwise.
    """
    if scene.spec.task.type not in CLASSES:
        yield not_applicable(f"the labels of a {scene.spec.task.type} task are no classes")
        return
    splits = [split for split in scene.tables if label_columns(scene, split)]
    if len(splits) < 2:
        yield not_applicable("only one split has labels")
        return
    trials = len(scene.spec.task.targets) * (len(splits) - 1)
    for split in splits[1:]:
        found = [_compared(scene, name, splits[0], split, trials) for name in scene.spec.task.targets]
        yield max(
            found,
            key=lambda one: (one.verdict == "failed", one.verdict == "inconclusive", one.statistic or 0.0),
        )


def _compared(scene: Scene, name: str, first: str, split: str, trials: int) -> Finding:
    subject = Subject(name, "label", sides(scene, name, (first, split)), as_text=True)
    counted = count(scene.connection, subject, scene.seed)
    before, after = counted.of[first], counted.of[split]
    if min(before.n, after.n) <= 1:
        return not_applicable(f"too few independent rows in {first} or {split}", split)
    apart = total_variation_estimate(before.share, after.share, before.n, after.n)
    test, _ = chi_square(before.share, after.share, before.n, after.n)
    p_value, alpha = min(test.p_value * trials, 1.0), (1 - scene.spec.confidence) / trials
    moved = max(range(len(counted.names)), key=lambda k: abs(after.share[k] - before.share[k]))
    told = (
        f"'{counted.names[moved]}' of {name} is {before.share[moved]:.1%} of {first} and {after.share[moved]:.1%}"
        f" of {split}; {apart.value:.1%} of the rows would have to move"
    )
    do = f"Find out how {split} was drawn; stratify by the label, or weigh its rows as they will come."
    if apart.lower(alpha) > MOST_MOVED and p_value < 1 - scene.spec.confidence:
        return failed(told, do, split, count=after.rows, statistic=apart.value, p_value=p_value)
    if apart.value > MOST_MOVED and p_value < 1 - scene.spec.confidence:
        return inconclusive(told, do, split, count=after.rows, statistic=apart.value, p_value=p_value)
    return passed(told, split, statistic=apart.value, p_value=p_value)
