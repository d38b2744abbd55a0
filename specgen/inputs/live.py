"""Predictions of live models: a split's rows go to the model's process, and its answers are a table like a file's.

What a model does wrong there is evidence against it, not a mistake of the spec: it is kept, with the
rows' ids, and everything that needs no answer of this model goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specgen.frozen import Frozen
from specgen.inputs.features import feature_columns
from specgen.inputs.joining import POSITION
from specgen.inputs.own_columns import no_column
from specgen.inputs.predictions import Source
from specgen.inputs.tables import Table, quote
from specgen.models.failure import FailureKind, ModelFailure
from specgen.models.limits import limits_of
from specgen.models.outputs import Outputs, outputs_of
from specgen.models.session import open_session
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from specgen.models.session import Session

BATCH_ROWS = 100_000
SHOWN = 3


class LiveFailure(Frozen):
    """What a live model did wrong on a split, and on which rows."""

    model: str
    split: str
    kind: FailureKind
    message: str
    rows: tuple[str, ...] = ()
    row_count: int = 0


class LiveRun(Frozen):
    """A live model that answered a split's rows. `seconds` is its own time, without transport."""

    model: str
    split: str
    rows: int
    seconds: float
    start_s: float
    peak_memory_mb: float
    cached: bool = False
    not_isolated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Running:
    """How live models may be run: whether pickles are trusted, and whether kept answers are used again."""

    trust_pickle: bool = False
    cached: bool = True


UNTRUSTED = Running()


@dataclass
class LiveAnswers:
    """Tables of answers by model and split, what went wrong, and how the models ran."""

    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    failures: list[LiveFailure] = field(default_factory=list)
    runs: list[LiveRun] = field(default_factory=list)

    def of(self, model: str) -> dict[str, Table]:
        """A model's answers by split."""
        return {split: table for (name, split), table in self.tables.items() if name == model}

    def failure(self, model: str, split: str) -> LiveFailure | None:
        """Why a model has no answers on a split, if it failed there."""
        return next((one for one in self.failures if (one.model, one.split) == (model, split)), None)


def live_answers(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table],
    labels: tuple[str, ...], running: Running,
) -> LiveAnswers:  # fmt: skip
    """Every live model's answers on every split; a model that failed is started anew for the next split."""
    found = LiveAnswers()
    outputs = outputs_of(loaded.spec.task, labels)
    for name, model in loaded.spec.models.items():
        if not model.is_live:
            continue
        with ExitStack() as stack:
            session: Session | None = None
            for split, table in tables.items():
                if any(table.column(feature) is None for feature in model.features or ()):
                    continue
                try:
                    session = session or stack.enter_context(opened(loaded, name, outputs, running, tables))
                    _answered(connection, loaded, name, split, table, outputs, session, found)
                except ModelFailure as failure:
                    ids = _ids(connection, loaded, table, failure.rows)
                    found.failures.append(
                        LiveFailure(
                            model=name, split=split, kind=failure.kind, message=failure.message,
                            rows=ids, row_count=failure.row_count,
                        )
                    )  # fmt: skip
                    session = None
                    stack.close()
    return found


def opened(
    loaded: LoadedSpec, name: str, outputs: Outputs, running: Running, tables: Mapping[str, Table]
) -> Any:
    """A model's session, to be entered; it must not change the files of the spec's data."""
    model = loaded.spec.models[name]
    guarded = tuple(dict.fromkeys(file for table in tables.values() for file in table.files))
    folder = Path(loaded.path).parent
    return open_session(
        model, outputs, folder, limits_of(model), trust_pickle=running.trust_pickle, guarded=guarded
    )


def rows_for(
    connection: DuckDBPyConnection, loaded: LoadedSpec, name: str, table: Table, *, batch: int = BATCH_ROWS
) -> Iterator[pa.Table]:
    """A split's rows in their order, in batches: the features that a model is given."""
    import pyarrow as pa

    features = feature_columns(loaded.spec, table, name)
    query = f"SELECT {', '.join(map(quote, features))} FROM {table.sql}"
    reader = connection.cursor().sql(query).to_arrow_reader(batch)
    for part in reader:
        yield pa.Table.from_batches([part])


def feature_problems(
    loaded: LoadedSpec, tables: Mapping[str, Table], required: Collection[str]
) -> Iterator[Problem]:
    """Features that a split to be judged lacks, and labels among them."""
    task = loaded.spec.task
    labels = {name.lower() for name in task.targets}
    for name, model in loaded.spec.models.items():
        for j, feature in enumerate(model.features or ()):
            place = ("models", name, "features", j)
            if feature.lower() in labels:
                yield loaded.problem(place, f"'{feature}' is the label that the model has to tell; remove it")
            lacking = next((s for s in required if s in tables and tables[s].column(feature) is None), None)
            if lacking is not None:
                yield loaded.problem(place, no_column(feature, tables[lacking], f"data.{lacking}"))


