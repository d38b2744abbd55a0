"""A file of tags held against the errors as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specgen.diagnosis.errors.causes import Counted
from specgen.inputs.errors import Errors
from specgen.inputs.examples import answer_text
from specgen.inputs.tag_files import TagFile, TaggedRow, counted, guarded, shown


def matched(errors: Errors, found: TagFile) -> tuple[Counted, tuple[str, ...]]:
    """The tagged rows that are errors still, and in plain words whatever does not fit."""
    ids = list(found.rows)
    now = {
        row[0]: tuple(answer_text(value, errors.rows.labels) or "" for value in row[1:])
        for row in errors.fetch("SELECT id, label, said FROM {errors} WHERE list_contains(?, id)", [ids])
    }
    assert errors.rows.joined is not None
    known = {
        row[0]
        for row in errors.fetch(
            f"SELECT __sg_row_id FROM {errors.rows.joined.relation} WHERE list_contains(?, __sg_row_id)",
            [ids],
        )
    }
    still = {key: row for key, row in found.rows.items() if key in now}
    tagged = {key: row for key, row in still.items() if row.tags}
    changed = {key: row for key, row in tagged.items() if _other(row, now[key])}
    why = list(_not_random(errors, found, still, tagged, changed))
    told = [
        *_lost(errors, found, known, still),
        *([f"{counted(len(changed), 'error')} have another label or prediction than when {'it was' if len(changed) == 1 else 'they were'}"
           f" exported ({shown(changed)}): look whether the tags still say why"] if changed else []),
        *_untagged(still, tagged), *why,
    ]  # fmt: skip
    return Counted(tagged, len(still) - len(tagged), not why and bool(tagged)), tuple(told)


def _lost(errors: Errors, found: TagFile, known: set[str], still: Mapping[str, TaggedRow]) -> Iterator[str]:
    split = errors.rows.split
    unknown = {key: row for key, row in found.rows.items() if key not in known}
    if unknown:
        hint = "; spreadsheets change ids such as 007 or 1E5" if len(unknown) < len(found.rows) else ""
        yield (
            f"{counted(len(unknown), 'id')} of {len(found.rows):,} in the file of tags {'is' if len(unknown) == 1 else 'are'}"
            f" not in {split} ({shown(unknown)}) and left out{hint}"
        )
    right = {key: row for key, row in found.rows.items() if key in known and key not in still}
    if right:
        yield (
            f"{counted(len(right), 'row')} in the file of tags {'is no error' if len(right) == 1 else 'are no errors'} (any more)"
            f" and left out ({shown(right)}): predictions or labels changed since the export"
        )


def _untagged(still: Mapping[str, TaggedRow], tagged: Mapping[str, TaggedRow]) -> Iterator[str]:
    missing = {key: row for key, row in still.items() if key not in tagged}
    if missing and not tagged:
        yield f"no error in the file of tags has a tag yet ({counted(len(missing), 'error')}): fill in the column 'tag'"
    elif missing:
        yield (
            f"{counted(len(missing), 'error')} in the file of tags {'has' if len(missing) == 1 else 'have'} no tag yet ({shown(missing)}):"
            " shares are of those that have one"
        )


def _not_random(
    errors: Errors, found: TagFile, still: Mapping[str, TaggedRow], tagged: Mapping[str, TaggedRow],
    changed: Mapping[str, TaggedRow],
) -> Iterator[str]:  # fmt: skip
    """Why the tagged errors are no random sample of all errors, so that their shares have no bounds."""
    if not tagged:
        return
    picked = {key: row for key, row in tagged.items() if row.drawn is None}
    if picked:
        yield (
            f"{counted(len(picked), 'tagged error')} {'was' if len(picked) == 1 else 'were'} picked, not drawn ({shown(picked)}):"
            " shares have no bounds"
        )
        return
    of = {row.drawn[1] for row in tagged.values() if row.drawn}
    if len(of) > 1:
        yield "the file of tags joins samples of several exports: shares have no bounds"
        return
    places = {row.drawn[0] for row in found.rows.values() if row.drawn}
    last = max(row.drawn[0] for row in tagged.values() if row.drawn)
    if of != {errors.count}:
        yield (
            f"the sample was drawn from {counted(of.pop(), 'error')}, and now there {'is' if errors.count == 1 else 'are'}"
            f" {errors.count:,}: shares have no bounds; `specgen errors export` draws a new sample"
        )
        return
    if changed or len(still) < len(found.rows):
        yield (
            "rows of the sample are no longer the errors that were drawn: shares have no bounds;"
            " `specgen errors export` draws a new sample"
        )
        return
    skipped = last - sum(row.drawn is not None and row.drawn[0] <= last for row in tagged.values())
    if skipped:
        removed = last - sum(place <= last for place in places)
        yield (
            f"{counted(skipped, 'error')} of the first {last:,} drawn {'has' if skipped == 1 else 'have'} no tag"
            f"{f', {removed:,} of them no line' if removed else ''}: those that are hard to name may be left over, so shares"
            " have no bounds; tag them too, as 'unclear' where nothing else fits"
        )


def _other(row: TaggedRow, now: tuple[str, str]) -> bool:
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
