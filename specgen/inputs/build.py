"""Builds the rows table of a split: codes, scores, weights, units, slice columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specgen.inputs.culprits import create_rows, null_values
from specgen.inputs.direct import Direct, direct, split_axes
from specgen.inputs.examples import key_examples
from specgen.inputs.flips import flip_columns, flipped_rows
from specgen.inputs.joining import Joined, join
from specgen.inputs.labels import CLASSES, code_of
from specgen.inputs.multilabel import label_columns, own_columns, predicted_columns
from specgen.inputs.naive import Naive, popularity_sql
from specgen.inputs.outcomes import ROW_ID, row_id_sql
from specgen.inputs.row_values import model_parts, value_sql
from specgen.inputs.rows import Queries, Rows, every_kth
from specgen.inputs.slicing import Slicing, slicing
from specgen.inputs.tables import literal, quote
from specgen.inputs.times import read_time
from specgen.inputs.transcripts import add_edit_counts
from specgen.inputs.values import label_text, number_of
from specgen.spec.declared import asked_labels, asked_metrics
from specgen.spec.load import LoadedSpec
from specgen.spec.row_values import held_against, model_columns, row_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class ModelColumns:
    """SQL of one model's values over the joined relation; None where it has none.

    `scores` are those of every label of a multiclass task.
    """

    prediction: str | None
    score: str | None
    true_score: str | None
    raw: str | None
    scores: tuple[str, ...] = ()


def build_rows(
    connection: DuckDBPyConnection,
    loaded: LoadedSpec,
    joined: Joined,
    labels: tuple[str, ...],
    naive: Naive | None,
) -> Rows:
    """The rows table of a split whose inputs have been checked."""
    task = loaded.spec.task
    axes = split_axes(connection, loaded, joined)
    sliced = slicing(connection, loaded.spec, joined.data, joined.relation, axes, Path(loaded.path).parent)
    models = [_model_columns(loaded, joined, i, labels, naive) for i in range(len(joined.sources))]
    columns = {**_row_columns(loaded, joined), **_value_columns(loaded, joined, models, labels, naive)}
    columns |= flip_columns(loaded, joined, columns)
    time = read_time(connection, joined, task.time)
    columns |= {"instant": time.sql} if time else {}
    straight = direct(connection, loaded, joined, axes, sliced, columns, naive)
    columns |= sliced.columns
    count = int(connection.execute(f"SELECT count(*) FROM {joined.relation}").fetchall()[0][0])
    columns[ROW_ID] = row_id_sql(task, joined, count)
    table = f"rows_{joined.relation}"
    listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    # What is counted straight from the files needs no copy of their rows.
    kind = "TABLE" if straight is None else "VIEW"
    create_rows(
        connection, loaded, joined, f"{kind} {table} AS SELECT {listed} FROM {joined.relation}", columns
    )
    null_values(connection, loaded, joined, table, columns)
    if task.type == "transcription":
        add_edit_counts(connection, table, len(models), asked_metrics(loaded.spec))
    built = _rows(connection, loaded, joined, table, labels, sliced, models, straight, count)
    sampled = _sampled(connection, loaded, joined, f"{table}_few", listed, built.count) if straight else None
    examples = key_examples(connection, loaded, joined, sliced.masks, columns, labels)
    flipped = tuple(flipped_rows(connection, loaded, joined, sliced.masks, columns, labels))
    return replace(
        built, absent=_absent(loaded, joined, columns), sampled=sampled, examples=examples, time=time,
        columns=columns, flipped=flipped,
    )  # fmt: skip


def _sampled(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, name: str, columns: str, count: int
) -> str | None:
    """A view of every k-th row of parquet files: told by their place, so that no others are looked at."""
    every = every_kth(count)
    if every == 1 or joined.data.column("file_row_number"):
        return None
    numbered = joined.data.sql.removesuffix(")") + ", file_row_number = true)"
    chosen = f"(SELECT * EXCLUDE (file_row_number) FROM {numbered} WHERE file_row_number % {every} = 0)"
    few = join(connection, loaded.spec.task, joined.split, replace(joined.data, sql=chosen), joined.sources)
    connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM {few.relation}")
    return name


def _rows(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, table: str,
    labels: tuple[str, ...], sliced: Slicing, models: list[ModelColumns], straight: Direct | None, count: int,
) -> Rows:  # fmt: skip
    names = tuple(source.model for source in joined.sources)
    clustered = bool(loaded.spec.task.unit or loaded.spec.task.query)
    return Rows(
        connection=connection, table=table, split=joined.split,
        count=count,
        models=names,
        scored=frozenset(name for name, model in zip(names, models, strict=True) if model.true_score),
        partial=frozenset(source.model for source in joined.sources if source.kind == "human"),
        labels=labels,
        weighted=loaded.spec.task.weight is not None,
        clustered=clustered,
        units=_units(connection, table) if clustered else None,
        masks=sliced.masks, families=sliced.families, direct=straight, joined=joined,
        queries=_queries(connection, table) if loaded.spec.task.query else None,
    )  # fmt: skip


def _units(connection: DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(DISTINCT unit) FROM {table}").fetchall()[0][0])


def _queries(connection: DuckDBPyConnection, table: str) -> Queries:
    found = connection.execute(
        "SELECT count(*), count_if(relevant = 0) FROM (SELECT any_value(relevant_rows) AS relevant"
        f" FROM {table} GROUP BY query)"
    ).fetchall()[0]
    return Queries(int(found[0]), int(found[1]))


def _row_columns(loaded: LoadedSpec, joined: Joined) -> dict[str, str]:
    """Columns that do not depend on a model."""
    task, data = loaded.spec.task, joined.data
    columns = {"row": "row_number() OVER ()", "weight": "1.0::DOUBLE"}
    if task.weight:
        weight = data.column(task.weight) or task.weight
        columns["weight"] = number_of(quote(weight), data.columns[weight])
    unit = task.unit or task.query
    if unit:
        columns["unit"] = f"dense_rank() OVER (ORDER BY {quote(data.column(unit) or unit)})"
    if task.type == "multilabel":
        return columns | label_columns(task, joined)
    target = _target(loaded, joined)
    quoted = quote(target)
    if task.type in CLASSES:
        columns["label"] = _label(loaded, joined)
    elif task.type == "regression":
        columns["label"] = number_of(quoted, data.columns[target])
        columns["centred_label"] = f"{columns['label']} - avg({columns['label']}) OVER ()"
    elif task.type == "ranking":
        columns["label"] = number_of(quoted, data.columns[target])
        query = quote(data.column(task.query or "") or "")
        of_query = f"OVER (PARTITION BY {query})"
        columns["query"] = f"dense_rank() OVER (ORDER BY {query})"
        columns["query_rows"] = f"(count(*) {of_query})::INTEGER"
        columns["relevant_rows"] = f"(count_if({columns['label']} > 0) {of_query})::INTEGER"
    elif task.type == "transcription":
        columns["reference"] = f"coalesce(CAST({quoted} AS VARCHAR), '')"
    return columns


def _value_columns(
    loaded: LoadedSpec, joined: Joined, models: list[ModelColumns], labels: tuple[str, ...], naive: Naive | None
) -> dict[str, str]:  # fmt: skip
    """Prediction, score and own columns of every model, and the spec's row values of it."""
    task = loaded.spec.task
    columns: dict[str, str] = {}
    for i, model in enumerate(models):
        if task.type == "multilabel":
            columns |= predicted_columns(task, joined, i, naive)
        elif task.type == "transcription":
            columns[f"r{i}"] = model.raw or "NULL"
        else:
            columns[f"p{i}"] = model.prediction or "NULL"
        columns[f"s{i}"] = model.score or "NULL::DOUBLE"
        columns[f"t{i}"] = model.true_score or "NULL::DOUBLE"
        if task.type == "multiclass" and model.scores:
            columns |= _score_columns(loaded, joined, i, labels, model.scores, model.prediction or "NULL")
        columns |= _own_values(loaded, joined, i, model, columns)
    return columns


