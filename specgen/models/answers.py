"""Whether an answer is what the task asks for; the rows at which it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from specgen.models.failure import ModelFailure
from specgen.models.outputs import Outputs
from specgen.spec.label_text import label_text
from specgen.spec.problems import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

# Scores this far outside 0..1 are single-precision rounding and are put to the end.
ROUNDING = 1e-6
Fault = tuple[str, list[int]]


def checked(table: pa.Table, outputs: Outputs, sent: pa.Table) -> pa.Table:
    """The answer's columns of the task, found right. Raises ModelFailure("output") naming rows."""
    import pyarrow as pa

    if table.num_rows != sent.num_rows:
        raise ModelFailure("output", f"{table.num_rows:,} rows came back for {sent.num_rows:,} sent")
    faults = list(_order(table, outputs, sent))
    columns: dict[str, Any] = {}
    for name in outputs.columns:
        if name in table.column_names:
            values = table[name].combine_chunks()
            score = name in outputs.scores
            faults += _score_faults(name, values) if score else _prediction_faults(name, values, outputs)
            columns[name] = values
    if faults:
        rows = sorted({row for _, found in faults for row in found})
        raise ModelFailure("output", "; ".join(message for message, _ in faults), rows)
    return pa.table({n: _within(v) if n in outputs.scores else v for n, v in columns.items()})


def _order(table: pa.Table, outputs: Outputs, sent: pa.Table) -> Iterator[Fault]:
    """The rows whose ids are not those sent in their place, where the answer has ids."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if outputs.id is None or outputs.id not in table.column_names or outputs.id not in sent.column_names:
        return
    theirs, ours = (side[outputs.id].combine_chunks().cast(pa.string()) for side in (table, sent))
    other = _positions(pc.not_equal(theirs, ours).fill_null(True))
    if not other:
        return
    same = sorted(theirs.to_pylist(), key=str) == sorted(ours.to_pylist(), key=str)
    yield ("the rows came back in another order" if same else "ids came back that were not sent"), other


def _score_faults(name: str, values: pa.Array) -> Iterator[Fault]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not _is_number(values.type):
        yield f"column '{name}' holds {values.type}; scores are numbers", []
        return
    numbers = values.cast(pa.float64())
    fine = pc.and_(pc.greater_equal(numbers, -ROUNDING), pc.less_equal(numbers, 1 + ROUNDING)).fill_null(
        False
    )
    yield from _named(name, values, pc.invert(fine), "no probability")


def _prediction_faults(name: str, values: pa.Array, outputs: Outputs) -> Iterator[Fault]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if outputs.task in ("regression", "ranking"):
        if not _is_number(values.type):
            yield f"column '{name}' holds {values.type}; predictions are numbers here", []
            return
        yield from _named(
            name, values, pc.invert(pc.is_finite(values.cast(pa.float64())).fill_null(False)), "no number"
        )
    elif outputs.task == "multilabel":
        yield from _unknown(name, values, ("0", "1", "false", "true"), "neither 0 nor 1")
    elif outputs.task in ("binary", "multiclass"):
        yield from _unknown(name, values, outputs.labels, "none of the labels")
    elif outputs.task == "transcription" and not _is_text(values.type):
        yield f"column '{name}' holds {values.type}; predictions are texts here", []


def _unknown(name: str, values: pa.Array, labels: tuple[str, ...], what: str) -> Iterator[Fault]:
    """Rows with a value that is no label: asked of the distinct values, of which there are few."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    distinct = plain.unique()
    known = [value is not None and str(label_text(value)) in labels if labels else _is_value(value)
             for value in distinct.to_pylist()]  # fmt: skip
    if all(known):
        return
    at = pc.index_in(plain, value_set=distinct)
    bad = pc.invert(pc.take(pa.array(known), at))
    hint = "" if not labels else _hint(distinct.to_pylist()[known.index(False)], labels)
    for message, rows in _named(name, plain, bad, what):
        yield message + hint, rows


def _is_value(value: object) -> bool:
    return value is not None and value == value


def _hint(value: object, labels: tuple[str, ...]) -> str:
    guess = did_you_mean(value, labels) if isinstance(value, str) else ""
    if guess:
        return guess
    scores = len(labels) == 2 and isinstance(value, float) and 0 < value < 1
    hint = "; answer a score as task.score, or in a pair of predictions and scores" if scores else ""
    return f"; the labels are {', '.join(labels[:6])}{', …' if len(labels) > 6 else ''}{hint}"


def _named(name: str, values: pa.Array, bad: pa.Array, what: str) -> Iterator[Fault]:
    rows = _positions(bad)
    if rows:
        first = values[rows[0]].as_py()
        count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"
        shown = "nothing" if first is None else repr(first)[:40]
        yield f"{count} with {what} in column '{name}': {shown}", rows


def _positions(bad: pa.Array) -> list[int]:
    import pyarrow.compute as pc

    found: list[int] = pc.indices_nonzero(bad).to_pylist()
    return found


def _within(values: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.max_element_wise(pc.min_element_wise(values, 1.0), 0.0)


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_string_view(plain)
                or pa.types.is_null(plain))  # fmt: skip
