"""Intervals of many slices at once equal those of one slice after the other."""

import numpy as np
import pytest

from specgen.engine.cells import OutcomeCells, SplitCells
from specgen.metrics.registry import metrics_of
from specgen.metrics.uses import Use
from specgen.stats.many import shown_many
from specgen.stats.measure import measure


def split(counts, labels):
    """A slice for each table of counts, label × prediction; one model with a prediction everywhere."""
    label, prediction = np.divmod(np.arange(labels**2), labels)
    outcomes = {}
    for k, table in enumerate(counts):
        kept = np.flatnonzero(table)
        sums = table[kept].astype(float)
        outcomes[f"s{k}"] = OutcomeCells(
            label[kept], {"m": prediction[kept]}, table[kept], sums, sums, sums, False, None
        )
    rows = {name: one.rows for name, one in outcomes.items()}
    return SplitCells(
        split="test", task="binary", models=("m",), scored=frozenset(), partial=frozenset(), labelled={}, rows=rows,
        weight={k: float(v) for k, v in rows.items()}, families={}, min_rows={}, outcomes=outcomes, moments={},
        labels=tuple(map(str, range(labels))), clustered=False, units=None, weighted=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "labels", "focus"),
    [("accuracy", 2, 1), ("precision", 2, 1), ("recall", 2, 1), ("f1", 2, 1), ("mcc", 2, 1), ("cohen_kappa", 2, 1),
     ("balanced_accuracy", 2, 1), ("accuracy", 4, None), ("macro_f1", 4, None), ("mcc", 4, None), ("f1", 4, 2)],
)  # fmt: skip
def test_arrays_equal_single_slices(name, labels, focus):
    rng = np.random.default_rng(labels)
    chances = rng.dirichlet(np.full(labels**2, 0.6), 40)
    counts = [rng.multinomial(n, p) for n, p in zip(rng.integers(1, 900, 40), chances, strict=True)]
    cells = split(counts, labels)
    use = Use(name, metrics_of("binary" if labels == 2 else "multiclass")[name], focus=focus)
    many = shown_many(use, cells, list(cells.rows), "m", 0.9)
    assert len(many) > 10
    for slice_name, shown in many.items():
        one = measure(use, cells, slice_name, "m", 0)
        assert (shown.n, shown.method) == (one.n, one.method), slice_name
        assert shown.value == pytest.approx(one.value, abs=1e-12)
        assert (shown.low, shown.high) == pytest.approx(one.shown.interval(0.9), abs=1e-9), slice_name