def _score_columns(
    loaded: LoadedSpec, joined: Joined, i: int, labels: tuple[str, ...], scores: tuple[str, ...], predicted: str
) -> dict[str, str]:  # fmt: skip
    """Scores of the labels that the spec names, the rank of the label that occurred where it asks for a top k,
    and the probability of the one that is predicted where performance is followed over time.
    """
    columns = {
        f"s{i}_{labels.index(one)}": scores[labels.index(one)]
        for one in asked_labels(loaded.spec)
        if one in labels
    }
    if loaded.spec.task.time:
        columns[f"q{i}"] = f"list_extract([{', '.join(scores)}], {predicted} + 1)"
    if "top_k_accuracy" in asked_metrics(loaded.spec):
        code = _label(loaded, joined)
        listed = f"[{', '.join(scores)}]"
        true = f"list_extract({listed}, {code} + 1)"
        # Of tied labels the later one ranks first, as in scikit-learn's top_k_accuracy_score.
        above = f"lambda score, j: (score > {true} OR (score = {true} AND j > {code} + 1))::BIGINT"
        columns[f"k{i}"] = f"1 + list_sum(list_transform({listed}, {above}))::BIGINT"
    return columns


def _own_values(
    loaded: LoadedSpec, joined: Joined, i: int, model: ModelColumns, made: Mapping[str, str]
) -> dict[str, str]:
    """Columns that metrics name, and SQL row values over what the model has; what it lacks is left out."""
    spec, columns = loaded.spec, {}
    filled = ((spec.task.prediction, model.raw), (spec.task.score, model.score))
    known: dict[str, str | None] = {name: sql for name, sql in filled if isinstance(name, str)}
    if spec.task.type == "multilabel":
        known = own_columns(spec.task, made, i)
    for j, name in enumerate(model_columns(spec)):
        own = f"__sg_own_{i}_{j}"
        if own in joined.kinds:
            columns[f"x{j}_{i}"] = known[name] = number_of(own, joined.kinds[own])
    for value in row_values(spec):
        parts = {name: known.get(name) for name in model_parts(spec, value.sql)}
        has = {name: sql for name, sql in parts.items() if sql is not None}
        if len(has) == len(parts):
            columns[f"{value.name}_{i}"] = f"({value_sql(spec, value.sql, joined.data.columns, has)})::DOUBLE"
    return columns