def _answered(
    connection: DuckDBPyConnection, loaded: LoadedSpec, name: str, split: str, table: Table,
    outputs: Outputs, session: Session, found: LiveAnswers,
) -> None:  # fmt: skip
    """Ask for a split's rows in batches and keep the answers. Raises ModelFailure, its rows counted in the split."""
    import pyarrow as pa

    answers, seconds, done = [], 0.0, 0
    for rows in rows_for(connection, loaded, name, table):
        try:
            answer = session.predict(rows)
        except ModelFailure as failure:
            at = [row + done for row in failure.rows]
            raise ModelFailure(failure.kind, failure.message, at, failure.row_count) from None
        _complete(loaded, name, outputs, answer.table)
        answers.append(answer.table)
        seconds, done = seconds + answer.seconds, done + rows.num_rows
    kept = pa.concat_tables(answers, promote_options="permissive")
    found.tables[name, split] = _registered(connection, loaded, table, kept, len(found.tables))
    found.runs.append(
        LiveRun(
            model=name, split=split, rows=done, seconds=round(seconds, 6), start_s=round(session.start_s, 6),
            peak_memory_mb=round(session.peak_memory_mb, 1), not_isolated=tuple(session.not_isolated),
        )
    )  # fmt: skip


def _complete(loaded: LoadedSpec, name: str, outputs: Outputs, answer: pa.Table) -> None:
    """ModelFailure where an answer lacks what the task names: scores of the candidate, or predictions."""
    has = set(answer.column_names)
    missing = [column for column in outputs.scores if column not in has]
    if missing and name == loaded.spec.candidate_name:
        columns = ", ".join(missing)
        raise ModelFailure("output", f"it answers no probabilities, which task.score names: column {columns}")
    if (missing or not outputs.scores_suffice) and not set(outputs.prediction) <= has:
        raise ModelFailure("output", f"it answers no predictions: column {', '.join(outputs.prediction)}")


def _registered(
    connection: DuckDBPyConnection, loaded: LoadedSpec, table: Table, answers: pa.Table, number: int
) -> Table:
    """The answers as a table with the rows' ids, or with their positions where they have none."""
    import pyarrow as pa

    key = table.column(loaded.spec.task.id) if loaded.spec.task.id else None
    if key is None:
        answers = answers.append_column(POSITION, pa.array(range(1, answers.num_rows + 1), pa.int64()))
    else:
        ids = connection.cursor().sql(f"SELECT {quote(key)} FROM {table.sql}").to_arrow_table().column(0)
        answers = answers.drop_columns([key]) if key in answers.column_names else answers
        answers = answers.append_column(key, ids)
    name = f"live_{number}"
    connection.register(name, answers)
    described = connection.execute(f"DESCRIBE SELECT * FROM {name}").fetchall()
    return Table(name, {row[0]: row[1] for row in described}, ())


def _ids(
    connection: DuckDBPyConnection, loaded: LoadedSpec, table: Table, positions: Sequence[int]
) -> tuple[str, ...]:
    """Ids of rows by their positions; `row 17`, counted from one, where rows have none."""
    key = table.column(loaded.spec.task.id) if loaded.spec.task.id else None
    if key is None or not positions:
        return tuple(f"row {position + 1}" for position in positions)
    listed = ", ".join(str(int(position) + 1) for position in positions)
    found = connection.cursor().execute(
        f"SELECT k::VARCHAR FROM (SELECT {quote(key)} AS k, row_number() OVER () AS n FROM {table.sql})"
        f" WHERE n IN ({listed}) ORDER BY n"
    )
    return tuple(row[0] for row in found.fetchall())


def told(failure: LiveFailure) -> str:
    """A failure in a sentence, without its end."""
    where = (
        f" ({', '.join(failure.rows[:SHOWN])}{', …' if failure.row_count > SHOWN else ''})"
        if failure.rows
        else ""
    )
    return f"the model {failure.model} failed: {failure.message.rstrip('.')}{where}"


def live_sources(loaded: LoadedSpec, live: LiveAnswers, split: str) -> dict[str, Source]:
    """The live models' answers on a split as sources of predictions."""
    found, outputs = {}, outputs_of(loaded.spec.task)
    for (name, of_split), table in live.tables.items():
        if of_split == split:
            place = ("models", name, loaded.spec.models[name].origin[0])
            scores = tuple(column for column in outputs.scores if table.column(column))
            scores = scores if len(scores) == len(outputs.scores) else ()
            predicted = tuple(column for column in outputs.prediction if table.column(column))
            several = outputs.task == "multilabel"
            found[name] = Source(
                name, place, "file", table, None if several or not predicted else predicted[0], scores,
                predictions=predicted if several else (),
            )  # fmt: skip
    return found
