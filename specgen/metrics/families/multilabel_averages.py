"""Averages of single labels' metrics in multilabel tasks, where the same rows bear on all labels.

A label that occurs but is never predicted has precision 0, one that is predicted but never occurs has
recall 0; a label that does neither in these rows is left out. In scikit-learn's words zero_division is 0
over the labels that are left, as in multiclass tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.metrics.influence import Influenced, Unseen
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import BoolArray, FloatArray

MULTILABEL = ("multilabel",)
TERMS = {"labels": "{labels}", "predictions": "{predictions}"}
NOTHING = "no row has, or is predicted to have, any label"


@dataclass(frozen=True)
class _Tallies:
    """Weighted rows of each label (L,): right ones, those that have it, those predicted to have it."""

    right: FloatArray
    actual: FloatArray
    predicted: FloatArray


# A label's metric is a·right ÷ (b·actual + c·predicted): its (a, b, c).
Ratio = tuple[float, float, float]
PRECISION: Ratio = (1.0, 0.0, 1.0)
RECALL: Ratio = (1.0, 1.0, 0.0)
F1: Ratio = (2.0, 1.0, 1.0)


@metric("sample", name="macro_f1", tasks=MULTILABEL, better="higher", terms=TERMS)
def multilabel_macro_f1(rows: Sample) -> Influenced:
    """Mean of the labels' F1, each label counting the same however rare; over labels that occur or are predicted.

    Source: Yang (1999), An evaluation of statistical approaches to text categorization, Information
    Retrieval 1:69; influence of a ratio of sums: Särndal, Swensson and Wretman (1992), §5.5.
    """
    return _averaged(rows, F1, weighted=False)


@metric("sample", name="macro_precision", tasks=MULTILABEL, better="higher", terms=TERMS)
def multilabel_macro_precision(rows: Sample) -> Influenced:
    """Mean of the labels' precision, 0 for a label that occurs but is never predicted.

    Source: Yang (1999), as macro_f1.
    """
    return _averaged(rows, PRECISION, weighted=False)


@metric("sample", name="macro_recall", tasks=MULTILABEL, better="higher", terms=TERMS)
def multilabel_macro_recall(rows: Sample) -> Influenced:
    """Mean of the labels' recall, 0 for a label that is predicted but never occurs.

    Source: Yang (1999), as macro_f1.
    """
    return _averaged(rows, RECALL, weighted=False)


@metric("sample", name="weighted_f1", tasks=MULTILABEL, better="higher", terms=TERMS)
def multilabel_weighted_f1(rows: Sample) -> Influenced:
    """Mean of the labels' F1, each label counting by the rows that have it; undefined where none has any.

    Source: scikit-learn, average="weighted".
    """
    return _averaged(rows, F1, weighted=True)


@metric("sample", name="weighted_precision", tasks=MULTILABEL, better="higher", terms=TERMS)
def multilabel_weighted_precision(rows: Sample) -> Influenced:
    """Mean of the labels' precision, each label counting by the rows that have it; 0 for one never predicted.

    Source: scikit-learn, average="weighted".
    """
    return _averaged(rows, PRECISION, weighted=True)


def _averaged(rows: Sample, form: Ratio, *, weighted: bool) -> Influenced:
    """The average of a label metric and each row's influence on it, by the quotient rule.

    Products of a matrix and a vector throughout, since rows × labels may be many.
    """
    labels, predictions, weight = rows["labels"], rows["predictions"], rows.weight
    hits = labels * predictions
    tallies = _tallied(weight, labels, predictions, hits)
    parts = _parts(tallies, weighted)
    if not parts.any():
        return Influenced(None, reason="no row has any label" if weighted else NOTHING)
    a, b, c = form
    below, scores = _below(tallies, form), _scores(tallies, form)
    value = float(parts @ scores)
    squares = _tallied(weight**2, labels, predictions, hits) if rows.weighted else tallies
    each = parts * _few(below, b**2 * squares.actual + c**2 * squares.predicted + 2 * b * c * squares.right)
    each = each / _positive(below)
    of_label = -b * scores * each
    if weighted:
        of_label = of_label + (scores - value) / tallies.actual.sum()
    moved = a * (hits @ each) + labels @ of_label - c * (predictions @ (scores * each))
    counts = _tallied(weight**0, labels, predictions, hits) if rows.weighted else tallies
    return Influenced(value, weight * moved, unseen=_unseen(rows, tallies, counts, form, weighted))


def _tallied(weight: FloatArray, labels: FloatArray, predictions: FloatArray, hits: FloatArray) -> _Tallies:
    return _Tallies(weight @ hits, weight @ labels, weight @ predictions)


def _below(tallies: _Tallies, form: Ratio) -> FloatArray:
    """What each label's ratio is divided by, (L,)."""
    return form[1] * tallies.actual + form[2] * tallies.predicted


