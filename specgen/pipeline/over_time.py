"""Performance over time: every split whose rows say when they were, alone and one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

from specgen.checks.over_time.follow import Asked, Collapse, Subject, expect, follow
from specgen.checks.over_time.found import OverTime
from specgen.checks.over_time.windows import FEWEST_ROWS, FINEST, Windows, find_windows
from specgen.diagnosis.ladder import material
from specgen.inputs.rows import Rows
from specgen.inputs.times import LeftOut, TimeColumn
from specgen.inputs.unlabelled import Unlabelled
from specgen.metrics.expected import expected_of, expected_use, surplus_use
from specgen.metrics.uses import Use, measurable, metric_use
from specgen.record.result import Note
from specgen.spec.spec import Spec
from specgen.verdict.words import listed, plural

PLACE = "task.time"
# What a model has learnt from it does better on, so that a fall after it says nothing of time.
LEARNT_FROM = "train"


@dataclass(frozen=True)
class OverTimes:
    """What was followed, and notes."""

    found: tuple[OverTime, ...] = ()
    notes: tuple[Note, ...] = ()


def over_time(
    spec: Spec, rows: Mapping[str, Rows], unlabelled: Unlabelled, uses: Sequence[Use],
    seed: int, collapse: Collapse, progress: Callable[[str], None],
) -> OverTimes:  # fmt: skip
    """The primary metric over windows of time; nothing where the spec names no column of the time."""
    if spec.task.time is None or not uses or not rows:
        return OverTimes()
    progress("following performance over time")
    asked = Asked(spec.candidate_name, spec.confidence, seed, collapse)
    usable = {split: one for split, one in rows.items() if asked.candidate in one.models}
    notes = list(_notes(spec, usable, unlabelled))
    found = []
    for split, one in usable.items():
        windows = _windows(spec, one)
        if windows is None:
            continue
        if len(windows.usable) > 1:
            found.append(follow(one, (split,), windows, _subject(spec, uses[0], one), asked))
        else:
            notes.append(_one_window(split, windows))
    joined = _joined(usable)
    if joined is not None:
        windows = _windows(spec, joined[1])
        if windows is not None and len(windows.usable) > 1:
            found.append(follow(joined[1], joined[0], windows, _subject(spec, uses[0], joined[1]), asked))
    for split, one in unlabelled.rows.items():
        windows, subject = _windows(spec, one), _subject(spec, uses[0], one)
        if windows is not None and subject.expected is not None:
            found.append(expect(one, (split,), windows, subject, asked))
    return OverTimes(tuple(found), tuple(notes))


def _windows(spec: Spec, rows: Rows) -> Windows | None:
    """The windows of a table of rows; None where no time can be read."""
    if rows.time is None:
        return None
    declared = spec.drift.window if spec.drift else None
    return find_windows(rows.connection, rows.table, rows.time.finest, declared)


def _subject(spec: Spec, use: Use, rows: Rows) -> Subject:
    """The primary metric, and what the scores expect of it or of accuracy where there are scores."""
    least, task = partial(material, use), spec.task.type
    name = expected_of(use, task)
    if name is None or spec.candidate_name not in rows.scored:
        return Subject(use, least)
    expected, surplus = expected_use(name, task), surplus_use(name, task)
    if not measurable(surplus, spec.candidate_name, rows):
        return Subject(use, least)
    followed = use if use.key == name else metric_use(spec, rows.labels, name)
    return Subject(use, least, expected, surplus, partial(material, followed), name)


def _joined(rows: Mapping[str, Rows]) -> tuple[tuple[str, ...], Rows] | None:
    """Splits that follow each other in time as one table; None where fewer than two do, or models differ.

    Sampling units of different splits count as different ones.
    """
    spans = {}
    for split, one in rows.items():
        if split != LEARNT_FROM and one.time is not None:
            start, end = _ends(one)
            if start is not None and end is not None:
                spans[split] = start, end
    order = sorted(spans, key=lambda split: spans[split])
    chosen = [rows[split] for split in order]
    apart = all(spans[a][1] <= spans[b][0] for a, b in pairwise(order))
    if len(order) < 2 or not apart or len({one.models for one in chosen}) > 1:
        return None
    times = [one.time for one in chosen if one.time is not None]
    coarsest = max(times, key=lambda time: FINEST[time.finest])
    how = " and ".join(dict.fromkeys(time.how for time in times))
    first = chosen[0]
    table, parts, units = "rows_joined_in_time", [], 0
    for one in chosen:
        moved = [f"{name} + {units} AS {name}" for name in ("unit",) if one.clustered]
        moved += [f"query + {units} AS query"] if one.queries else []
        replaced = f" REPLACE ({', '.join(moved)})" if moved else ""
        parts.append(f"SELECT *{replaced} FROM {one.table}")
        units += max(one.units or 0, one.queries.count if one.queries else 0)
    first.connection.execute(f"CREATE OR REPLACE VIEW {table} AS {' UNION ALL BY NAME '.join(parts)}")
    return tuple(order), replace(
        first, table=table, split=" → ".join(order), count=sum(one.count for one in chosen), direct=None,
        scored=frozenset.intersection(*(one.scored for one in chosen)),
        partial=frozenset.union(*(one.partial for one in chosen)),
        absent=frozenset.union(*(one.absent for one in chosen)),
        units=units if first.clustered else None, time=replace(coarsest, how=how),
    )  # fmt: skip


def _notes(spec: Spec, labelled: Mapping[str, Rows], unlabelled: Unlabelled) -> Iterator[Note]:
    """How times were read, which splits have none, and which rows are left out of windows."""
    rows = {**labelled, **unlabelled.rows}
    for split, why in unlabelled.unusable.items():
        text = f"{split} has no labels, and what its scores expect over time is not known: {why}."
        yield Note(level="warning", text=text, place=PLACE)
    without = [split for split, one in rows.items() if one.time is None]
    if without:
        text = f"Performance over time: {listed(without)} without the column '{spec.task.time}', so not followed there."
        yield Note(level="info", text=text, place=PLACE)
    read: dict[str, list[str]] = {}
    for split, one in rows.items():
        if one.time is None:
            continue
        read.setdefault(one.time.how, []).append(split)
        for out in one.time.left_out:
            yield Note(level="warning", text=_left_out(split, one.time, out), place=PLACE)
    for how, splits in read.items():
        text = f"Column '{spec.task.time}' of {listed(splits)} is read as {how}{_days([rows[s] for s in splits])}."
        yield Note(level="info", text=text, place=PLACE)


def _days(rows: Sequence[Rows]) -> str:
    """From which day to which: days and months that were read the wrong way round show here."""
    ends = [instant for one in rows for instant in _ends(one) if instant is not None]
    if not ends:
        return ""
    first, last = (f"{datetime.fromtimestamp(end / 1e6, UTC):%Y-%m-%d}" for end in (min(ends), max(ends)))
    return f", {first} to {last}"


def _ends(rows: Rows) -> tuple[int | None, int | None]:
    """The first and last instant, in microseconds since 1970; None where no row has one."""
    first, last = rows.connection.execute(f"SELECT min(instant), max(instant) FROM {rows.table}").fetchall()[
        0
    ]
    return first, last


def _left_out(split: str, time: TimeColumn, out: LeftOut) -> str:
    value = f" ({out.value})" if out.value is not None else ""
    verb = "is" if out.rows == 1 else "are"
    rows = f"{plural(out.rows, 'row')} with {out.why} {verb} left out of performance over time"
    return f"Column '{time.column}' of {split}: {rows}; the first is '{out.first_id}'{value}."


def _one_window(split: str, windows: Windows) -> Note:
    """Why a split is not followed."""
    if sum(windows.rows) < 2 * FEWEST_ROWS:
        why = f"it has {plural(sum(windows.rows), 'row')} with a time"
    else:
        why = (
            f"its rows fall into one {windows.length} ({windows.name(windows.usable[0])})"
            if windows.usable
            else (f"no {windows.length} has {FEWEST_ROWS} rows")
        )
    return Note(
        level="info", text=f"Performance over time is not followed within {split}: {why}.", place=PLACE
    )
