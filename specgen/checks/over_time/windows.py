"""Spans of equal length by the calendar, chosen so that they read well and hold enough rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from specgen.inputs.rows import Family

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# From the shortest to the longest; a quarter of a day reads better than 50 hours.
LENGTHS = ("hour", "6 hours", "day", "week", "month", "quarter", "year", "decade")
FINEST = {"hour": 0, "day": 2, "week": 3, "month": 4, "year": 6}
FEWEST_ROWS, LIKED, MOST, LARGEST = 30, 6, 24, 200
FAMILY = "window"
HOUR = 3_600_000_000


@dataclass(frozen=True)
class Windows:
    """Windows of one length; `code` is the SQL of a row's window, counted from the first, gaps included.

    `rows` (W,) counts the rows of each.
    """

    length: str
    starts: tuple[datetime, ...]
    rows: tuple[int, ...]
    code: str

    @property
    def family(self) -> Family:
        """The windows as slices of the pass."""
        return Family(FAMILY, "__sg_window", ((FAMILY, tuple(str(k) for k in range(len(self.starts)))),))

    def slice_name(self, k: int) -> str:
        """The name of the k-th window as a slice."""
        return f"{FAMILY}={k}"

    def end(self, k: int) -> datetime:
        """The first instant after the k-th window."""
        return step(self.starts[k], self.length)

    def name(self, k: int) -> str:
        """The k-th window for people: `2024-11`, `2024 Q4`."""
        return window_name(self.starts[k], self.length)

    @property
    def usable(self) -> tuple[int, ...]:
        """Windows with enough rows to be compared."""
        return tuple(k for k, rows in enumerate(self.rows) if rows >= FEWEST_ROWS)


def find_windows(
    connection: DuckDBPyConnection, table: str, finest: str, length: str | None = None
) -> Windows | None:
    """Windows over a table with the column `instant`; None where no row has one.

    Without a declared `length` it is the shortest of which there are 24 at most, most of them with 30 rows
    or more: and where none has that, the one with most such windows. A declared length of which there would
    be hundreds is not taken.
    """
    hours = f"{table}_hours"
    connection.execute(
        f"CREATE OR REPLACE TABLE {hours} AS SELECT CAST(floor(instant / {HOUR:.1f}) AS BIGINT) * {HOUR} AS instant,"
        f" count(*) AS n FROM {table} WHERE instant IS NOT NULL GROUP BY ALL"
    )
    found = [windows for name in _lengths(finest, length) if (windows := _windows(connection, hours, name))]
    if length is not None and found and len(found[0].starts) <= LARGEST:
        return found[0]
    fitting = [windows for windows in found if len(windows.starts) <= MOST]
    good = [one for one in fitting if len(one.usable) >= max(LIKED, 0.6 * len(one.starts))]
    if good:
        return good[0]
    return max(fitting or found, key=lambda one: len(one.usable), default=None)


def _lengths(finest: str, declared: str | None) -> Iterator[str]:
    if declared is not None:
        yield declared
    yield from LENGTHS[FINEST[finest] :]


def _windows(connection: DuckDBPyConnection, hours: str, length: str) -> Windows | None:
    """Windows of one length over a table of hours and their rows `n`; None where there would be far too many."""
    stamp, part, count = "make_timestamp(instant)", length.split()[-1].rstrip("s"), 1
    start = f"date_trunc('{part}', {stamp})"
    if length == "6 hours":
        start, count = f"time_bucket(INTERVAL '6 hours', {stamp})", 6
    first, last = connection.execute(f"SELECT min({start}), max({start}) FROM {hours}").fetchall()[0]
    if first is None:
        return None
    first, last = _day(first), _day(last)
    if (last - first) / _shortest(length) > 4 * LARGEST:
        return None
    starts = [first]
    while starts[-1] < last:
        starts.append(step(starts[-1], length))
    code = f"(date_diff('{part}', TIMESTAMP '{first}', {start}) // {count})"
    counted = connection.execute(f"SELECT {code}, sum(n) FROM {hours} GROUP BY ALL").fetchall()
    rows = dict(counted)
    return Windows(length, tuple(starts), tuple(int(rows.get(k, 0)) for k in range(len(starts))), code)


def _day(value: datetime) -> datetime:
    """A date as a timestamp: the engine truncates to either."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)


def _shortest(length: str) -> timedelta:
    days = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365, "decade": 3652}
    hours = {"hour": 1, "6 hours": 6}
    return timedelta(hours=hours[length]) if length in hours else timedelta(days=days[length])


def step(start: datetime, length: str) -> datetime:
    """The beginning of the window after that which begins at `start`."""
    months = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
    if length not in months:
        return start + _shortest(length)
    month = start.month - 1 + months[length]
    return start.replace(year=start.year + month // 12, month=month % 12 + 1)


def window_name(start: datetime, length: str) -> str:
    """A window for people: `2024`, `2024 Q4`, `2024-11`, `2024-11-25`, `2024-11-25 06:00`."""
    if length in ("year", "decade"):
        return f"{start:%Y}" + ("s" if length == "decade" else "")
    if length == "quarter":
        return f"{start:%Y} Q{(start.month + 2) // 3}"
    return start.strftime(
        {"month": "%Y-%m"}.get(length, "%Y-%m-%d" if "hour" not in length else "%Y-%m-%d %H:%M")
    )


def gaps(windows: Sequence[int]) -> int:
    """Windows without any row."""
    return sum(rows == 0 for rows in windows)
