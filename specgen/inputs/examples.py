"""Key examples one by one: what the candidate says of each, beside what is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from specgen.inputs.found import KeyExample
from specgen.inputs.joining import Joined
from specgen.inputs.labels import CLASSES
from specgen.inputs.rows import Mask
from specgen.inputs.tables import literal, quote
from specgen.inputs.values import text_of
from specgen.spec.load import LoadedSpec
from specgen.spec.slices import KeyExamples

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_EXAMPLES = 1000
LONGEST_TEXT = 500


def key_examples(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, masks: Sequence[Mask],
    columns: Mapping[str, str], labels: tuple[str, ...],
) -> tuple[KeyExample, ...]:  # fmt: skip
    """Every example of every set, those that went wrong first; of a set of more than a thousand, a thousand.

    `columns` is the SQL of the rows table's columns over the joined relation, masks included.
    """
    spec = loaded.spec
    models = [source.model for source in joined.sources]
    if not spec.key_examples or spec.candidate_name not in models:
        return ()
    i = models.index(spec.candidate_name)
    found: list[KeyExample] = []
    for part, mask in zip(spec.key_examples, masks[-len(spec.key_examples) :], strict=True):
        made = _of_queries if spec.task.type == "ranking" else _of_rows
        found += made(connection, loaded, joined, part, columns[mask.column], columns, labels, i)
    return tuple(found)


def _of_rows(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, part: KeyExamples, inside: str,
    columns: Mapping[str, str], labels: tuple[str, ...], i: int,
) -> Iterator[KeyExample]:  # fmt: skip
    label, prediction, worst = _asked(loaded.spec.task.type, columns, labels, i)
    score = columns[f"s{i}"] if loaded.spec.task.type == "binary" else columns[f"t{i}"]
    # Sorted by ids besides, so that the order of rows does not matter.
    rows = connection.execute(
        f"SELECT __sg_row_id, {label} AS label, {prediction} AS prediction, {score} AS score"
        f" FROM {joined.relation} WHERE {inside} ORDER BY {worst}, __sg_row_id LIMIT {MOST_EXAMPLES}"
    ).fetchall()
    for key, right, said, probability in rows:
        ok, error = _outcome(loaded.spec.task.type, right, said)
        yield KeyExample(
            name=part.name, split=joined.split, id=str(key), label=answer_text(right, labels) or "",
            prediction=answer_text(said, labels), ok=ok, error=error,
            score=None if probability is None else float(probability),
        )  # fmt: skip


def answer_sql(task: str, columns: Mapping[str, str], labels: tuple[str, ...], i: int) -> tuple[str, str]:
    """SQL of what is right, and of what model i says."""
    return _asked(task, columns, labels, i)[:2]


def _asked(task: str, columns: Mapping[str, str], labels: tuple[str, ...], i: int) -> tuple[str, str, str]:
    """SQL of what is right, of what the candidate says, and of a number that is lowest for the worst."""
    if task == "multilabel":
        right, said = (
            f"[{', '.join(columns[name.format(j=j)] for j in range(len(labels)))}]"
            for name in ("y{j}", f"p{i}_{{j}}")
        )
        return right, said, f"({right}) = ({said})"
    if task == "transcription":
        return columns["reference"], columns[f"r{i}"], f"({columns['reference']}) = ({columns[f'r{i}']})"
    said = columns[f"p{i}"]
    if task == "scores":
        return "NULL", said, said
    right = columns["label"]
    if task == "regression":
        return right, said, f"-abs(({said}) - ({right}))"
    texts = f"[{', '.join(map(literal, labels))}]"
    named = [f"list_extract({texts}, ({code}) + 1)" for code in (right, said)]
    return named[0], named[1], f"({right}) = ({said})"


def _outcome(task: str, right: object, said: object) -> tuple[bool | None, float | None]:
    """Whether a prediction is right, and how far off it is."""
    if said is None:
        return None, None
    if task in (*CLASSES, "multilabel"):
        return right == said, None
    if task == "transcription":
        from rapidfuzz.distance import Levenshtein

        errors = Levenshtein.distance(str(right).split(), str(said).split())
        return errors == 0, float(errors)
    if task == "regression" and isinstance(right, float) and isinstance(said, float):
        return None, said - right
    return None, None


def answer_text(value: object, labels: tuple[str, ...]) -> str | None:
    """An answer as a reader sees it; None where there is none."""
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(label for label, has in zip(labels, value, strict=True) if has) or "none"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _of_queries(
    connection: DuckDBPyConnection, loaded: LoadedSpec, joined: Joined, part: KeyExamples, inside: str,
    columns: Mapping[str, str], labels: tuple[str, ...], i: int,  # noqa: ARG001 - one signature for both
) -> Iterator[KeyExample]:  # fmt: skip
    """Queries: right when a relevant row is at the top; irrelevant rows of an equal prediction come before it."""
    column = joined.data.column(loaded.spec.task.query or "") or ""
    query = text_of(quote(column), joined.data.columns[column])
    chosen = (
        f"SELECT {query} AS query, {columns['label']} AS label, {columns[f'p{i}']} AS said"
        f" FROM {joined.relation} WHERE {inside}"
    )
    rows = connection.execute(
        f"WITH chosen AS ({chosen}), best AS (SELECT query, max(said) FILTER (label > 0) AS top FROM chosen"
        " GROUP BY query) SELECT query, count(*), count_if(label > 0), count_if(label <= 0 AND said >= top) + 1"
        f" AS place FROM chosen JOIN best USING (query) GROUP BY query ORDER BY place DESC, query LIMIT {MOST_EXAMPLES}"
    ).fetchall()
    for key, of, relevant, place in rows:
        yield KeyExample(
            name=part.name, split=joined.split, id=str(key), label=f"{relevant:,} of {of:,} rows relevant",
            prediction=f"the first relevant one at rank {place:,}" if relevant else None,
            ok=place == 1 if relevant else None,
        )  # fmt: skip
