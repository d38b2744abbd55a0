"""Rows that a running model has not met: one feature at a time is set to something unusual."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specgen.checks.sanity.answers import nonsense
from specgen.checks.sanity.found import Finding, failed, inconclusive, passed
from specgen.checks.sanity.running import RunningModel
from specgen.checks.sanity.sampled import asked_split, live_of, sampled
from specgen.checks.sanity.scene import Scene
from specgen.models.failure import ModelFailure

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 8
# Each costs the start of another process.
MOST_CRASHES = 3
LONGEST = 160


@dataclass(frozen=True)
class Probe:
    """Rows with one feature changed; `told` says how: `SCHL missing`."""

    feature: str
    told: str
    rows: pa.Table


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer. `refused`: the model raised an exception, and went on."""

    probe: Probe
    told: str
    refused: bool


@dataclass(frozen=True)
class Words:
    """What a check of probes says: of all features if nothing is wrong, and what to do if something is."""

    passed: str
    do: str


def probed(
    scene: Scene,
    probes: Sequence[Probe],
    base: pa.Table,
    in_data: Callable[[], Mapping[str, str]],
    words: Words,
) -> Iterator[Finding]:
    """Findings for probes, the rows as they are first.

    A feature that the data themselves have so (`in_data`, with words for where) fails the check if the model
    cannot answer; else an exception is inconclusive, and all that is worse than an exception fails.
    """
    live, split = live_of(scene), asked_split(scene)
    whole = _fault(live, Probe("", "as they are", base))
    if whole is not None:
        yield failed(
            f"rows of {split} as they are: {whole.told}", "Make the model run on its own data first.", split
        )
        return
    faults = list(_faults(live, probes))
    met = in_data() if faults else {}
    for fault in faults:
        found = f"with {fault.probe.told} {fault.told}"
        if fault.probe.feature in met:
            yield failed(f"{found}; {met[fault.probe.feature]}", words.do, split)
        elif fault.refused:
            yield inconclusive(f"{found}; none of the data has such a row", words.do, split)
        else:
            yield failed(found, words.do, split)
    if not faults:
        yield passed(words.passed, split)


def each(names: Sequence[str], what: str) -> str:
    """The one of them by name, or how many there are."""
    return names[0] if len(names) == 1 else f"each of {len(names)} {what} in turn"


def base_rows(scene: Scene) -> pa.Table:
    """The rows that probes change, with the model's features alone; categories as plain text."""
    import pyarrow as pa

    rows = sampled(scene, asked_split(scene), ROWS).rows.select(list(live_of(scene).features))
    plain = [
        pa.field(one.name, one.type.value_type) if pa.types.is_dictionary(one.type) else one
        for one in rows.schema
    ]
    return rows.cast(pa.schema(plain))


def changed(base: pa.Table, feature: str, told: str, value: Any) -> Probe:
    """The rows with one feature set to a value, None for missing."""
    import pyarrow as pa

    i = base.schema.get_field_index(feature)
    kind = base.schema.field(i).type
    return Probe(
        feature, told, base.set_column(i, pa.field(feature, kind), pa.array([value] * len(base), kind))
    )


def _faults(live: RunningModel, probes: Sequence[Probe]) -> Iterator[Fault]:
    """Probes that the model cannot answer: all at once, and one by one if that fails."""
    import pyarrow as pa

    if not probes or _fault(live, Probe("", "", pa.concat_tables([one.rows for one in probes]))) is None:
        return
    crashes = 0
    for probe in probes:
        fault = _fault(live, probe)
        if fault is not None:
            yield fault
            crashes += not fault.refused
        if crashes >= MOST_CRASHES:
            return


def _fault(live: RunningModel, probe: Probe) -> Fault | None:
    try:
        wrong = nonsense(live.predict(probe.rows, find_rows=False), live.outputs)
    except ModelFailure as failure:
        return Fault(probe, f"the model fails: {_short(failure.message)}", failure.kind == "exception")
    return Fault(probe, f"it answers {wrong}", refused=False) if wrong else None


def _short(message: str) -> str:
    first = message.splitlines()[0]
    return first if len(first) <= LONGEST else f"{first[: LONGEST - 1]}…"
