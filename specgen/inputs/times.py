"""The column of the time → one instant a row, in UTC, whatever the column holds; nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from specgen.inputs.joining import Joined
from specgen.inputs.tables import literal, quote
from specgen.inputs.values import is_number

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Finest = Literal["hour", "day", "week", "month", "year"]
DAY = r"\d{4}-\d{2}-\d{2}"
WEEK = r"\d{4}-?W\d{2}"
CLOCK = r"\d{2}:\d{2}(:\d{2}([.,]\d+)?)?"
ZONE = r"(Z|z|[+-]\d{2}(:?\d{2})?)"
# Numbers by the range that they lie in: these ranges do not meet, so that a column's numbers say what they are.
NUMBERS: dict[str, tuple[float, float, str, Finest]] = {
    "years": (1800, 2200, "({n} % 1 = 0)", "year"),
    "year and month, as 202411": (180001, 220012, "({n} % 100 BETWEEN 1 AND 12)", "month"),
    "dates, as 20241124": (18000101, 22001231, "true", "day"),
    "seconds since 1970": (1e8, 1e10, "true", "hour"),
    "milliseconds since 1970": (1e11, 1e13, "true", "hour"),
    "microseconds since 1970": (1e14, 1e16, "true", "hour"),
    "nanoseconds since 1970": (1e17, 9.2e18, "true", "hour"),
}
SINCE_1970 = {"seconds": 1e6, "milliseconds": 1e3, "microseconds": 1.0, "nanoseconds": 1e-3}
UNREADABLE = (
    "no times: texts must be as in ISO 8601, such as 2024-11, 2024-W48, 2024-11-24 or 2024-11-24 14:30:00"
)
FIRST, LAST = "TIMESTAMP '1800-01-01'", "TIMESTAMP '2200-12-31 23:59:59'"


@dataclass(frozen=True)
class LeftOut:
    """Rows of which the time cannot be used: how many, the first one's id, and what stands there if anything does."""

    why: str
    rows: int
    first_id: str
    value: str | None = None


@dataclass(frozen=True)
class TimeColumn:
    """How a split's column of the time was read: `sql` is a row's instant in microseconds since 1970, NULL for none.

    `how` is for people; `finest` is the shortest span that the values tell apart.
    """

    column: str
    sql: str
    how: str
    finest: Finest
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class _Reading:
    """SQL of a value's timestamp (NULL where there is none), and why rows that meet a condition are left out."""

    stamp: str
    how: str
    finest: Finest
    reasons: tuple[tuple[str, str], ...] = ()


def read_time(connection: DuckDBPyConnection, joined: Joined, name: str | None) -> TimeColumn | None:
    """How the column `name` of a split is read; None where the split has no such column."""
    column = joined.data.column(name) if name else None
    if column is None:
        return None
    quoted, kind = quote(column), joined.data.columns[column].upper()
    reading = _reading(connection, joined.relation, quoted, kind)
    stamp = f"(CASE WHEN {reading.stamp} BETWEEN {FIRST} AND {LAST} THEN {reading.stamp} END)"
    reasons = (("no time", f"{quoted} IS NULL"), *reading.reasons)
    told = " OR ".join(condition for _, condition in reasons)
    reasons = (*reasons, ("no time that can be read", f"NOT coalesce({told}, false) AND {stamp} IS NULL"))
    out = [_left_out(connection, joined.relation, quoted, why, condition) for why, condition in reasons]
    sql = f"epoch_us({stamp})"
    return TimeColumn(column, sql, reading.how, reading.finest, tuple(one for one in out if one is not None))


def _reading(connection: DuckDBPyConnection, relation: str, column: str, kind: str) -> _Reading:
    if kind == "DATE":
        return _Reading(
            f"(CASE WHEN isfinite({column}) THEN CAST({column} AS TIMESTAMP) END)", "dates", "day"
        )
    if kind == "TIMESTAMP WITH TIME ZONE":
        stamp = f"make_timestamp(CASE WHEN isfinite({column}) THEN epoch_us({column}) END)"
        return _Reading(stamp, "times with a zone, in UTC", "hour")
    if kind.startswith("TIMESTAMP"):
        stamp = f"(CASE WHEN isfinite(CAST({column} AS TIMESTAMP)) THEN CAST({column} AS TIMESTAMP) END)"
        return _Reading(stamp, "times without a zone, taken as they are", "hour")
    if is_number(kind):
        return _numbers(connection, relation, f"CAST({column} AS DOUBLE)")
    if kind != "VARCHAR":
        return _Reading("CAST(NULL AS TIMESTAMP)", f"{kind.lower()}, which is no time", "hour")
    digits = (
        f"SELECT count({column}) > 0 AND bool_and(regexp_full_match(trim({column}), '\\d+')) FROM {relation}"
    )
    if connection.execute(digits).fetchall()[0][0]:
        return _numbers(connection, relation, f"TRY_CAST({column} AS DOUBLE)")
    return _texts(connection, relation, column)


