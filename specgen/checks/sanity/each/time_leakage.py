"""Rows and values of the future in the training set."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.found import Finding, failed, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene
from specgen.inputs.joining import Joined
from specgen.inputs.tables import quote
from specgen.inputs.times import read_time

# A cut at midnight leaves a few rows on the wrong side.
MOST_LATER = 0.01
DATES = ("DATE", "TIMESTAMP")


@sanity_check("time_leakage", "Leakage over time")
def time_leakage(scene: Scene) -> Iterator[Finding]:
    """The training set ends before later splits begin, and no feature is a date after its row's own time.

    It fails where more than 1% of the rows of `train` (else of the first split) are later than a later
    split's earliest hundredth: a model that has seen the future is not measured on it. It fails too where a
    column of dates lies after `task.time` in most rows, for then it was filled in afterwards.
    """
    times = {split: found for split in scene.tables if (found := _instants(scene, split))}
    if not times:
        yield not_applicable("the spec names no task.time, or no split has it")
        return
    first = "train" if "train" in times else next(iter(times))
    later = [split for split in scene.tables if split in times and split != first]
    for split in later[later.index("dev") if first == "train" and "dev" in later else 0 :]:
        yield _order(scene, times, first, split)
    yield from (one for split in times if (one := _afterwards(scene, split, times[split])))
    if not later:
        yield passed(
            f"no date of {first} lies after its row's {scene.spec.task.time}; there is only one split", first
        )


def _instants(scene: Scene, split: str) -> str | None:
    """SQL of a row's instant."""
    joined = Joined(scene.tables[split].sql, scene.tables[split], split, (), {})
    relation = f"(SELECT *, CAST(row_number() OVER () AS VARCHAR) AS __sg_row_id FROM {joined.relation})"
    found = read_time(scene.connection, Joined(relation, joined.data, split, (), {}), scene.spec.task.time)
    return found.sql if found else None


def _order(scene: Scene, times: dict[str, str], first: str, split: str) -> Finding:
    start = scene.ask(f"SELECT quantile_disc({times[split]}, 0.01) FROM {scene.tables[split].sql}")[0][0]
    if start is None:
        return not_applicable(f"no row of {split} has a time", split)
    after, total = scene.ask(
        f"SELECT count_if({times[first]} > {start}), count({times[first]}) FROM {scene.tables[first].sql}"
    )[0]
    share = after / max(total, 1)
    at = scene.ask(f"SELECT strftime(make_timestamp({start}::BIGINT), '%Y-%m-%d %H:%M')")[0][0].removesuffix(
        " 00:00"
    )
    told = f"{after:,} of {total:,} rows of {first} ({share:.1%}) are later than {at}, where {split} begins"
    if share > MOST_LATER:
        do = f"Split by time: {first} up to a day, {split} from then on, as the model will meet its rows."
        return failed(told, do, split, count=after, statistic=share)
    return passed(told, split, statistic=share)


def _afterwards(scene: Scene, split: str, instant: str) -> Finding | None:
    """Columns of dates that lie after their rows' time."""
    table, found = scene.tables[split], []
    for name in scene.features(split):
        if table.columns[name].upper().startswith(DATES):
            after, known = scene.ask(
                f"SELECT count_if(epoch_us({quote(name)}::TIMESTAMP) > {instant}), count({quote(name)})"
                f" FROM {table.sql}"
            )[0]
            if known and after / known > 0.5:
                found.append((name, after, known))
    if not found:
        return None
    name, after, known = found[0]
    told = f"the column {name} lies after {scene.spec.task.time} in {after:,} of {known:,} rows of {split} that have it"
    do = f"Keep {name} from the model: it was filled in after the moment at which the model answers."
    return failed(told, do, split, count=after, statistic=after / known)
