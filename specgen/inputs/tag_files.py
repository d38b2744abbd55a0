"""CSV files of errors that people give causes: written for reviewers and their spreadsheets, and read again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.problems import Problem, did_you_mean, nearest

# What a reviewer fills in in `TAG` and `NOTE`; several tags stand in one cell.
TAGS: Key = ("error_analysis", "tags")
TAG, NOTE, BETWEEN = "tag", "note", ";"
FIRST = ("id", "split", "drawn", "slices", "label", "prediction", "score")
DELIMITERS = ",;\t"
DRAWN = re.compile(r"(\d+) of (\d+)")
# No spreadsheet has longer texts in a cell.
LONGEST_CELL = 32_000
# What a spreadsheet takes for a formula stands behind an apostrophe.
FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?")


class TagFileError(Exception):
    """A file of tags cannot be read; the message says why, for people."""


@dataclass(frozen=True)
class TaggedRow:
    """A line: which row, what its reviewers call it, and what was said of it when the file was made.

    `drawn` is its place in the random order, and of how many errors; None for a row that was picked.
    """

    id: str
    tags: tuple[str, ...]
    label: str | None
    prediction: str | None
    drawn: tuple[int, int] | None


@dataclass(frozen=True)
class TagFile:
    """The rows of a file by id, how many lines it has, and what a reader should know of it."""

    rows: Mapping[str, TaggedRow]
    lines: int
    told: tuple[str, ...]


def tag_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV that spreadsheets read as UTF-8, with what would be a formula behind an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def read_tags(path: Path) -> TagFile:
    """The tags in a CSV with the columns `id` and `tag`, divided by commas, semicolons or tabs.

    Raises TagFileError.
    """
    header, lines = _lines(_text(path), path.name)
    at = {name.strip().lower(): k for k, name in reversed([*enumerate(header)])}
    merged, told = _merged(lines, at, path.name)
    spelled, respelled = _one_spelling(merged)
    return TagFile(spelled, len(lines), (*told, *respelled, *_commas(spelled)))


def tag_problems(loaded: LoadedSpec) -> Iterator[Problem]:
    """A file of tags that cannot be read, and tags without a column that tells rows apart."""
    asked = loaded.spec.error_analysis
    if asked is None or asked.tags is None:
        return
    if loaded.spec.task.id is None:
        yield loaded.problem(TAGS, "tags need task.id, the column that tells rows apart")
    try:
        read_tags(Path(loaded.path).parent / asked.tags)
    except TagFileError as error:
        yield loaded.problem(TAGS, str(error))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        near = (
            [one.name for one in path.parent.iterdir()] if path.parent.is_dir() and not path.exists() else []
        )
        hint = did_you_mean(path.name, near)
        raise TagFileError(f"cannot read '{path.name}': {error.strerror or error}{hint}") from error
    if data.startswith(b"PK\x03\x04"):
        raise TagFileError(f"'{path.name}' is a workbook; save it as 'CSV UTF-8' and name that file")
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise TagFileError(
            f"'{path.name}' is not UTF-8 text; in a spreadsheet, save it as 'CSV UTF-8'"
        ) from error


def _lines(text: str, name: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Header and lines, by the delimiter that finds the columns in the first line."""
    if text[:5].lower() in [f"sep={one}" for one in DELIMITERS]:  # a hint to Excel
        text = text.partition("\n")[2]
    found: list[str] = []
    for delimiter in DELIMITERS:
        try:
            lines = [tuple(line) for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
        except csv.Error as error:
            raise TagFileError(f"'{name}' is no CSV: {error}") from error
        header = [cell.strip() for cell in lines[0]] if lines else []
        if {"id", TAG} <= {cell.lower() for cell in header}:
            _check_width(lines, len(header), delimiter, name)
            return tuple(header), tuple(line for line in lines[1:] if any(cell.strip() for cell in line))
        found = max(found, header, key=len)
    if not found:
        raise TagFileError(f"'{name}' is empty")
    lacking = next(column for column in ("id", TAG) if column not in [cell.lower() for cell in found])
    near = nearest(lacking, found)
    hint = f"rename '{near}'" if near else f"there are {', '.join(found[:8])}"
    raise TagFileError(f"no column '{lacking}' in '{name}'; {hint}")


def _check_width(lines: Sequence[Sequence[str]], columns: int, delimiter: str, name: str) -> None:
    for number, line in enumerate(lines, 1):
        if any(line[columns:]):
            raise TagFileError(
                f"line {number} of '{name}' has more cells than the header; put quotes around a cell"
                f" that has a '{delimiter}' in it"
            )


def _merged(
    lines: Sequence[tuple[str, ...]], at: Mapping[str, int], name: str
) -> tuple[dict[str, TaggedRow], list[str]]:
    """Rows by id, those that stand there twice with the tags of both, and what has to be told."""
    found: dict[str, TaggedRow] = {}
    nameless, twice, apart = 0, dict[str, None](), dict[str, None]()
    for line in lines:
        row = _row(line, at)
        if not row.id:
            nameless += bool(row.tags)
            continue
        before = found.setdefault(row.id, row)
        if before is row:
            continue
        twice[row.id] = None
        if before.tags != row.tags:
            apart[row.id] = None
        both = tuple(dict.fromkeys((*before.tags, *row.tags)))
        found[row.id] = replace(before, tags=both)
    told = []
    if nameless:
        told.append(f"left out of '{name}': {counted(nameless, 'line')} with a tag and no id")
    if twice:
        more = f"; the tags of {counted(len(apart), 'id')} differ, and all of them count" if apart else ""
        told.append(
            f"more than once in '{name}', and counted once: {counted(len(twice), 'id')} ({shown(twice)}){more}"
        )
    return found, told


def _row(line: Sequence[str], at: Mapping[str, int]) -> TaggedRow:
    def cell(column: str) -> str | None:
        k = at.get(column)
        return line[k].strip() if k is not None and k < len(line) else None

    tags = (" ".join(tag.split()) for tag in (cell(TAG) or "").split(BETWEEN))
    drawn = DRAWN.fullmatch((cell("drawn") or "").replace(",", ""))
    return TaggedRow(
        _unguarded(cell("id") or ""), tuple(dict.fromkeys(filter(None, tags))), cell("label"), cell("prediction"),
        (int(drawn[1]), int(drawn[2])) if drawn else None,
    )  # fmt: skip


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def _one_spelling(rows: Mapping[str, TaggedRow]) -> tuple[dict[str, TaggedRow], list[str]]:
    """Tags that differ by capitals only are one, spelled as most often."""
    spellings: dict[str, dict[str, int]] = {}
    for row in rows.values():
        for tag in row.tags:
            known = spellings.setdefault(tag.casefold(), {})
            known[tag] = known.get(tag, 0) + 1
    chosen = {key: max(known, key=lambda tag: known[tag]) for key, known in spellings.items()}
    told = [
        f"the tags {', '.join(map(repr, known))} count as one: {chosen[key]!r}"
        for key, known in spellings.items() if len(known) > 1
    ]  # fmt: skip
    found = {
        key: replace(row, tags=tuple(dict.fromkeys(chosen[tag.casefold()] for tag in row.tags)))
        for key, row in rows.items()
    }
    return found, told


def _commas(rows: Mapping[str, TaggedRow]) -> Iterator[str]:
    with_comma = dict.fromkeys(tag for row in rows.values() for tag in row.tags if "," in tag)
    if with_comma:
        yield f"taken as one tag each: {shown(with_comma)}; '{BETWEEN}' divides several tags of a row"


def counted(count: int, noun: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shown(ids: Collection[str], most: int = 3) -> str:
    """The first of some ids or tags, in quotes."""
    first = [f"'{one}'" for one in list(ids)[:most]]
    return ", ".join(first) + (", …" if len(ids) > most else "")
