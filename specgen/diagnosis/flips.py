"""What the new model breaks and what it mends: rows of which only one of two models is right, by slice.

Two models of the same accuracy can be right about different rows; whoever relied on the old one sees only
what broke (Yan et al. 2021, Positive-Congruent Training, CVPR).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specgen.diagnosis.found import FlipRate, Flips, FlipSlice
from specgen.diagnosis.listed import listed_slices
from specgen.engine.cells import SplitCells
from specgen.engine.flips import FlipCount, flip_counts
from specgen.inputs.rows import Rows
from specgen.metrics.uses import Use, metric_use
from specgen.spec.row_values import held_against
from specgen.spec.spec import Spec
from specgen.stats.estimate import finite
from specgen.stats.measure import measure

BROKEN, MENDED = "negative_flip_rate", "positive_flip_rate"


def flip_uses(spec: Spec, labels: Sequence[str]) -> tuple[Use, ...]:
    """Both rates against every baseline that rows are held against."""
    return tuple(
        metric_use(spec, labels, f"{metric}@{baseline}")
        for baseline in held_against(spec) for metric in (BROKEN, MENDED)
    )  # fmt: skip


def flips(spec: Spec, rows: Rows, cells: SplitCells, seed: int) -> Iterator[Flips]:
    """A split's rows held against every baseline that has answers there."""
    if spec.candidate_name not in rows.models:
        return
    i = rows.index(spec.candidate_name)
    listed = listed_slices(spec, cells)
    for baseline, columns in held_against(spec).items():
        if any((spec.candidate_name, column) in rows.absent for column in columns):
            continue
        broken, mended = (f"{column}_{i}" for column in columns)
        counts = dict(flip_counts(rows, broken, mended))
        rates = [metric_use(spec, cells.labels, f"{metric}@{baseline}") for metric in (BROKEN, MENDED)]
        found = {one.kind: one.rows for one in rows.flipped if one.baseline == baseline}
        yield Flips(
            baseline=baseline, split=cells.split, broken=found.get("broken", ()), mended=found.get("mended", ()),
            slices=tuple(
                _slice(spec, cells, name, counts[name], rates, seed) for name in listed if name in counts
            ),
        )  # fmt: skip


def _slice(
    spec: Spec, cells: SplitCells, name: str, count: FlipCount, rates: Sequence[Use], seed: int
) -> FlipSlice:
    negative, positive = (_rate(spec, cells, name, use, seed) for use in rates)
    return FlipSlice(slice=name, **count._asdict(), negative=negative, positive=positive)


def _rate(spec: Spec, cells: SplitCells, name: str, use: Use, seed: int) -> FlipRate:
    found = measure(use, cells, name, spec.candidate_name, seed)
    low, high = found.shown.interval(spec.confidence) if found.shown else (None, None)
    return FlipRate(value=found.value, low=finite(low), high=finite(high), method=found.method)