def _numbers(connection: DuckDBPyConnection, relation: str, n: str) -> _Reading:
    """Numbers of the range that holds most rows; those of another range mean something else, and are left out."""
    inside = {
        how: f"({n} BETWEEN {low!r} AND {high!r} AND {valid.format(n=n)})"
        for how, (low, high, valid, _) in NUMBERS.items()
    }
    counts = connection.execute(
        f"SELECT {', '.join(f'count(*) FILTER ({one})' for one in inside.values())} FROM {relation}"
    ).fetchall()[0]
    most, how = max(zip(counts, inside, strict=True), key=lambda pair: pair[0])
    if not most:
        return _Reading("CAST(NULL AS TIMESTAMP)", "numbers that are no time", "hour")
    whole = f"CAST(CASE WHEN {inside[how]} THEN {n} END AS BIGINT)"
    unit = how.split()[0].rstrip(",")
    if unit in SINCE_1970:
        stamp = (
            f"make_timestamp(CAST((CASE WHEN {inside[how]} THEN {n} END) * {SINCE_1970[unit]!r} AS BIGINT))"
        )
    elif how == "years":
        stamp = f"CAST(make_date({whole}, 1, 1) AS TIMESTAMP)"
    elif unit == "year":
        stamp = f"CAST(make_date({whole} // 100, {whole} % 100, 1) AS TIMESTAMP)"
    else:
        # As text, for a day that its month does not have is then no date.
        text = f"format('{{}}-{{:02d}}-{{:02d}}', {whole} // 10000, ({whole} // 100) % 100, {whole} % 100)"
        stamp = f"CAST(TRY_CAST({text} AS DATE) AS TIMESTAMP)"
    return _Reading(stamp, how, NUMBERS[how][3])


def _texts(connection: DuckDBPyConnection, relation: str, column: str) -> _Reading:
    """ISO 8601 texts. With an offset from UTC and without one are two clocks: the rarer of both is left out."""
    text = f"replace(trim({column}), ',', '.')"
    month, day = (f"regexp_full_match({text}, {literal(one)})" for one in (r"\d{4}-\d{2}", DAY))
    naive = f"regexp_full_match({text}, {literal(f'{DAY}[T ]{CLOCK}')})"
    zoned = f"regexp_full_match({text}, {literal(f'{DAY}[T ]{CLOCK} ?{ZONE}')})"
    week = f"regexp_full_match({text}, {literal(WEEK)})"
    found = connection.execute(
        f"SELECT {', '.join(f'count(*) FILTER ({one})' for one in (week, month, day, naive, zoned))} FROM {relation}"
    ).fetchall()[0]
    weeks, months, days, bare, offset = map(int, found)
    if not sum(found):
        return _Reading("CAST(NULL AS TIMESTAMP)", UNREADABLE, "hour")
    if weeks > months + days + bare + offset:
        # The engine reads a week 53 of a year that has none as the next year's first.
        monday = f"try_strptime(CASE WHEN {week} THEN replace({text}, '-', '') || '1' END, '%GW%V%u')"
        stamp = f"(CASE WHEN strftime({monday}, '%GW%V') = replace({text}, '-', '') THEN {monday} END)"
        return _Reading(stamp, "weeks, by their Mondays", "week")
    without = f"({month} OR {day} OR {naive})"
    local = (
        f"TRY_CAST(CASE WHEN {month} THEN {text} || '-01' WHEN {day} OR {naive} THEN {text} END AS TIMESTAMP)"
    )
    # A blank before the offset is none of the engine's.
    joined_up = f"regexp_replace({text}, ' (Z|z|[+-])', '\\1')"
    in_utc = f"make_timestamp(epoch_us(TRY_CAST(CASE WHEN {zoned} THEN {joined_up} END AS TIMESTAMPTZ)))"
    if offset > months + days + bare:
        reasons = ((f"no offset from UTC (the other {offset:,} have one)", without),)
        return _Reading(in_utc, "times with offsets from UTC, turned to UTC", "hour", reasons)
    finest: Finest = "hour" if bare else "day" if days else "month"
    how = {"hour": "times without a zone, taken as they are", "day": "dates", "month": "months"}[finest]
    why = f"an offset from UTC (the other {months + days + bare:,} have none)"
    return _Reading(local, how, finest, ((why, zoned),))


def _left_out(
    connection: DuckDBPyConnection, relation: str, column: str, why: str, condition: str
) -> LeftOut | None:
    if not connection.execute(f"SELECT count_if({condition}) FROM {relation}").fetchall()[0][0]:
        return None
    rows, first, value = connection.execute(
        f"SELECT count(*), min(__sg_row_id), min_by(CAST({column} AS VARCHAR), __sg_row_id)"
        f" FROM {relation} WHERE {condition}"
    ).fetchall()[0]
    return LeftOut(why, int(rows), str(first), None if value is None else str(value)[:40])
