"""Examples of errors: the most confident, those nearest to being right and a random sample, by slice and by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from specgen.diagnosis.errors.found import ErrorExamples, ErrorRow, ExampleGroup, ExampleList, Kind
from specgen.diagnosis.search.found import Finding
from specgen.inputs.errors import JUDGED, Errors, row_values
from specgen.inputs.examples import answer_text
from specgen.inputs.labels import CLASSES
from specgen.inputs.slicing import only_compared
from specgen.inputs.tables import literal
from specgen.spec.spec import Spec

# What a report holds must not grow with the rows, nor with the slices.
MOST_SLICES, MOST_CELLS, GROUP_ROWS = 30, 12, 10
LONGEST_VALUE = 200


@dataclass(frozen=True)
class Group:
    """Some of the errors: `condition` is SQL over the table of errors."""

    of: Literal["slice", "finding", "cell"]
    name: str
    condition: str
    errors: int


def error_examples(
    spec: Spec, errors: Errors, findings: Sequence[Finding], columns: Sequence[str], rows: int
) -> ErrorExamples:
    """`rows` errors of each kind of the whole split, and up to ten of each slice, finding and cell with errors.

    `findings` are those whose conditions the table of errors was made with; `columns` those of the data to show.
    """
    groups, left_out = _chosen(spec, errors, findings)
    listed = [ExampleGroup(of="all", name="all", errors=errors.count, lists=_lists(errors, "true", rows))]
    listed += [
        ExampleGroup(
            of=one.of, name=one.name, errors=one.errors,
            lists=_lists(errors, one.condition, min(rows, GROUP_ROWS)),
        )
        for one in groups
    ]  # fmt: skip
    ids = list(dict.fromkeys(key for group in listed for some in group.lists for key in some.ids))
    return ErrorExamples(
        split=errors.rows.split, columns=tuple(columns), groups=tuple(listed), left_out=left_out,
        rows=tuple(error_rows(errors, spec.task.type, ids, columns, LONGEST_VALUE)),
    )  # fmt: skip


def error_rows(
    errors: Errors, task: str, ids: Sequence[str], columns: Sequence[str], most: int
) -> Iterator[ErrorRow]:
    """Errors by id, in order, with what was said and the values of `columns`."""
    values = row_values(errors.rows, columns, ids, most)
    found = errors.fetch(
        "SELECT id, label, said, score, error FROM {errors} WHERE id IN (SELECT unnest(?::VARCHAR[]))",
        [list(ids)],
    )
    by_id = {row[0]: row for row in found}
    for key, label, said, score, error in (by_id[one] for one in ids):
        yield ErrorRow(
            id=key, label=answer_text(label, errors.rows.labels) or "",
            prediction=answer_text(said, errors.rows.labels) or "",
            error=_word_errors(label, said) if task == "transcription" else error,
            score=score, values=values[key],
        )  # fmt: skip


def slice_groups(spec: Spec, errors: Errors, findings: Sequence[Finding]) -> Iterator[Group]:
    """Declared slices and findings with errors, in the spec's order."""
    rows, hidden = errors.rows, only_compared(spec)
    for part in rows.masks:
        yield from _group(errors, "slice", part.name, part.column)
    for family in (one for one in rows.families if one.name not in hidden):
        found = errors.fetch(f"SELECT {family.column}, count(*) FROM {{errors}} GROUP BY ALL ORDER BY ALL")
        for code, count in found:
            yield Group("slice", family.slice_name(int(code)), f"{family.column} = {code}", count)
    for k, finding in enumerate(findings):
        yield from _group(errors, "finding", finding.where, f"w{k}")


def _group(errors: Errors, of: Literal["slice", "finding"], name: str, condition: str) -> Iterator[Group]:
    count = errors.fetch(f"SELECT count(*) FROM {{errors}} WHERE {condition}")[0][0]
    if count:
        yield Group(of, name, condition, count)


def _chosen(spec: Spec, errors: Errors, findings: Sequence[Finding]) -> tuple[list[Group], int]:
    """Findings, the slices with the most errors and the largest cells; and how many others have errors."""
    found, cells = list(slice_groups(spec, errors, findings)), list(_cells(spec, errors))
    if spec.task.type not in JUDGED:
        cells = []
    slices = [one for one in found if one.of == "slice"]
    most = sorted(slices, key=lambda one: -one.errors)[:MOST_SLICES]
    kept = [*(one for one in found if one.of == "finding"), *(one for one in slices if one in most)]
    return [*kept, *cells[:MOST_CELLS]], len(slices) - len(most) + max(len(cells) - MOST_CELLS, 0)


def _cells(spec: Spec, errors: Errors) -> Iterator[Group]:
    """Cells of the confusion matrix off its diagonal, the largest first."""
    if spec.task.type not in CLASSES:
        return
    counted = "SELECT label, said, count(*) FROM {errors} GROUP BY ALL ORDER BY count(*) DESC, label, said"
    for label, said, count in errors.fetch(counted):
        condition = f"label = {literal(label)} AND said = {literal(said)}"
        yield Group("cell", f"{label} → {said}", condition, count)


def _lists(errors: Errors, condition: str, most: int) -> tuple[ExampleList, ...]:
    kinds = [kind for kind in get_args(Kind) if kind in errors.kinds]
    return tuple(ExampleList(kind=kind, ids=ids_of(errors, kind, condition, most)) for kind in kinds)


def ids_of(errors: Errors, kind: str, condition: str = "true", most: int | None = None) -> tuple[str, ...]:
    """Ids of errors in the order of a kind of list."""
    limit = "" if most is None else f" LIMIT {most}"
    return tuple(
        row[0]
        for row in errors.fetch(f"SELECT id FROM {{errors}} WHERE {condition} ORDER BY {kind}, id{limit}")
    )


def _word_errors(reference: str, heard: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.distance(reference.split(), heard.split()))