def _absent(loaded: LoadedSpec, joined: Joined, columns: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Models and the own columns or row values (`x0`, `b1`) that they lack."""
    names = [f"x{j}" for j, _ in enumerate(model_columns(loaded.spec))]
    names += [value.name for value in row_values(loaded.spec)]
    names += [name for pair in held_against(loaded.spec).values() for name in pair]
    return frozenset(
        (source.model, name) for i, source in enumerate(joined.sources) for name in names
        if f"{name}_{i}" not in columns
    )  # fmt: skip


def _model_columns(
    loaded: LoadedSpec, joined: Joined, i: int, labels: tuple[str, ...], naive: Naive | None
) -> ModelColumns:
    source, kinds = joined.sources[i], joined.kinds
    task = loaded.spec.task
    if task.type == "multilabel":
        scored = source.scores or source.kind == "naive"
        return ModelColumns(None, None, "NULL::DOUBLE" if scored else None, "")
    label = _label(loaded, joined) if task.type in CLASSES else ""
    if source.kind == "naive" and naive is not None and task.type == "ranking":
        popular = popularity_sql(naive, task, joined.data)
        return ModelColumns(popular, None, None, popular)
    if source.kind == "naive":
        return _naive_columns(task.type, label, labels, naive)
    raw, scores = (
        f"__sg_raw_{i}",
        [number_of(f"__sg_score_{i}_{j}", kinds[f"__sg_score_{i}_{j}"]) for j in range(len(source.scores))],
    )
    if task.type == "transcription":
        absent = raw if source.kind == "human" else f"coalesce(CAST({raw} AS VARCHAR), '')"
        return ModelColumns(None, None, None, f"CAST({absent} AS VARCHAR)")
    if task.type == "regression":
        return ModelColumns(number_of(raw, kinds[raw]), None, None, raw)
    if task.type == "ranking":
        number = number_of(raw, kinds[raw])
        if source.kind == "human":  # a query that is labelled in part has no ranks
            query = f"OVER (PARTITION BY {quote(joined.data.column(task.query or '') or '')})"
            number = f"CASE WHEN count({number}) {query} = count(*) {query} THEN {number} END"
        return ModelColumns(number, None, None, raw)
    if task.type == "scores":
        first = f"__sg_own_{i}_0"
        return ModelColumns(number_of(first, kinds[first]) if first in kinds else None, None, None, None)
    written = code_of(label_text(raw, kinds[raw], task)) if source.prediction else None
    if task.type == "binary":
        score = scores[0] if scores else None
        prediction = written or f"({score} >= {task.threshold!r})::BIGINT"
        true_score = f"CASE WHEN {label} = 1 THEN {score} ELSE 1 - {score} END" if score else None
    else:
        score = None
        prediction = (
            written or f"list_position([{', '.join(scores)}], greatest({', '.join(scores)}))::BIGINT - 1"
        )
        true_score = f"list_extract([{', '.join(scores)}], {label} + 1)" if scores else None
    return ModelColumns(
        prediction, score, true_score, raw if source.prediction else _label_text(prediction, labels),
        tuple(scores) if task.type == "multiclass" else (),
    )  # fmt: skip


def _target(loaded: LoadedSpec, joined: Joined) -> str:
    target = loaded.spec.task.target
    return (joined.data.column(target) if isinstance(target, str) else None) or ""


def _label(loaded: LoadedSpec, joined: Joined) -> str:
    target = _target(loaded, joined)
    return code_of(label_text(quote(target), joined.data.columns[target], loaded.spec.task))


def _label_text(code: str, labels: tuple[str, ...]) -> str:
    return f"list_extract([{', '.join(map(literal, labels))}], {code} + 1)"


def _naive_columns(task_type: str, label: str, labels: tuple[str, ...], naive: Naive | None) -> ModelColumns:
    if naive is None or task_type == "transcription":
        return ModelColumns(None, None, None, "''")
    if task_type == "regression":
        return ModelColumns(repr(naive.value), None, None, repr(naive.value))
    code = str(int(naive.value))
    shares = "[" + ", ".join(map(repr, naive.shares)) + "]"
    score = repr(naive.shares[1]) + "::DOUBLE" if task_type == "binary" else None
    return ModelColumns(
        code, score, f"list_extract({shares}, {label} + 1)", literal(labels[int(naive.value)]),
        tuple(f"{share!r}::DOUBLE" for share in naive.shares),
    )  # fmt: skip
