"""What a split's errors cost by a metric, and what some of them do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specgen.diagnosis.search.losses import RowLoss, loss_terms, row_loss
from specgen.engine.cells import FloatArray
from specgen.inputs.flips import right_sql
from specgen.inputs.rows import Rows
from specgen.inputs.transcripts import add_edit_counts
from specgen.metrics.uses import Use
from specgen.spec.spec import Spec


@dataclass(frozen=True, eq=False)
class SplitLoss:
    """A metric's value on a split, and what each of some errors loses by it: `loss` (n,) in the order asked for.

    `errors` is how many errors lose anything, `from_errors` the part of the value that they take.
    """

    value: float
    loss: FloatArray
    errors: int
    from_errors: float

    def without(self, share: float) -> float:
        """The metric where a share of what the errors lose is not lost."""
        return self.value - self.from_errors * share


def split_loss(spec: Spec, rows: Rows, use: Use, ids: Sequence[str]) -> SplitLoss | None:
    """The loss of all rows, and of the errors with these ids; None where the metric counts no row."""
    i = rows.index(spec.candidate_name)
    terms = loss_terms(use, i)
    wrong = _wrong(spec.task.type, i)
    all_rows = _fetch(rows, rows.table, (*terms, "weight", f"({wrong})::INTEGER"))
    asked = _fetch(rows, _asked(spec, rows, ids), (*terms, "weight"), "asked")
    n = all_rows.shape[1]
    # One call for both, since the best value of a metric without an end is the best that is there.
    both = np.concatenate([all_rows[:-1], asked], axis=1)
    found: RowLoss = row_loss(use, list(both[:-1]), both[-1])
    total = float(found.weight[:n].sum())
    if total <= 0:
        return None
    is_wrong = all_rows[-1] == 1
    loss = found.loss[:n]
    from_errors = found.sign * float(loss[is_wrong].sum()) / total
    return SplitLoss(
        found.value(float(loss.sum()) / total),
        found.loss[n:],
        int((is_wrong & (loss > 0)).sum()),
        from_errors,
    )


def _wrong(task: str, i: int) -> str:
    """SQL over the rows table of whether model i is wrong."""
    if task == "transcription":
        return f"e{i} > 0"
    return f"NOT ({right_sql(task, {name: name for name in ('label', f'p{i}', f'h{i}')}, i)})"


def _asked(spec: Spec, rows: Rows, ids: Sequence[str]) -> str:
    """A table of the rows with these ids, in their order, with the rows table's columns."""
    assert rows.joined is not None
    connection, table = rows.connection, f"asked_{rows.joined.relation}"
    listed = ", ".join(f"{sql} AS {name}" for name, sql in rows.columns.items() if name != "row")
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM"
        f" (SELECT {listed}, __sg_row_id AS asked FROM {rows.joined.relation})"
        " JOIN (SELECT unnest(?::VARCHAR[]) AS asked, unnest(range(?)) AS row) USING (asked)",
        [list(ids), len(ids)],
    )
    if spec.task.type == "transcription":
        add_edit_counts(connection, table, len(rows.models))
    return table


def _fetch(rows: Rows, table: str, terms: Sequence[str], order: str = "") -> FloatArray:
    """Values (terms, rows) of some expressions, NaN where they are NULL."""
    listed = ", ".join(f"({term})::DOUBLE AS c{k}" for k, term in enumerate(terms))
    found = (
        rows.connection.cursor()
        .execute(f"SELECT {listed} FROM {table}{' ORDER BY row' if order else ''}")
        .fetchnumpy()
    )
    return np.array([np.ma.filled(found[f"c{k}"].astype(float), np.nan) for k in range(len(terms))])
