"""The column of the time, whatever it holds: instants in UTC, and what cannot be read told by row."""

from datetime import UTC, datetime

import pytest

from specgen.inputs.joining import Joined
from specgen.inputs.tables import Table, connect
from specgen.inputs.times import read_time


def read(values, kind="VARCHAR"):
    """Instants as ISO texts by row id, and how they were read."""
    connection = connect()
    connection.execute(f"CREATE TABLE rows (__sg_row_id VARCHAR, stamp {kind})")
    connection.executemany("INSERT INTO rows VALUES (?, ?)", [[f"r{k}", v] for k, v in enumerate(values)])
    time = read_time(connection, Joined("rows", Table("rows", {"stamp": kind}, ()), "test", (), {}), "STAMP")
    assert time is not None
    found = connection.execute(f"SELECT {time.sql} FROM rows ORDER BY __sg_row_id").fetchall()
    told = [
        None if us is None else f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m-%dT%H:%M:%S}"
        for (us,) in found
    ]
    return told, time


NOON = "2024-11-24T12:00:00"
SECONDS = 1732449600


@pytest.mark.parametrize(
    ("values", "kind", "expected", "how"),
    [
        (["2024-11-24"], "DATE", "2024-11-24T00:00:00", "dates"),
        ([NOON], "TIMESTAMP", NOON, "without a zone"),
        (["2024-11-24T14:00:00+02:00"], "TIMESTAMP WITH TIME ZONE", NOON, "in UTC"),
        (["2024-11-24T14:00:00+02:00"], "VARCHAR", NOON, "offsets from UTC"),
        (["2024-11-24 14:00:00 +0200"], "VARCHAR", NOON, "offsets from UTC"),
        (["2024-11-24T12:00:00Z"], "VARCHAR", NOON, "offsets from UTC"),
        (["2024-11-24 07:00:00.000-05"], "VARCHAR", NOON, "offsets from UTC"),
        (["2024-11-24 12:00:00"], "VARCHAR", NOON, "without a zone"),
        (["2024-11-24T12:00"], "VARCHAR", NOON, "without a zone"),
        (["2024-11-24"], "VARCHAR", "2024-11-24T00:00:00", "dates"),
        (["2024-11"], "VARCHAR", "2024-11-01T00:00:00", "months"),
        (["2024-W48"], "VARCHAR", "2024-11-25T00:00:00", "weeks"),
        (["2020W53"], "VARCHAR", "2020-12-28T00:00:00", "weeks"),
        (["2024"], "VARCHAR", "2024-01-01T00:00:00", "years"),
        ([2024], "INTEGER", "2024-01-01T00:00:00", "years"),
        ([202411], "BIGINT", "2024-11-01T00:00:00", "year and month"),
        ([20241124], "BIGINT", "2024-11-24T00:00:00", "dates, as"),
        ([SECONDS], "BIGINT", NOON, "seconds since 1970"),
        ([SECONDS + 0.5], "DOUBLE", NOON, "seconds since 1970"),
        ([SECONDS * 1000], "BIGINT", NOON, "milliseconds"),
        ([SECONDS * 1000_000], "BIGINT", NOON, "microseconds"),
        ([SECONDS * 1000_000_000], "BIGINT", NOON, "nanoseconds"),
        ([str(SECONDS)], "VARCHAR", NOON, "seconds since 1970"),
    ],
)  # fmt: skip
def test_each_way_to_write_a_time(values, kind, expected, how) -> None:
    told, time = read(values, kind)
    assert told == [expected]
    assert how in time.how
    assert time.left_out == ()


def test_mixed_zones_keep_the_more_frequent_clock_and_tell_of_the_other() -> None:
    told, time = read(["2024-11-24T14:00:00+02:00", "2024-11-24T12:00:00", "2024-11-24T12:00:00Z"])
    assert told == [NOON, None, NOON]
    (out,) = time.left_out
    assert (out.rows, out.first_id, out.value) == (1, "r1", "2024-11-24T12:00:00")
    assert out.why == "no offset from UTC (the other 2 have one)"
    told, time = read(["2024-11-24T14:00:00+02:00", "2024-11-24T12:00:00", "2024-11-24"])
    assert told == [None, NOON, "2024-11-24T00:00:00"]
    assert time.left_out[0].why == "an offset from UTC (the other 2 have none)"


def test_missing_and_unreadable_times_are_counted_apart_and_named() -> None:
    told, time = read([NOON, None, "soon", "2024-02-30", "9999-12-31 00:00:00"])
    assert told == [NOON, None, None, None, None]
    assert [(out.why, out.rows, out.first_id, out.value) for out in time.left_out] == [
        ("no time", 1, "r1", None), ("no time that can be read", 3, "r2", "soon"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "kind"), [([3, 17], "BIGINT"), ([True], "BOOLEAN"), (["soon"], "VARCHAR")]
)
def test_a_column_that_holds_no_time_leaves_nothing(values, kind) -> None:
    told, time = read(values, kind)
    assert told == [None] * len(values)
    assert sum(out.rows for out in time.left_out) == len(values)


def test_numbers_of_another_meaning_are_left_out() -> None:
    told, time = read([2015, 2016, SECONDS, 2015.5], "DOUBLE")
    assert told == ["2015-01-01T00:00:00", "2016-01-01T00:00:00", None, None]
    assert time.left_out[0].rows == 2


@pytest.mark.parametrize(
    ("value", "kind", "how"),
    [
        ("2021-W53", "VARCHAR", "weeks"),
        ("Nov 24, 2024", "VARCHAR", "as in ISO 8601, such as 2024-11"),
        (None, "VARCHAR", "no times"),
        (None, "DOUBLE", "numbers that are no time"),
    ],
)
def test_columns_without_any_time_are_told(value, kind, how) -> None:
    told, time = read([value], kind)
    assert told == [None]
    assert how in time.how
    assert [out.rows for out in time.left_out] == [1]
