"""What a metric of counts sees: the outcome cells of one slice and one model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    # NumPy is imported where it computes, so that listing metrics and checking specs starts fast.
    import numpy as np
    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float64]
    BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Outcomes:
    """Label and prediction of each of C cells, as codes into the list of `labels` labels.

    For a metric of one label (and for binary tasks, where it is the positive one) `focus` is that
    label's code: `actual` and `predicted` are then the cells' one-against-the-rest outcomes.
    """

    label: IntArray
    prediction: IntArray
    labels: int
    focus: int | None

    @property
    def actual(self) -> BoolArray:
        """(C,) whether the label is the one in focus."""
        matches: BoolArray = self.label == self.focus
        return matches

    @property
    def predicted(self) -> BoolArray:
        """(C,) whether the prediction is the one in focus."""
        matches: BoolArray = self.prediction == self.focus
        return matches

    @property
    def right(self) -> BoolArray:
        """(C,) whether the prediction is the label; with a label in focus, whether it is right about that one."""
        matches: BoolArray = (
            self.label == self.prediction if self.focus is None else self.actual == self.predicted
        )
        return matches

    @property
    def against_rest(self) -> Outcomes:
        """The outcomes of two labels, the rest (0) and the label in focus (1); all labels without a focus."""
        if self.focus is None:
            return self
        return Outcomes(self.actual.astype(int), self.predicted.astype(int), 2, 1)


class Share(NamedTuple):
    """A proportion: which cells are successes, and which are trials at all; successes ⊆ trials."""

    success: BoolArray
    trial: BoolArray


class Confusion(NamedTuple):
    """Counts of true and false positives and negatives, each of shape (...)."""

    tp: FloatArray
    fp: FloatArray
    fn: FloatArray
    tn: FloatArray


def confusion(outcomes: Outcomes, counts: FloatArray) -> Confusion:
    """Collapse counts (..., C) to the 2 × 2 table of the label in focus."""
    actual, predicted = outcomes.actual, outcomes.predicted
    return Confusion(
        tp=counts[..., actual & predicted].sum(-1),
        fp=counts[..., ~actual & predicted].sum(-1),
        fn=counts[..., actual & ~predicted].sum(-1),
        tn=counts[..., ~actual & ~predicted].sum(-1),
    )


def per_label(outcomes: Outcomes, counts: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """True positives, labels and predictions of every label, each (..., labels), from counts (..., C).

    With a label in focus there are two labels, the rest and that one.
    """
    import numpy as np

    outcomes = outcomes.against_rest
    codes = np.arange(outcomes.labels)
    is_label = (outcomes.label[:, None] == codes).astype(float)
    is_prediction = (outcomes.prediction[:, None] == codes).astype(float)
    return counts @ (is_label * is_prediction), counts @ is_label, counts @ is_prediction


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Quotient that is NaN, without a warning, where the denominator is 0: undefined, never 0."""
    import numpy as np

    denominator = np.asarray(denominator, dtype=float)
    safe = np.where(denominator == 0, np.nan, denominator)
    return np.asarray(numerator / safe)
