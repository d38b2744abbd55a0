"""Rows of which a baseline and the candidate differ in being right: what the candidate breaks, and what it mends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from specgen.inputs.examples import answer_sql, answer_text
from specgen.inputs.found import MOST_FLIPPED, FlippedRow, FlippedRows, Kind
from specgen.inputs.joining import Joined
from specgen.inputs.rows import Mask
from specgen.inputs.tables import literal
from specgen.spec.load import LoadedSpec
from specgen.spec.row_values import held_against

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from specgen.spec.spec import Spec

KINDS: tuple[Kind, Kind] = ("broken", "mended")


def baseline_source(spec: Spec, joined: Joined, baseline: str) -> int | None:
    """The number of the model that stands for a baseline on a split; None where it has no answers there."""
    model = spec.baselines[baseline].model or baseline
    models = [source.model for source in joined.sources]
    return models.index(model) if model in models else None


def flip_columns(loaded: LoadedSpec, joined: Joined, columns: Mapping[str, str]) -> dict[str, str]:
    """SQL of the rows table's `v0_i` and `u0_i`: 1 where candidate i breaks or mends a row, NULL if either is silent.

    `columns` is the SQL of the table's other columns.
    """
    spec = loaded.spec
    models = [source.model for source in joined.sources]
    if spec.candidate_name not in models:
        return {}
    i, found = models.index(spec.candidate_name), {}
    for baseline, (broken, mended) in held_against(spec).items():
        j = baseline_source(spec, joined, baseline)
        if j is not None and j != i:
            mine, theirs = right_sql(spec.task.type, columns, i), right_sql(spec.task.type, columns, j)
            found[f"{broken}_{i}"] = (
                f"(({theirs}) AND NOT ({mine}))::DOUBLE + 0 * (({mine}) = ({theirs}))::DOUBLE"
            )
            found[f"{mended}_{i}"] = (
                f"(({mine}) AND NOT ({theirs}))::DOUBLE + 0 * (({mine}) = ({theirs}))::DOUBLE"
            )
    return found


def right_sql(task: str, columns: Mapping[str, str], i: int) -> str:
    """Whether model i is right about a row; NULL where it says nothing."""
    if task == "transcription":
        return f"{_words(columns['reference'])} = {_words(columns[f'r{i}'])}"
    if task == "multilabel":
        return f"({columns['label']}) = ({columns[f'h{i}']}) AND ({columns[f'p{i}']}) = ({columns[f'h{i}']})"
    return f"({columns['label']}) = ({columns[f'p{i}']})"


def _words(text: str) -> str:
    """A text's words with one space between, as the metrics of transcripts see it."""
    return f"trim(regexp_replace({text}, '[\\s\\p{{Z}}]+', ' ', 'g'))"


def flipped_rows(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, masks: Sequence[Mask],
    columns: Mapping[str, str], labels: tuple[str, ...],
) -> Iterator[FlippedRows]:  # fmt: skip
    """What the candidate breaks and what it mends of each baseline, by id."""
    spec = loaded.spec
    models = [source.model for source in joined.sources]
    sets = masks[len(masks) - len(spec.key_examples) :]
    named = ", ".join(f"CASE WHEN {columns[mask.column]} THEN {literal(mask.name)} END" for mask in sets)
    inside = f"list_filter([{named}], lambda name: name IS NOT NULL)" if named else "[]::VARCHAR[]"
    for baseline, prefixes in held_against(spec).items():
        j = baseline_source(spec, joined, baseline)
        for kind, prefix in zip(KINDS, prefixes, strict=True):
            i = models.index(spec.candidate_name) if spec.candidate_name in models else -1
            if j is None or (flipped := columns.get(f"{prefix}_{i}")) is None:
                continue
            right, now = answer_sql(spec.task.type, columns, labels, i)
            was = answer_sql(spec.task.type, columns, labels, j)[1]
            query = (
                f"SELECT __sg_row_id, {right} AS label, {was} AS was, {now} AS now, {inside} AS sets,"
                f" count(*) OVER () AS many FROM {joined.relation} WHERE ({flipped}) = 1"
                f" ORDER BY len(sets) = 0, __sg_row_id LIMIT {MOST_FLIPPED}"
            )
            rows = connection.execute(query).fetchall()
            yield FlippedRows(
                baseline=baseline, split=joined.split, kind=kind, count=rows[0][-1] if rows else 0,
                rows=tuple(
                    FlippedRow(
                        id=str(key), label=answer_text(is_right, labels) or "", was=answer_text(before, labels),
                        now=answer_text(after, labels), key_examples=tuple(some),
                    )
                    for key, is_right, before, after, some, _ in rows
                ),
            )  # fmt: skip
