"""Whether predicted numbers put the rows in the targets' order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.influence import Influenced
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray, IntArray

MOST_LEVERAGE = 0.5


@metric(
    "sample", tasks=("regression",), better="higher", low=-1.0,
    terms={"prediction": "{prediction}", "label": "{label}"},
)  # fmt: skip
def spearman(rows: Sample) -> Influenced:
    """Spearman's rank correlation of prediction and target, from -1 to 1; tied values have their mean rank.

    Source: Spearman (1904), The proof and measurement of association between two things. A row's
    influence has its own ranks' part and what it adds to the ranks of all others.
    """
    import numpy as np

    total = float(rows.weight.sum())
    if not total > 0:
        return Influenced(None, reason="no row counts for it")
    weight = rows.weight / total
    ranks, above = zip(*(_ranking(rows[name], weight) for name in ("prediction", "label")), strict=True)
    one, other = (rank - 0.5 for rank in ranks)
    products = float((weight * one * other).sum())
    spreads = [float((weight * rank**2).sum()) for rank in (one, other)]
    for spread, what in zip(spreads, ("predictions", "targets"), strict=True):
        if spread <= 1e-15:
            return Influenced(None, reason=f"the {what} are all the same")
    value = products / float(np.sqrt(spreads[0] * spreads[1]))
    moved = one * other + _added(other, weight, *above[0]) + _added(one, weight, *above[1]) - 3 * products
    squares = [
        rank**2 + 2 * _added(rank, weight, *higher) - 3 * spread
        for rank, spread, higher in zip((one, other), spreads, above, strict=True)
    ]
    influence = moved / np.sqrt(spreads[0] * spreads[1])
    influence -= value * (squares[0] / spreads[0] + squares[1] / spreads[1]) / 2
    far = 1 + one**2 / spreads[0] + other**2 / spreads[1]
    return Influenced(
        min(max(value, -1.0), 1.0), _stretched(weight * influence, weight * far, rows.unit),
        reweighted=lambda share: _correlation(rows, weight * (1 + share)),
    )  # fmt: skip


def _correlation(rows: Sample, weight: FloatArray) -> float:
    """The rank correlation if the rows had these weights (n,)."""
    import numpy as np

    weight = weight / weight.sum()
    one, other = (_ranking(rows[name], weight)[0] - 0.5 for name in ("prediction", "label"))
    spread = np.sqrt((weight * one**2).sum() * (weight * other**2).sum())
    return float((weight * one * other).sum() / spread)


def _stretched(influence: FloatArray, leverage: FloatArray, unit: IntArray | None) -> FloatArray:
    """Influences whose squares are those of the errors that they stand for, (n,), with their mean at 0.

    To first order a row moves the statistic less than leaving it out does, by one minus its leverage, and
    varies less than an error by the same (MacKinnon and White 1985, Journal of Econometrics 29:305, HC2);
    without its root intervals of fifty rows are a thirtieth too narrow.
    """
    import numpy as np

    if unit is not None:
        _, position = np.unique(unit, return_inverse=True)
        leverage = np.asarray(np.bincount(position, weights=leverage)[position], dtype=float)
    stretched = influence / np.sqrt(1 - np.minimum(leverage, MOST_LEVERAGE))
    return np.asarray(stretched - stretched.mean())


def _ranking(values: FloatArray, weight: FloatArray) -> tuple[FloatArray, tuple[IntArray, int]]:
    """Each row's share of weight below it, ties half, (n,); and its position among the distinct values."""
    import numpy as np

    distinct, position = np.unique(values, return_inverse=True)
    held = np.bincount(position, weights=weight)
    return (np.cumsum(held) - held / 2)[position], (position, len(distinct))


def _added(other: FloatArray, weight: FloatArray, position: IntArray, distinct: int) -> FloatArray:
    """Mean of `other` over the rows that a row lifts: those with greater values, tied ones half, (n,)."""
    import numpy as np

    held = np.bincount(position, weights=weight * other, minlength=distinct)
    return np.asarray((held.sum() - np.cumsum(held) + held / 2)[position])
