"""Measurements as CSV and Parquet: every number of results.json, and nothing else."""

import csv
import io
import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from report_samples import bare, measurement, replaced, small

from specgen.record.folder import to_json
from specgen.report.measurements import COLUMNS, render_csv, render_parquet

GOLDEN = Path(__file__).parent / "golden" / "small.csv"


def recorded(result):
    """The measurements of results.json, with their run."""
    read = json.loads(to_json(result))
    return [{"project": read["project"], "run": read["run"]["id"], **one} for one in read["measurements"]]


def read_csv(text):
    """Rows with numbers as numbers and None for empty."""
    rows = list(csv.DictReader(io.StringIO(text)))
    numbers = {
        "value": float,
        "low": float,
        "high": float,
        "confidence": float,
        "shrunken": float,
        "n": int,
        "rows": int,
    }
    return [{k: numbers.get(k, str)(v) if v else None for k, v in row.items()} for row in rows]


def test_csv_is_what_was_recorded():
    assert read_csv(render_csv(small())) == recorded(small())


def test_parquet_is_what_was_recorded():
    table = pq.read_table(io.BytesIO(render_parquet(small())))
    assert table.to_pylist() == recorded(small())
    assert table.schema.metadata[b"specgen.run"] == small().run.id.encode()


@pytest.mark.parametrize("hostile", ["a,b", 'a"b', "a\nb", "=1+1", "é😀", "a;b\t|"])
def test_names_come_back_as_they_were(hostile):
    result = replaced(small(), "noise=car", hostile)
    assert read_csv(render_csv(result)) == recorded(result)
    assert pq.read_table(io.BytesIO(render_parquet(result))).to_pylist() == recorded(result)


def test_digits_are_those_of_results_json():
    result = bare().model_copy(
        update={"measurements": (measurement("candidate", "all", "accuracy", 0.1 + 0.2),)}
    )
    assert read_csv(render_csv(result)) == recorded(result)
    assert read_csv(render_csv(result))[0]["value"] == 0.3


def test_without_measurements_there_is_a_heading():
    assert read_csv(render_csv(bare())) == []
    assert pq.read_table(io.BytesIO(render_parquet(bare()))).column_names == list(COLUMNS)


def test_same_result_same_bytes():
    assert render_parquet(small()) == render_parquet(small())


def test_golden():
    """Set SPECGEN_REWRITE_GOLDEN=1 to accept a change that was looked at."""
    if os.environ.get("SPECGEN_REWRITE_GOLDEN"):
        GOLDEN.write_text(render_csv(small()), encoding="utf-8")
    assert render_csv(small()) == GOLDEN.read_text(encoding="utf-8")
