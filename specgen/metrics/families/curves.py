"""Metrics of the curves that scores draw over all thresholds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from specgen.metrics.curve import area_variance, effective_rows, gain, of_rows, precision_area, roc_area
from specgen.metrics.influence import Influenced, Resampled
from specgen.metrics.operating_points import best_precision, best_recall
from specgen.metrics.operating_points import of_rows as resampled_rows
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample

LABEL = ("multiclass", "multilabel")
TERMS = {"score": "{score}", "label": "{label}"}


@metric("sample", tasks=("binary",), label_tasks=LABEL, better="higher", needs_score=True, terms=TERMS)
def auc(rows: Sample) -> Influenced:
    """Area under the ROC curve: the chance that a positive row scores above a negative one, ties half.

    Source: Hanley and McNeil (1982); variance by DeLong et al. (1988), with units by Obuchowski (1997).
    Gates use the wider of its bounds and Newcombe's (2006).
    """
    found = of_rows(rows, roc_area)
    if found.part is None:
        return found
    sizes = [effective_rows(rows, part) for part in (found.part, ~found.part)]
    return replace(found, variance_at=partial(area_variance, positives=sizes[0], negatives=sizes[1]))


@metric(
    "sample",
    tasks=("binary",),
    label_tasks=LABEL,
    better="higher",
    needs_score=True,
    terms=TERMS,
    parameters={"at": None},
)
def partial_auc(rows: Sample, at: float) -> Influenced:
    """Area under the ROC curve up to the false positive rate `at`, scaled so that chance is 0.5, perfect 1.

    Source: McClish (1989), Analyzing a portion of the ROC curve, Medical Decision Making 9:190; as
    scikit-learn's roc_auc_score(max_fpr=at).
    """
    return of_rows(rows, partial(roc_area, at=at))


@metric("sample", tasks=("binary",), label_tasks=LABEL, better="higher", needs_score=True, terms=TERMS)
def average_precision(rows: Sample) -> Influenced:
    """Mean of the precisions at each positive row's score, as the area under the precision-recall curve.

    Source: Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, §8.4; no
    interpolation, tied scores are one threshold, as in scikit-learn.
    """
    return of_rows(rows, precision_area)


@metric(
    "sample", tasks=("binary",), label_tasks=LABEL, better="higher", high=None, needs_score=True, terms=TERMS,
    parameters={"at": None},
)  # fmt: skip
def lift(rows: Sample, at: float) -> Influenced:
    """Share of positives among the top share `at` of the rows by score, divided by that among all rows.

    The top is a share of the rows' weight; rows that tie at its edge count in part, as on average over
    all their orders. Source: Provost and Fawcett (2013), Data Science for Business, ch. 8.
    """
    # The top ends between two rows, where a second difference finds an edge and no curve.
    return replace(of_rows(rows, partial(gain, at=at)), reweighted=None)


@metric(
    "sample",
    tasks=("binary",),
    label_tasks=LABEL,
    better="higher",
    needs_score=True,
    terms=TERMS,
    parameters={"at": None},
)
def recall_at_precision(rows: Sample, at: float) -> Resampled:
    """Largest recall that a threshold reaches whose precision is at least `at`; 0 where none reaches it.

    Tied scores are one threshold, as in scikit-learn's precision_recall_curve. The interval is the
    wider of the percentile and the bias-corrected bootstrap.
    """
    return resampled_rows(rows, best_recall, at)


@metric(
    "sample",
    tasks=("binary",),
    label_tasks=LABEL,
    better="higher",
    needs_score=True,
    terms=TERMS,
    parameters={"at": None},
)
def precision_at_recall(rows: Sample, at: float) -> Resampled:
    """Largest precision that a threshold reaches whose recall is at least `at`.

    Tied scores are one threshold, as in scikit-learn's precision_recall_curve. The interval is the
    wider of the percentile and the bias-corrected bootstrap.
    """
    return resampled_rows(rows, best_precision, at)
