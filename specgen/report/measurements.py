"""The measurements as a table: CSV and Parquet, a row for each number, as in results.json."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from specgen.record.folder import DIGITS
from specgen.record.result import Measurement, Result

# So that the tables of several runs can be put below each other.
OF_RUN = ("project", "run")
COLUMNS = (*OF_RUN, *Measurement.model_fields)
WHOLE_NUMBERS, NUMBERS = ("n", "rows"), ("value", "low", "high", "confidence", "shrunken")


def render_csv(result: Result) -> str:
    """CSV (RFC 4180, UTF-8); missing numbers are empty. Names stand as they are, so that they can be looked up."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(result))
    return text.getvalue()


def render_parquet(result: Result) -> bytes:
    """Parquet with the same columns; doubles, 64-bit integers and text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = dict.fromkeys(WHOLE_NUMBERS, pa.int64()) | dict.fromkeys(NUMBERS, pa.float64())
    schema = pa.schema(
        [(name, types.get(name, pa.string())) for name in COLUMNS],
        metadata={"specgen.run": result.run.id, "specgen.spec_sha256": result.run.spec_sha256},
    )
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _rows(result)]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema), sink, compression="zstd")
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _rows(result: Result) -> Iterator[tuple[Any, ...]]:
    """Numbers have as many digits as in results.json, so that both say the same whichever was read."""
    for one in result.measurements:
        values = (getattr(one, name) for name in Measurement.model_fields)
        yield (
            result.project, result.run.id,
            *(float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value for value in values),
        )  # fmt: skip
