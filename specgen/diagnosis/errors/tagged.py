"""A file of tags held against the errors as they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from specgen.diagnosis.errors.causes import Counted
from specgen.inputs.errors import Errors
from specgen.inputs.examples import answer_text
from specgen.inputs.tag_files import TagFile, TaggedRow, counted, guarded, shown


def matched(errors: Errors, found: TagFile) -> tuple[Counted, tuple[str, ...]]:
    """The tagged rows that are errors still, and in plain words whatever does not fit."""
    ids = list(found.rows)
    now = {
        row[0]: tuple(answer_text(value, errors.rows.labels) or "" for value in row[1:])
        for row in errors.fetch(
            "SELECT id, label, said FROM {errors} WHERE id IN (SELECT unnest(?::VARCHAR[]))", [ids]
        )
    }
    assert errors.rows.joined is not None
    known = {
        row[0]
        for row in errors.fetch(
            f"SELECT __sg_row_id FROM {errors.rows.joined.relation} WHERE __sg_row_id IN (SELECT unnest(?::VARCHAR[]))",
            [ids],
        )
    }
    still = {key: row for key, row in found.rows.items() if key in now}
    tagged = {key: row for key, row in still.items() if row.tags}
    changed = {key: row for key, row in tagged.items() if _other(row, now[key])}
    why = list(_not_random(errors, found, still, tagged, changed))
    told = [*_lost(errors, found, known, still), *_other_answers(changed), *_untagged(still, tagged), *why]
    return Counted(tagged, len(still) - len(tagged), not why and bool(tagged)), tuple(told)


def _lost(
    errors: Errors, found: TagFile, known: Collection[str], still: Mapping[str, TaggedRow]
) -> Iterator[str]:
    unknown = [key for key in found.rows if key not in known]
    if unknown:
        hint = "; spreadsheets change ids such as 007 or 1E5" if len(unknown) < len(found.rows) else ""
        of = f"{counted(len(unknown), 'id')} of {len(found.rows):,}"
        yield f"left out of the file of tags, as not in {errors.rows.split}: {of} ({shown(unknown)}){hint}"
    right = [key for key in found.rows if key in known and key not in still]
    if right:
        yield (
            f"left out of the file of tags, as no error any more: {counted(len(right), 'row')} ({shown(right)});"
            " predictions or labels are others than at the export"
        )


def _other_answers(changed: Mapping[str, TaggedRow]) -> Iterator[str]:
    if changed:
        of = f"{counted(len(changed), 'tagged error')} ({shown(changed)})"
        yield f"another label or prediction than at the export: {of}; look whether the tags still say why"


def _untagged(still: Mapping[str, TaggedRow], tagged: Mapping[str, TaggedRow]) -> Iterator[str]:
    missing = [key for key in still if key not in tagged]
    if still and not tagged:
        yield f"no error in the file of tags has a tag yet ({len(missing):,} could): fill in the column 'tag'"
    elif missing:
        of = f"{counted(len(missing), 'error')} of the file ({shown(missing)})"
        yield f"without a tag yet: {of}; shares are of those that have one"


def _not_random(
    errors: Errors, found: TagFile, still: Mapping[str, TaggedRow], tagged: Mapping[str, TaggedRow],
    changed: Mapping[str, TaggedRow],
) -> Iterator[str]:  # fmt: skip
    """Why the tagged errors are no random sample of all errors, so that their shares have no bounds."""
    places = {key: row.drawn for key, row in tagged.items() if row.drawn is not None}
    if not tagged:
        return
    if len(places) < len(tagged):
        picked = [key for key in tagged if key not in places]
        of = f"{counted(len(picked), 'tagged error')} ({shown(picked)})"
        yield f"picked by somebody, not drawn: {of}, so that shares have no bounds"
        return
    populations = {of for _, of in places.values()}
    if len(populations) > 1:
        yield "the file of tags joins samples of several exports, so that shares have no bounds"
    elif populations != {errors.count}:
        yield (
            f"the sample was drawn from {counted(populations.pop(), 'error')}, and now there are {errors.count:,},"
            " so that shares have no bounds; `specgen errors export` draws a new sample"
        )
    elif changed or len(still) < len(found.rows):
        yield (
            "rows of the sample are no longer the errors that were drawn, so that shares have no bounds;"
            " `specgen errors export` draws a new sample"
        )
    else:
        yield from _skipped(found, {place for place, _ in places.values()})


def _skipped(found: TagFile, tagged: Collection[int]) -> Iterator[str]:
    """Errors that come before the last tagged one in the random order, and have no tag."""
    last = max(tagged)
    if skipped := last - len(tagged):
        there = {row.drawn[0] for row in found.rows.values() if row.drawn}
        removed = last - sum(place <= last for place in there)
        lines = f", {removed:,} of them without a line in the file" if removed else ""
        yield (
            f"no tag for {counted(skipped, 'error')} of the first {last:,} drawn{lines}: those that are hard to"
            " name may be left over, so that shares have no bounds; tag them too, as 'unclear' where nothing else fits"
        )


def _other(row: TaggedRow, now: Sequence[str]) -> bool:
    """Whether label or prediction differ from those of the export, where the file tells them."""
    return any(
        before is not None and _plain(before) not in (_plain(today), _plain(guarded(today)))
        for before, today in zip((row.label, row.prediction), now, strict=True)
    )


def _plain(text: str) -> str:
    """A text as it is after spreadsheets: capitals, white space and decimal commas are theirs."""
    words = " ".join(text.casefold().split())
    try:
        return f"{float(words.replace(',', '.')):.6g}"
    except ValueError:
        return words
