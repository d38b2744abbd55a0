"""Predictions of live models: a split's rows go to the model's process, and its answers are a table like a file's.

What a model does wrong there is evidence against it, not a mistake of the spec: it is kept, with the
rows' ids, and everything that needs no answer of this model goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.answers import LiveAnswers
from specgen.inputs.features import feature_columns
from specgen.inputs.found import LiveFailure, LiveRun
from specgen.inputs.joining import POSITION
from specgen.inputs.tables import Table, quote
from specgen.models.cache import cache_folder, digest, keep, kept
from specgen.models.failure import ModelFailure
from specgen.models.limits import limits_of
from specgen.models.outputs import Outputs, outputs_of
from specgen.models.session import open_session
from specgen.spec.load import LoadedSpec

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from specgen.models.session import Answer, Session

BATCH_ROWS = 100_000


@dataclass(frozen=True)
class Running:
    """How live models may be run: whether pickles are trusted, and whether kept answers are used again."""

    trust_pickle: bool = False
    cached: bool = True


UNTRUSTED = Running()


def live_answers(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table],
    labels: tuple[str, ...], running: Running,
) -> LiveAnswers:  # fmt: skip
    """Every live model's answers on every split that has its features."""
    found = LiveAnswers()
    for name, model in loaded.spec.models.items():
        if not model.is_live:
            continue
        fitting = {
            split: table for split, table in tables.items()
            if all(table.column(feature) is not None for feature in model.features or ())
        }  # fmt: skip
        asked = Asked(loaded, name, outputs_of(loaded.spec.task, labels), running, fitting)
        try:
            with asked.stack:
                for split, table in fitting.items():
                    try:
                        _answered(connection, asked, split, table, found)
                    except ModelFailure as failure:
                        ids = _ids(connection, loaded, table, failure.rows)
                        found.failures.append(_failure(name, split, failure, ids))
                        if failure.kind == "start":
                            raise
        except ModelFailure as failure:
            # It does not load at all, or changed what it must not: none of its answers is worth keeping.
            told_of = {one.split for one in found.failures if one.model == name}
            found.failures += [_failure(name, split, failure) for split in fitting if split not in told_of]
            for split in fitting:
                found.tables.pop((name, split), None)
    return found


@dataclass
class Asked:
    """A live model that is started when it is first needed: answers that are kept need no process."""

    loaded: LoadedSpec
    name: str
    outputs: Outputs
    running: Running
    tables: Mapping[str, Table]
    stack: ExitStack = field(default_factory=ExitStack)
    session: Session | None = None
    cached: bool = True

    def answer(self, rows: pa.Table) -> Answer:
        """The answer for some rows, kept or fresh. Raises ModelFailure."""
        model, folder = self.loaded.spec.models[self.name], Path(self.loaded.path).parent
        key, cache = digest(model, self.outputs, folder, rows), cache_folder(folder)
        found = kept(cache, key) if key and self.running.cached else None
        if found is not None:
            return found
        self.cached = False
        if self.session is None:
            self.session = self.stack.enter_context(
                opened(self.loaded, self.name, self.outputs, self.running, self.tables)
            )
        found = self.session.predict(rows)
        if key:
            keep(cache, key, found)
        return found


def opened(
    loaded: LoadedSpec, name: str, outputs: Outputs, running: Running, tables: Mapping[str, Table]
) -> AbstractContextManager[Session]:
    """A model's session, to be entered; it must not change the files of the spec's data."""
    model = loaded.spec.models[name]
    guarded = tuple(dict.fromkeys(file for table in tables.values() for file in table.files))
    folder = Path(loaded.path).parent
    return open_session(
        model, outputs, folder, limits_of(model), trust_pickle=running.trust_pickle, guarded=guarded
    )


def _failure(model: str, split: str, failure: ModelFailure, ids: tuple[str, ...] = ()) -> LiveFailure:
    return LiveFailure(
        model=model, split=split, kind=failure.kind, message=failure.message, rows=ids,
        row_count=failure.row_count if ids else 0,
    )  # fmt: skip


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


def _answered(
    connection: DuckDBPyConnection, asked: Asked, split: str, table: Table, found: LiveAnswers
) -> None:
    """Ask for a split's rows in batches and keep the answers. Raises ModelFailure, its rows counted in the split."""
    import pyarrow as pa

    loaded, name, asked.cached = asked.loaded, asked.name, True
    answers, seconds, done = [], 0.0, 0
    for rows in rows_for(connection, loaded, name, table):
        try:
            answer = asked.answer(rows)
        except ModelFailure as failure:
            at = [row + done for row in failure.rows]
            raise ModelFailure(failure.kind, failure.message, at, failure.row_count) from None
        _complete(loaded, name, asked.outputs, answer.table)
        answers.append(answer.table)
        seconds, done = seconds + answer.seconds, done + rows.num_rows
    if not answers:
        return
    together = pa.concat_tables(answers, promote_options="permissive")
    found.tables[name, split] = _registered(connection, loaded, table, together, len(found.tables))
    session = asked.session
    found.runs.append(
        LiveRun(
            model=name, split=split, rows=done, seconds=round(seconds, 6), cached=asked.cached,
            start_s=round(session.start_s, 6) if session else None,
            peak_memory_mb=round(session.peak_memory_mb, 1) if session else None,
            not_isolated=tuple(session.not_isolated) if session else (),
            any_code=_runs_any_code(loaded.spec.models[name].origin[0], asked.running),
        )
    )  # fmt: skip


def _runs_any_code(kind: str, running: Running) -> bool:
    return kind in ("pickle", "joblib") or (kind == "mlflow" and running.trust_pickle)


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
    """Ids of rows by their positions; counted from one where rows have none."""
    key = table.column(loaded.spec.task.id) if loaded.spec.task.id else None
    if key is None or not positions:
        return tuple(str(position + 1) for position in positions)
    listed = ", ".join(str(int(position) + 1) for position in positions)
    found = connection.cursor().execute(
        f"SELECT k::VARCHAR FROM (SELECT {quote(key)} AS k, row_number() OVER () AS n FROM {table.sql})"
        f" WHERE n IN ({listed}) ORDER BY n"
    )
    return tuple(row[0] for row in found.fetchall())
