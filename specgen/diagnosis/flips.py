"""What the new model breaks and what it mends: rows of which only one of two models is right, by slice.

Two models of the same accuracy can be right about different rows; whoever relied on the old one sees only
what broke (Yan et al. 2021, Positive-Congruent Training, CVPR).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field

from specgen.diagnosis.listed import listed_slices
from specgen.engine.cells import SplitCells
from specgen.engine.flips import FlipCount, flip_counts
from specgen.frozen import Frozen
from specgen.inputs.flips import FlippedRow
from specgen.inputs.rows import Rows
from specgen.metrics.uses import Use, metric_use
from specgen.spec.row_values import held_against
from specgen.spec.spec import Spec
from specgen.stats.estimate import finite
from specgen.stats.measure import measure

BROKEN, MENDED = "negative_flip_rate", "positive_flip_rate"


class FlipRate(Frozen):
    """A share of the rows on which both models have an answer."""

    value: float | None
    low: float | None = Field(description="Two-sided bound at the spec's confidence.")
    high: float | None
    method: str


class FlipSlice(Frozen):
    """What is broken and what is mended on a slice. Counts are of rows; rates have their weights."""

    slice: str
    rows: int
    compared: int = Field(description="Rows on which both models have an answer.")
    broken: int = Field(description="Rows that the baseline is right about and the candidate is wrong about.")
    mended: int = Field(description="The other way round.")
    negative: FlipRate
    positive: FlipRate


class Flips(Frozen):
    """The candidate beside a baseline, row by row, on a split."""

    baseline: str
    split: str
    slices: tuple[FlipSlice, ...] = Field(description="The whole split first, then slices and key examples.")
    broken: tuple[FlippedRow, ...] = Field(description="Newly broken rows, key examples first; at most 100.")
    mended: tuple[FlippedRow, ...]

    def of(self, slice_name: str) -> FlipSlice | None:
        """The slice of that name; None where it has no rows."""
        return next((one for one in self.slices if one.slice == slice_name), None)


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
