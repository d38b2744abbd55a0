"""Deployment constraints of a run: measured on the live model, read from a load test, or told to be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.checks.constraints.declared import declared_values, declared_warnings
from specgen.checks.constraints.found import Deployment
from specgen.checks.constraints.limited import Deployed, Limited, LiveNumbers, limits
from specgen.checks.constraints.live import Asked, measure_live
from specgen.checks.constraints.timing import MOST_ROWS
from specgen.inputs.live import Running, opened, rows_for
from specgen.inputs.load import ReadFile
from specgen.inputs.load_tests import LoadTest, load_test, load_test_path
from specgen.inputs.tables import Table
from specgen.models.outputs import outputs_of
from specgen.record.result import Note
from specgen.spec.constraints import Constraints
from specgen.spec.load import LoadedSpec
from specgen.spec.milestones import Milestone
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from specgen.models.session import Session
    from specgen.pipeline.measured import MeasuredSpec

OpenLive = Callable[[], "AbstractContextManager[Session]"]


@dataclass(frozen=True)
class ConstraintsFound:
    """What gates are judged on, what stands in results.json, notes, and the file of a load test."""

    deployed: Deployed | None = None
    record: Deployment | None = None
    notes: tuple[Note, ...] = ()
    files: tuple[ReadFile, ...] = ()


def constraints(
    loaded: LoadedSpec, open_live: OpenLive | None, rows: pa.Table | None, split: str | None, seed: int,
    progress: Callable[[str], None],
) -> ConstraintsFound:  # fmt: skip
    """The candidate's constraints; nothing where the spec has none.

    `open_live` starts the candidate in a process of its own, None where it is no live model; `rows` are
    those of `split`, with the model's features. What was measured elsewhere stands before what could be
    measured here. Call it while nothing else runs.
    """
    spec = loaded.spec
    declared = spec.constraints
    if declared is None:
        return ConstraintsFound()
    test = load_test(loaded)
    values = declared_values(declared, test) if test else {}
    told = declared_warnings(declared, test) if test else []
    elsewhere = {one.constraint for one in values.values()}
    live = LiveNumbers()
    if open_live is not None and rows is not None:
        keys = [key for key in declared.limited if key not in elsewhere]
        model = spec.models[spec.candidate_name]
        asked = Asked(declared, keys, model, Path(loaded.path).parent, spec.confidence, seed)
        live = measure_live(asked, open_live, rows, progress)
    found = (*values.values(), *live.values.values())
    missing = tuple(_missing(spec, declared, live, {one.name for one in found}))
    deployed = Deployed(_ordered(declared, (*found, *missing)))
    ran = open_live is not None and rows is not None
    record = _record(spec, declared, deployed, live, test, split if ran else None)
    notes = tuple(Note(level="warning", text=text, place="constraints") for text in (*told, *live.warnings))
    path = load_test_path(loaded)
    files = (ReadFile(path, "constraints.measured", None),) if path else ()
    return ConstraintsFound(deployed, record, notes, files)


def run_constraints(
    loaded: LoadedSpec, found: MeasuredSpec, stages: Sequence[Milestone], running: Running, seed: int,
    progress: Callable[[str], None],
) -> ConstraintsFound:  # fmt: skip
    """The candidate's constraints on rows of the last stage that has a gate for them, or of the last one.

    Nothing where only later stages have such a gate.
    """
    spec = loaded.spec
    asking = [stage for stage in spec.milestones if any(gate.constraint for gate in stage.gates)]
    chosen = [stage for stage in stages if stage in asking] if asking else list(stages)
    if not chosen:
        return ConstraintsFound()
    split, name = chosen[-1].split, spec.candidate_name
    table, model = found.tables.get(split), spec.models.get(name)
    if found.connection is None or table is None or model is None or not model.is_live:
        return constraints(loaded, None, None, None, seed, progress)
    labels = next((rows.labels for rows in found.inputs.rows.values()), ())
    opening = partial(opened, loaded, name, outputs_of(spec.task, labels), running, found.tables)
    rows = _some_rows(found.connection, loaded, table, seed)
    return constraints(loaded, opening, rows, split, seed, progress)


def _some_rows(connection: DuckDBPyConnection, loaded: LoadedSpec, table: Table, seed: int) -> pa.Table:
    """What the candidate is given of about 100,000 random rows, or of all where there are fewer."""
    import numpy as np
    import pyarrow as pa

    total = connection.execute(f"SELECT count(*) FROM {table.sql}").fetchall()[0][0]
    rng, share = np.random.default_rng(seed), min(MOST_ROWS / max(total, 1), 1.0)
    parts = rows_for(connection, loaded, loaded.spec.candidate_name, table)
    return pa.concat_tables(part.filter(pa.array(rng.random(part.num_rows) < share)) for part in parts)


def _ordered(declared: Constraints, found: tuple[Limited, ...]) -> tuple[Limited, ...]:
    """In the order of the spec's keys; percentiles by size."""
    keys = list(type(declared).model_fields)
    return tuple(sorted(found, key=lambda one: (keys.index(one.constraint), one.name)))


def _missing(spec: Spec, declared: Constraints, live: LiveNumbers, known: set[str]) -> Iterator[Limited]:
    """Limits of which nothing is known, with what to do about it."""
    name = spec.candidate_name
    model = spec.models.get(name)
    origin = "a running model" if model is not None and model.is_live else "predictions without the model"
    advice = (
        f"models.{name} is {origin}; give the model itself (skops, onnx, python, mlflow, http or command), or what a"
        " load test measured, under constraints.measured"
    )
    for limited, limit in limits(declared).items():
        if limited not in known:
            why = live.missing.get(limited.partition(" ")[0], advice)
            yield Limited(limited, None, limit, "live", "not measured", reason=why)


def _record(
    spec: Spec, declared: Constraints, deployed: Deployed, live: LiveNumbers, test: LoadTest | None,
    split: str | None,
) -> Deployment:  # fmt: skip
    return Deployment(
        model=spec.candidate_name, split=split, batch=declared.latency_ms.batch if declared.latency_ms else 1,
        confidence=spec.confidence, values=tuple(one.record(spec.confidence) for one in deployed.values),
        by_batch=live.by_batch, transport_ms=live.transport_ms, others_busy=live.others_busy,
        load_average=live.load_average, seconds=live.seconds,
        hardware=(test.numbers.hardware or "") if test else "",
        source=(test.numbers.file or "spec") if test else "",
    )  # fmt: skip
