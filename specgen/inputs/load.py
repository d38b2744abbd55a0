"""From a spec to the rows of its splits: opens, checks and joins everything, or tells all that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.annotators import Annotations, people_annotations
from specgen.inputs.answers import LiveAnswers, live_sources, told
from specgen.inputs.build import build_rows
from specgen.inputs.checks import data_problems, extra_ids, match_problems, value_problems
from specgen.inputs.compared import group_problems
from specgen.inputs.frames import frame_digest
from specgen.inputs.joining import join
from specgen.inputs.labels import CLASSES, create_codes, find_labels, no_labels
from specgen.inputs.live import UNTRUSTED, Running, live_answers
from specgen.inputs.naive import Naive, fit_naive
from specgen.inputs.predictions import Source, sources
from specgen.inputs.rows import Rows
from specgen.inputs.shadowed import shadowed_columns
from specgen.inputs.shares import impossible_shares
from specgen.inputs.slicing import example_column, key_ids
from specgen.inputs.splits import kept_tables
from specgen.inputs.structured import structured
from specgen.inputs.tables import Table, one_file
from specgen.models.artifact import artifact
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem, SpecError
from specgen.spec.row_values import model_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EVALUATED_TASKS = (*CLASSES, "multilabel", "regression", "ranking", "transcription", "scores")


@dataclass(frozen=True)
class ReadFile:
    """A file that was read, for provenance; `sha256` is known beforehand of rows that were given in memory."""

    path: Path
    role: str
    rows: int | None
    sha256: str | None = None


@dataclass(frozen=True)
class Inputs:
    """The rows of every split that can be evaluated, and what is worth knowing about the others."""

    rows: Mapping[str, Rows]
    not_evaluated: Mapping[str, str]
    naive: Naive | None
    files: tuple[ReadFile, ...]
    warnings: tuple[tuple[str, tuple[str | int, ...]], ...]
    annotations: Mapping[str, tuple[Annotations, ...]] = field(default_factory=dict)
    live: LiveAnswers = field(default_factory=LiveAnswers)
    structured: bool = False
    impossible_shares: tuple[str, ...] = ()


def load_inputs(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], required: Collection[str],
    running: Running = UNTRUSTED,
) -> Inputs:  # fmt: skip
    """Rows of every split with labels and predictions; `required` splits must have both, but for what a live
    model got wrong, which is evidence.

    Raises SpecError with every problem found in the data, the predictions and the key examples.
    """
    task = loaded.spec.task
    tables = kept_tables(connection, loaded, tables)
    labelled = {
        split: table for split, table in tables.items()
        if split in required
        or (_scored(loaded, table) if task.type == "scores" else no_labels(connection, task, table) is None)
    }  # fmt: skip
    problems = [
        p for split, table in labelled.items() for check in (data_problems, group_problems)
        for p in check(connection, loaded, split, table)
    ]  # fmt: skip
    _raise(problems)
    labels, problems = find_labels(connection, loaded, labelled)
    _raise(problems)
    create_codes(connection, labels)
    live = live_answers(connection, loaded, tables, labels, running)
    chosen, problems = _all_sources(connection, loaded, labelled, required, live)
    naive = _naive(connection, loaded, labelled, labels)
    rows: dict[str, Rows] = {}
    people: dict[str, list[Annotations]] = {}
    warnings: list[tuple[str, tuple[str | int, ...]]] = []
    for split, found in chosen.items():
        joined = join(connection, task, split, labelled[split], found)
        wrong = match_problems(connection, loaded, joined)
        wrong = wrong or value_problems(connection, loaded, joined)
        problems += wrong
        if not wrong:
            rows[split] = build_rows(connection, loaded, joined, labels, naive)
            people[split], wrong = people_annotations(
                connection, loaded, split, labelled[split], found[0], labels, split in required
            )
            problems += wrong
            told_of = [*extra_ids(connection, loaded, joined), *shadowed_columns(connection, loaded, joined)]
            warnings += [(text, source.place) for source, text in told_of]
    problems += [p for split in required for p in _never_positive(loaded, rows.get(split))]
    problems += [p for split in required for p in _never_relevant(loaded, rows.get(split))]
    problems += _unknown_key_ids(connection, loaded, labelled)
    _raise(problems)
    skipped = {
        split: _why_not(connection, loaded, split, tables, chosen, live)
        for split in loaded.spec.data
        if split not in rows
    }
    files = _files(connection, loaded, tables, chosen)
    by_split = {split: tuple(some) for split, some in people.items()}
    last = next((labelled[split] for split in reversed(list(required)) if split in labelled), None)
    table_like = last is not None and structured(connection, loaded.spec, last)
    impossible = next((some for one in rows.values() if (some := impossible_shares(loaded.spec, one))), ())
    return Inputs(rows, skipped, naive, files, tuple(warnings), by_split, live, table_like, impossible)


def _scored(loaded: LoadedSpec, table: Table) -> bool:
    """Whether a split of a scores task can be measured: its candidate has a file, or the data the columns."""
    model = loaded.spec.models.get(loaded.spec.candidate_name)
    if model is not None and model.predictions is not None:
        return True
    renamed = (model.columns.others if model and model.columns else None) or {}
    return all(table.column(renamed.get(name, name)) for name in model_columns(loaded.spec))


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise SpecError(list(dict.fromkeys(problems)))


def _all_sources(
    connection: DuckDBPyConnection,
    loaded: LoadedSpec,
    labelled: Mapping[str, Table],
    required: Collection[str],
    live: LiveAnswers,
) -> tuple[dict[str, list[Source]], list[Problem]]:
    """Sources of each split that the candidate, or at least one model, has predictions for."""
    chosen, problems = {}, []
    for split, table in labelled.items():
        found, wrong = sources(
            connection, loaded, split, table, split in required, live_sources(loaded, live, split)
        )
        problems += wrong
        candidate_absent = all(source.model != loaded.spec.candidate_name for source in found)
        if found and not wrong and (split in required or not candidate_absent):
            chosen[split] = found
    return chosen, problems


def _naive(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table], labels: tuple[str, ...]
) -> Naive | None:
    if not tables or all(baseline.kind != "naive" for baseline in loaded.spec.baselines.values()):
        return None
    split = "train" if "train" in tables else next(iter(tables))
    return fit_naive(connection, loaded.spec.task, split, tables[split], labels)


def _never_positive(loaded: LoadedSpec, rows: Rows | None) -> list[Problem]:
    if rows is None or loaded.spec.task.type != "binary":
        return []
    if rows.connection.execute(f"SELECT label FROM {rows.table} WHERE label = 1 LIMIT 1").fetchall():
        return []
    positive = loaded.spec.task.positive_text
    return [
        loaded.problem(
            ("task", "positive"), f"the positive label '{positive}' does not occur in data.{rows.split}"
        )
    ]


def _never_relevant(loaded: LoadedSpec, rows: Rows | None) -> list[Problem]:
    if rows is None or rows.queries is None or rows.queries.without_relevant < rows.queries.count:
        return []
    target = loaded.spec.task.target
    message = f"no row of data.{rows.split} is relevant: column '{target}' is 0 throughout"
    return [loaded.problem(("task", "target"), message)]


def _unknown_key_ids(
    connection: DuckDBPyConnection, loaded: LoadedSpec, tables: Mapping[str, Table]
) -> list[Problem]:
    """Key examples whose ids are in no split."""
    from specgen.inputs.tables import quote
    from specgen.inputs.values import text_of

    problems = []
    for i, part in enumerate(loaded.spec.key_examples):
        ids = key_ids(part, Path(loaded.path).parent)
        if not ids:
            continue
        known: set[str] = set()
        for table in tables.values():
            column = table.column(example_column(loaded.spec.task) or "")
            if column:
                text = text_of(quote(column), table.columns[column])
                found = connection.execute(
                    f"SELECT DISTINCT t FROM (SELECT {text} AS t FROM {table.sql}) WHERE list_contains(?, t)",
                    [list(ids)],
                )
                known |= {row[0] for row in found.fetchall()}
        missing = [i for i in ids if i not in known]
        if missing:
            shown = ", ".join(f"'{m}'" for m in missing[:3]) + (", …" if len(missing) > 3 else "")
            query = loaded.spec.task.query
            hint = f"; the ids of a ranking task's examples are queries, of column '{query}'" if query else ""
            problems.append(
                loaded.problem(
                    ("key_examples", i, "ids"),
                    f"{len(missing):,} of {len(ids):,} ids are in no split: {shown}{hint}",
                )
            )
    return problems


def _why_not(
    connection: DuckDBPyConnection, loaded: LoadedSpec, split: str, tables: Mapping[str, Table],
    chosen: Mapping[str, object], live: LiveAnswers,
) -> str:  # fmt: skip
    task, failed = loaded.spec.task, live.failure(loaded.spec.candidate_name, split)
    if failed is not None:
        return told(failed)
    if split not in tables:
        return "its data cannot be read"
    why = None if split in chosen else no_labels(connection, task, tables[split])
    if why is not None:
        return why
    if not task.targets and split not in chosen:
        return "it lacks columns that the metrics name, or the candidate has no scores for it"
    return "the candidate has no predictions for it" if split not in chosen else "its rows could not be built"


def _files(
    connection: DuckDBPyConnection,
    loaded: LoadedSpec,
    tables: Mapping[str, Table],
    chosen: Mapping[str, list[Source]],
) -> tuple[ReadFile, ...]:
    roles: dict[tuple[Path, str], Table] = {}
    for split, table in tables.items():
        roles |= {(file, f"data.{split}"): table for file in table.files}
    for found in chosen.values():
        for source in found:
            if source.table is not None:
                roles |= {(file, f"models.{source.model}"): source.table for file in source.table.files}
    folder = Path(loaded.path).parent
    for name, model in loaded.spec.models.items():
        if model.is_live:
            roles |= {(file, f"models.{name}"): Table("", {}, ()) for file in artifact(model, folder)}
    for part in loaded.spec.key_examples:
        if isinstance(part.ids, str):
            roles[folder / part.ids, f"key_examples.{part.name}"] = Table("", {}, ())
    given = [
        ReadFile(Path(f"data frame of {split}"), f"data.{split}", frame.num_rows, frame_digest(frame))
        for split, frame in loaded.frames.items()
    ]
    return (
        *(ReadFile(file, role, _row_count(connection, file, table)) for (file, role), table in roles.items()),
        *given,
    )


def _row_count(connection: DuckDBPyConnection, file: Path, table: Table) -> int | None:
    if not table.sql:
        return None
    sql = table.sql if len(table.files) == 1 else one_file(file)
    return int(connection.execute(f"SELECT count(*) FROM {sql}").fetchall()[0][0]) if sql else None
