"""Metrics over all labels of a row, where a row may have several, and averages over rows.

Row by row and summed: which labels are right counts, not which row they are of. A row that neither has
nor is predicted to have any label is left out of the averages over rows; one that has some and is
predicted none has precision 0, one that has none and is predicted some recall 0. In scikit-learn's words
zero_division is 0 over the rows that are left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray

MULTILABEL = ("multilabel",)
WRONG = "({label} + {prediction} - 2 * {hits})"
SEEN = "({label} + {prediction} > 0)::DOUBLE"


@metric(
    "moments", tasks=MULTILABEL, better="lower",
    terms={"wrong": f"{WRONG} / {{label_count}}::DOUBLE", "rows": "1"},
)  # fmt: skip
def hamming_loss(wrong: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of all labels of all rows that are predicted wrongly.

    Source: Schapire and Singer (1999), Improved boosting algorithms using confidence-rated
    predictions, Machine Learning 37:297.
    """
    return ratio(wrong, rows)


@metric(
    "share", tasks=MULTILABEL, better="higher",
    terms={"success": f"({WRONG} = 0)::DOUBLE", "rows": "1"},
)  # fmt: skip
def subset_accuracy(right: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of rows whose labels are all predicted rightly, those that they have and those that they lack.

    Source: Ghamrawi and McCallum (2005), Collective multi-label classification, CIKM.
    """
    return ratio(right, rows)


@metric(
    "moments", name="micro_precision", tasks=MULTILABEL, better="higher",
    terms={"hits": "{hits}", "predicted": "{prediction}"},
)  # fmt: skip
def multilabel_micro_precision(hits: FloatArray, predicted: FloatArray) -> FloatArray:
    """Share of all labels predicted, of any row, that the row has; undefined where none is predicted.

    Source: Yang (1999), An evaluation of statistical approaches to text categorization, Information
    Retrieval 1:69.
    """
    return ratio(hits, predicted)


@metric(
    "moments", name="micro_recall", tasks=MULTILABEL, better="higher",
    terms={"hits": "{hits}", "actual": "{label}"},
)  # fmt: skip
def multilabel_micro_recall(hits: FloatArray, actual: FloatArray) -> FloatArray:
    """Share of all labels that any row has that are predicted; undefined where no row has any.

    With several labels a row this is weighted_recall too. Source: Yang (1999), as micro_precision.
    """
    return ratio(hits, actual)


@metric(
    "moments", name="micro_f1", tasks=MULTILABEL, better="higher",
    terms={"hits": "{hits}", "both": "({label} + {prediction})"},
)  # fmt: skip
def multilabel_micro_f1(hits: FloatArray, both: FloatArray) -> FloatArray:
    """Harmonic mean of micro-averaged precision and recall: every label of every row is one decision.

    Undefined where no row has or is predicted any label. Source: Yang (1999), as micro_precision.
    """
    return ratio(2 * hits, both)


@metric(
    "moments", name="weighted_recall", tasks=MULTILABEL, better="higher",
    terms={"hits": "{hits}", "actual": "{label}"},
)  # fmt: skip
def multilabel_weighted_recall(hits: FloatArray, actual: FloatArray) -> FloatArray:
    """Mean of the labels' recall, each label counting by its rows: the same number as micro_recall.

    Undefined where no row has any label. Source: scikit-learn, average="weighted".
    """
    return ratio(hits, actual)


@metric(
    "moments", tasks=MULTILABEL, better="higher",
    terms={"precision": "CASE WHEN {prediction} > 0 THEN {hits} / {prediction}::DOUBLE ELSE 0 END", "rows": SEEN},
)  # fmt: skip
def samples_precision(precision: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean over rows of the share of a row's predicted labels that it has; over rows with a label on either side.

    Source: Godbole and Sarawagi (2004), Discriminative methods for multi-labeled classification, PAKDD.
    """
    return ratio(precision, rows)


@metric(
    "moments", tasks=MULTILABEL, better="higher",
    terms={"recall": "CASE WHEN {label} > 0 THEN {hits} / {label}::DOUBLE ELSE 0 END", "rows": SEEN},
)  # fmt: skip
def samples_recall(recall: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean over rows of the share of a row's labels that are predicted; over rows with a label on either side.

    Source: Godbole and Sarawagi (2004), as samples_precision.
    """
    return ratio(recall, rows)


@metric(
    "moments", tasks=MULTILABEL, better="higher",
    terms={
        "f1": "CASE WHEN {label} + {prediction} > 0 THEN 2 * {hits} / ({label} + {prediction})::DOUBLE ELSE 0 END",
        "rows": SEEN,
    },
)  # fmt: skip
def samples_f1(f1: FloatArray, rows: FloatArray) -> FloatArray:
    """Mean over rows of the F1 of a row's labels; over rows with a label on either side.

    Source: Godbole and Sarawagi (2004), as samples_precision.
    """
    return ratio(f1, rows)
