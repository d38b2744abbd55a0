"""Slices that carry more than their share of what is missing, on the split that is judged.

A slice is weak when its gap is shown to be larger than the whole's: to the reference baseline where that
has a value on the slice (a slice that is hard for people too is not weak), else to the other rows. Means
over classes compare with a baseline only: a slice of one class is another mean than the whole's.
"""

from __future__ import annotations

from collections.abc import Sequence

from specgen.diagnosis.baselines import baseline_value, compare, share
from specgen.diagnosis.found import WeakSlice
from specgen.diagnosis.ladder import Ladder, material, worse_by
from specgen.diagnosis.listed import listed_slices
from specgen.engine.cells import WHOLE, SplitCells
from specgen.stats.estimate import Estimate, finite, negate
from specgen.stats.many import shown_many
from specgen.stats.measure import measure
from specgen.stats.unpaired import mover

# Slices that are tried; the error rate is shared among all there are.
TRIED = 20
MOST = 5
# What a slice carries, in times its share of rows, to be singled out.
CONCENTRATED = 2.0
OVER_CLASSES = ("balanced_accuracy", "macro_")


def weak_slices(ladder: Ladder, split: str, reference: str | None) -> tuple[WeakSlice, ...]:
    """Slices of the judged split that are shown to be weak and matter to the whole, the weightiest first."""
    cells, use = ladder.cells[split], ladder.use
    names = [
        name for name in listed_slices(ladder.spec, cells)
        if name != WHOLE and cells.rows[name] >= cells.min_rows.get(name, 1) and cells.rows[name] < cells.total_rows
    ]  # fmt: skip
    whole = measure(use, cells, WHOLE, ladder.spec.candidate_name, ladder.seed)
    if not names or whole.shown is None or use.metric.better == "neither":
        return ()
    least = material(use, whole.shown.value)
    total = gap_to(ladder, cells, WHOLE, reference)
    found: list[WeakSlice] = []
    for name in _most_behind(ladder, cells, names, whole.shown.value):
        weak = _weak(ladder, cells, name, reference, whole.shown, total, least, len(names))
        if weak is not None and not any(_same_rows(cells, weak, other) for other in found):
            found.append(weak)
    return tuple(sorted(found, key=lambda one: -one.gap * one.share)[:MOST])


def _same_rows(cells: SplitCells, one: WeakSlice, other: WeakSlice) -> bool:
    """Whether two names stand for the same rows, as far as their number and their values can tell."""
    numbers = [(cells.rows[weak.slice], weak.value, weak.other, weak.share) for weak in (one, other)]
    return numbers[0] == numbers[1]


def _most_behind(ladder: Ladder, cells: SplitCells, names: Sequence[str], whole: float) -> list[str]:
    """The slices whose value times share lies furthest behind the whole's; point values choose what is tried."""
    spec, use = ladder.spec, ladder.use
    values = {
        name: shown.value for name, shown in
        shown_many(use, cells, names, spec.candidate_name, spec.confidence).items()
    }  # fmt: skip
    sign = 1 if use.metric.better == "higher" else -1

    def behind(name: str) -> float:
        value = values.get(name)
        if value is None:
            value = measure(use, cells, name, spec.candidate_name, ladder.seed).value
        return -1.0 if value is None else sign * (whole - value) * share(spec, cells, name)

    distances = {name: behind(name) for name in names}
    return sorted((name for name in names if distances[name] > 0), key=lambda n: -distances[n])[:TRIED]


def _weak(
    ladder: Ladder, cells: SplitCells, name: str, reference: str | None, whole: Estimate,
    total: Estimate | None, least: float | None, among: int,
) -> WeakSlice | None:  # fmt: skip
    mine = measure(ladder.use, cells, name, ladder.spec.candidate_name, ladder.seed)
    if mine.shown is None:
        return None
    gap, known = gap_to(ladder, cells, name, reference), reference
    if gap is None and ladder.use.metric.name.startswith(OVER_CLASSES):
        return None
    if gap is None:
        gap, known = worse_by(ladder.use, mover(whole, mine.shown)), None
    metric = ladder.use.metric
    additive = metric.mean_over_rows or metric.state == "proportion"
    # A recall is a mean over the positive rows, so a slice carries what its positive rows do.
    part = share(ladder.spec, cells, name) if metric.mean_over_rows else mine.n / max(whole.n, 1)
    over = max(total.value, 0.0) if total is not None and known is not None else 0.0
    alpha = (1 - ladder.spec.confidence) / among
    if gap.lower(alpha) <= over or gap.value * (part if additive else 1.0) < (least or 0.0):
        return None
    divisible = additive and total is not None and known is not None and total.value > 0
    carries = gap.value * part / total.value if divisible and total is not None else None
    if carries is not None and carries < CONCENTRATED * part:
        return None
    low, high = gap.interval(ladder.spec.confidence)
    sign = 1 if ladder.use.metric.better == "higher" else -1
    return WeakSlice(
        slice=name, share=part, value=mine.shown.value, compared_with=known or WHOLE,
        other=mine.shown.value + sign * gap.value, gap=gap.value, low=finite(low), high=finite(high),
        carries=carries,
    )  # fmt: skip


def gap_to(ladder: Ladder, cells: SplitCells, name: str, reference: str | None) -> Estimate | None:
    """How much worse the candidate is than the reference on a slice; None where the reference has no value."""
    spec, use = ladder.spec, ladder.use
    if reference is None or baseline_value(spec, cells, use, name, reference, ladder.seed) is None:
        return None
    apart = compare(spec, cells, use, name, reference, ladder.seed).difference.shown
    return None if apart is None else worse_by(use, negate(apart))