def _positive(values: FloatArray) -> FloatArray:
    """The values with 1 in place of 0."""
    import numpy as np

    return np.where(values > 0, values, 1.0)


def _scores(tallies: _Tallies, form: Ratio) -> FloatArray:
    """Each label's metric, (L,); 0 where it would be 0 ÷ 0."""
    return form[0] * tallies.right / _positive(_below(tallies, form))


def _few(total: FloatArray, squares: FloatArray) -> FloatArray:
    """How much more a row of a label moves its ratio than to first order, m ÷ (m − 1), (L,).

    m is the effective number of rows that a label's ratio rests on: leaving one out also takes it from
    the denominator. A variance of few rows would be too small without it.
    """
    import numpy as np

    rows = np.where(squares > 0, total**2 / _positive(squares), 2.0)
    return np.asarray(rows / np.maximum(rows - 1, rows / 2))


def _parts(tallies: _Tallies, weighted: bool) -> FloatArray:
    """What each label counts, (L,), adding up to 1; all 0 where no label counts."""
    counted = tallies.actual if weighted else ((tallies.actual + tallies.predicted) > 0).astype(float)
    return counted / (counted.sum() or 1.0)


def _unseen(
    rows: Sample, tallies: _Tallies, counts: _Tallies, form: Ratio, weighted: bool
) -> tuple[Unseen, ...]:
    """Labels whose rows are all found, or all missed, or that never occur where they are predicted.

    No row can show what others of theirs would do. `counts` are `tallies` without weights.
    """
    import numpy as np

    found, had = counts.right, counts.actual
    certain = np.flatnonzero((had > 0) & ((found == had) | (found == 0)))
    missing = np.flatnonzero((had == 0) & (counts.predicted > 0))
    shown = [(int(j), "labels") for j in certain] + [(int(j), "predictions") for j in missing]
    return tuple(
        Unseen(_independent(rows, rows[name][:, j] == 1), _change(tallies, j, form, weighted))
        for j, name in shown
    )


def _independent(rows: Sample, chosen: BoolArray) -> int:
    """How many of the chosen rows say something by themselves: their sampling units."""
    import numpy as np

    return int(chosen.sum()) if rows.unit is None else len(np.unique(rows.unit[chosen]))


def _change(tallies: _Tallies, j: int, form: Ratio, weighted: bool) -> Callable[[float], float]:
    """What the value would change by if a share of label j's rows went the other way.

    Those that have it would be missed or found; where none has it, those predicted would have it.
    """
    import numpy as np

    now = float(_parts(tallies, weighted) @ _scores(tallies, form))
    turned = np.zeros(len(tallies.actual))
    occurs = bool(tallies.actual[j] > 0)
    turned[j] = -tallies.right[j] or (tallies.actual[j] if occurs else tallies.predicted[j])

    def change(share: float) -> float:
        more = share * turned
        actual = tallies.actual if occurs else tallies.actual + more
        predicted = tallies.predicted + more if occurs else tallies.predicted
        moved = _Tallies(tallies.right + more, actual, predicted)
        return float(_parts(moved, weighted) @ _scores(moved, form)) - now

    return change
