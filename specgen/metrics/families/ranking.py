"""Metrics of rankings: rows of one query, sorted by the predicted number, the highest first.

A row is relevant when its relevance is above 0. Queries without any relevant row have nothing to find
and do not count, except for precision. Rows with equal predictions never profit from the order in
which they happen to stand: each metric says what it makes of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from specgen.metrics.influence import Influenced
from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray

RANKING = ("ranking",)
FINDABLE = "relevant_rows > 0"
QUERIES = "1.0 / query_rows"  # adds up to the query's weight over its rows
ON_TOP = "label > 0 AND worst{i} <= '{k}'::DOUBLE"


@metric(
    "moments", tasks=RANKING, better="higher", parameters={"k": math.inf}, where=FINDABLE, whole_queries=True,
    terms={"gain": "label * discount{i}_{k:.0f} / ideal_{k:.0f}", "queries": QUERIES},
)  # fmt: skip
def ndcg(gain: FloatArray, queries: FloatArray, k: float) -> FloatArray:  # noqa: ARG001 - the terms have k
    """Normalised discounted cumulative gain of the top k (all without k), mean over queries with a relevant row.

    Gains are the relevances themselves (linear), discounts 1/log2(1 + rank); equal predictions share the
    mean discount of their ranks, as in scikit-learn's ndcg_score.
    Source: Järvelin and Kekäläinen (2002), ACM TOIS 20:422; ties: McSherry and Najork (2008), ECIR.
    """
    return ratio(gain, queries)


@metric(
    "moments", tasks=RANKING, better="higher", parameters={"k": math.inf}, where=FINDABLE, whole_queries=True,
    terms={
        "reciprocal": f"CASE WHEN hit{{i}} = 1 AND {ON_TOP} THEN 1.0 / worst{{i}} ELSE 0 END",
        "queries": QUERIES,
    },
)  # fmt: skip
def mrr(reciprocal: FloatArray, queries: FloatArray, k: float) -> FloatArray:  # noqa: ARG001 - the terms have k
    """Mean reciprocal rank of the first relevant row, 0 when it is not among the top k (of all without k).

    Among equal predictions the relevant rows come last. Queries without a relevant row do not count.
    Source: Voorhees (1999), The TREC-8 Question Answering Track Report.
    """
    return ratio(reciprocal, queries)


@metric(
    "moments", tasks=RANKING, better="higher", where=FINDABLE, whole_queries=True, name="map",
    terms={
        "precision": "CASE WHEN label > 0 THEN hits{i} / above_or_equal{i} / relevant_rows ELSE 0 END",
        "queries": QUERIES,
    },
)  # fmt: skip
def mean_average_precision(precision: FloatArray, queries: FloatArray) -> FloatArray:
    """Mean over queries of the average precision: mean of the precisions at each relevant row.

    Equal predictions are one threshold, as in scikit-learn's average_precision_score and
    label_ranking_average_precision_score. Queries without a relevant row do not count.
    Source: Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, §8.4.
    """
    return ratio(precision, queries)


@metric(
    "moments", tasks=RANKING, better="higher", parameters={"k": None}, whole_queries=True, name="precision",
    terms={"found": f"({ON_TOP})::DOUBLE / {{k}}", "queries": QUERIES},
)  # fmt: skip
def precision_of_top(found: FloatArray, queries: FloatArray, k: float) -> FloatArray:  # noqa: ARG001 - as above
    """Relevant rows among the top k ÷ k, mean over all queries.

    Queries with fewer than k rows are divided by k all the same, as in trec_eval's P_k; those without
    a relevant row count as 0. Among equal predictions the relevant rows come last.
    """
    return ratio(found, queries)


@metric(
    "moments", tasks=RANKING, better="higher", parameters={"k": None}, where=FINDABLE, whole_queries=True,
    name="recall", terms={"found": f"({ON_TOP})::DOUBLE / relevant_rows", "queries": QUERIES},
)  # fmt: skip
def recall_of_top(found: FloatArray, queries: FloatArray, k: float) -> FloatArray:  # noqa: ARG001 - as above
    """Share of a query's relevant rows that are among the top k, mean over queries with a relevant row.

    Among equal predictions the relevant rows come last. It is trec_eval's recall_k.
    """
    return ratio(found, queries)


@metric(
    "moments", tasks=RANKING, better="higher", parameters={"k": None}, where=FINDABLE, whole_queries=True,
    terms={"found": f"(hit{{i}} = 1 AND {ON_TOP})::DOUBLE", "queries": QUERIES},
)  # fmt: skip
def hit_rate(found: FloatArray, queries: FloatArray, k: float) -> FloatArray:  # noqa: ARG001 - as above
    """Share of the queries with a relevant row that have one among the top k.

    Among equal predictions the relevant rows come last. It is trec_eval's success_k.
    """
    return ratio(found, queries)


@metric(
    "sample", tasks=RANKING, better="higher", parameters={"k": None},
    terms={"exposure": "discount{i}_{k:.0f}"},
)  # fmt: skip
def exposure(rows: Sample, k: float) -> Influenced:  # noqa: ARG001 - the terms have k
    """Mean over rows of the attention that their rank gets: 1/log2(1 + rank) within the top k, else 0.

    For groups of rows within queries, such as sellers; equal predictions share the mean of their ranks.
    Source: Singh and Joachims (2018), Fairness of Exposure in Rankings, KDD.
    """
    return _mean(rows, "exposure")


@metric(
    "sample", tasks=RANKING, better="higher", parameters={"k": None},
    terms={
        "shown": "(least(above_or_equal{i}, '{k}'::DOUBLE) - least(above{i}, '{k}'::DOUBLE))"
        " / (above_or_equal{i} - above{i})"
    },
)  # fmt: skip
def coverage(rows: Sample, k: float) -> Influenced:  # noqa: ARG001 - the terms have k
    """Share of rows that reach the top k of their query.

    For groups of rows within queries, such as sellers. Of equal predictions of which only some have
    room, each counts with the share that has.
    """
    return _mean(rows, "shown")


def _mean(rows: Sample, name: str) -> Influenced:
    """Weighted mean of a row value, and what each row adds to it."""
    total = float(rows.weight.sum())
    if total == 0:
        return Influenced(None, reason="the weights of its rows are all 0")
    value = float((rows.weight * rows[name]).sum()) / total
    return Influenced(value, rows.weight * (rows[name] - value) / total)
