"""Labels that may be wrong: those that the candidate contradicts with more certainty than it usually has.

Northcutt, Jiang and Chuang (2021), Confident learning: Estimating uncertainty in dataset labels, JAIR 70:1373, §3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.diagnosis.errors.found import DoubtedRow, LabelDoubts
from specgen.inputs.errors import score_columns
from specgen.inputs.rows import Rows
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TASKS = ("binary", "multiclass")
# Scores that miss a threshold by rounding only still reach it.
ROUNDING = 1e-6


def label_doubts(spec: Spec, rows: Rows, most: int) -> LabelDoubts | None:
    """Doubts about a split that the candidate did not learn from, `most` of them listed; None without scores.

    A label is in doubt where another one is more probable, and the most probable of those that reach the mean
    probability which they have on their own rows. `expected` is the chance of it under the scores, summed over rows.
    """
    if spec.task.type not in TASKS or spec.candidate_name not in rows.scored or rows.joined is None:
        return None
    i = rows.index(spec.candidate_name)
    scores = score_columns(rows.joined, i)
    if spec.task.type == "binary":
        scores = [f"1 - ({scores[0]})", scores[0]]
    if len(scores) != len(rows.labels):
        return None
    connection, table = rows.connection.cursor(), f"doubted_{rows.joined.relation}"
    label = rows.columns["label"]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT __sg_row_id AS id, ({label})::INTEGER AS label,"
        f" [{', '.join(scores)}]::DOUBLE[] AS scores FROM {rows.joined.relation}"
        f" WHERE ({label}) IS NOT NULL AND ({' + '.join(scores)}) IS NOT NULL"
    )
    usual = _usual(connection, table, len(scores))
    reached = f"list_transform(scores, lambda score, j: CASE WHEN score >= {usual}[j] THEN score ELSE -1 END)"
    # The first of equal ones, as of an arg max.
    sure = (
        "(SELECT *, scores[label + 1] AS given, list_max(reached) AS probability,"
        " list_position(reached, list_max(reached)) - 1 AS suggested"
        f" FROM (SELECT *, {reached} AS reached FROM {table}) WHERE list_max(reached) >= 0)"
    )
    count, expected = connection.execute(
        "SELECT count_if(given < probability),"
        f" sum(list_sum(list_filter(scores, lambda score: score < probability))) FROM {sure}"
    ).fetchall()[0]
    total = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
    listed = connection.execute(
        f"SELECT id, label, suggested, given, probability FROM {sure} WHERE given < probability"
        f" ORDER BY given - probability, id LIMIT {most}"
    ).fetchall()
    return LabelDoubts(
        split=rows.split, rows=total, count=count, expected=expected or 0.0,
        beyond_chance=_as_many_by_chance(count, expected or 0.0) <= 1 - spec.confidence,
        listed=tuple(
            DoubtedRow(id=str(key), label=rows.labels[label], suggested=rows.labels[other], given=given, probability=p)
            for key, label, other, given, p in listed
        ),
    )  # fmt: skip


def _usual(connection: DuckDBPyConnection, table: str, labels: int) -> str:
    """SQL list of each label's mean probability on its own rows; NULL, which nothing reaches, without rows."""
    known = dict(
        connection.execute(f"SELECT label, avg(scores[label + 1]) FROM {table} GROUP BY label").fetchall()
    )
    listed = (f"{known[j] - ROUNDING!r}" if j in known else "NULL" for j in range(labels))
    return f"([{', '.join(listed)}]::DOUBLE[])"


def _as_many_by_chance(count: int, expected: float) -> float:
    """Chance of so many or more by Poisson's law, which is wider than that of independent rows."""
    from scipy import special

    return float(special.pdtrc(count - 1, expected)) if count > 0 else 1.0
