"""The gap to each baseline on each class: its recall, and the share of the rows that have the class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specgen.diagnosis.baselines import Comparison, baseline_model, compare, gap, published
from specgen.diagnosis.found import ClassGap
from specgen.diagnosis.potential import KnownGap, Together, potentials
from specgen.engine.cells import WHOLE, SplitCells
from specgen.inputs.labels import CLASSES
from specgen.metrics.uses import Use, metric_use
from specgen.spec.spec import Spec


def class_conditions(cells: SplitCells) -> dict[str, str]:
    """SQL condition of the rows of each class, by the name under which `class_gaps` looks for it."""
    if cells.task == "multilabel":
        return {_slice(label): f"y{j} = 1" for j, label in enumerate(cells.labels)}
    if cells.task not in CLASSES:
        return {}
    return {_slice(label): f"label = {j}" for j, label in enumerate(cells.labels)}


def class_gaps(spec: Spec, cells: SplitCells, rows: Together, seed: int) -> Iterator[ClassGap]:
    """The candidate against every baseline on every class that both have a recall of."""
    prevalence = prevalences(cells)
    # A naive rule has every row of the class it always says: no aim to reach.
    for name in (name for name, baseline in spec.baselines.items() if baseline.kind != "naive"):
        compared = {
            label: found for label in prevalence if (found := _compared(spec, cells, name, label, seed))
        }
        ends = {label: gap(*one, spec.confidence) for label, one in compared.items()}
        known = [
            KnownGap(_slice(label), value, low, high, prevalence[label], compared[label][1].published_se)
            for label, (value, low, high) in ends.items() if value is not None
        ]  # fmt: skip
        ranked = potentials(spec, known, None, {one.slice: "" for one in known}, rows, seed)
        for label, (value, low, high) in ends.items():
            theirs, apart = compared[label][1].value, compared[label][1].difference
            if value is None or theirs is None:
                continue
            drawn = ranked[_slice(label)]
            yield ClassGap(
                baseline=name, split=cells.split, label=label, value=theirs,
                measured=None if apart.value is None else theirs + apart.value,
                gap=value, gap_low=low, gap_high=high, prevalence=prevalence[label],
                potential=max(value, 0.0) * prevalence[label], potential_low=drawn.low,
                potential_high=drawn.high, p_first=drawn.first, method=apart.method,
            )  # fmt: skip


def prevalences(cells: SplitCells) -> Mapping[str, float]:
    """Weighted share of the split's rows that have each class; only of those that have rows."""
    if cells.task == "multilabel":
        of = {label: prevalences(one).get(label, 0.0) for label, one in cells.of_label.items()}
        return {label: share for label, share in of.items() if share > 0}
    if cells.task not in CLASSES:
        return {}
    whole = cells.outcomes[WHOLE]
    shares = {
        label: float(whole.weight[whole.label == j].sum() / whole.weight.sum())
        for j, label in enumerate(cells.labels)
    }
    return {label: share for label, share in shares.items() if share > 0}


def _compared(
    spec: Spec, cells: SplitCells, name: str, label: str, seed: int
) -> tuple[Use, Comparison] | None:
    use = metric_use(spec, cells.labels, "recall", label)
    if baseline_model(spec, name, cells) is None and published(spec, name, use, cells.split, WHOLE) is None:
        return None
    found = compare(spec, cells, use, WHOLE, name, seed)
    return None if found.value is None else (use, found)


def _slice(label: str) -> str:
    """Slices have no such names: a class may be called as a slice is."""
    return f"(class) {label}"
