"""Parts of a result as tables for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.frozen import Frozen
from specgen.spec.problems import did_you_mean

if TYPE_CHECKING:
    import pandas

    from specgen.record.result import Result


def part_frame(result: Result, part: str) -> pandas.DataFrame:
    """A list of the result as a DataFrame; entries within an entry stay lists.

    Raises ValueError for a part that is no list of entries.
    """
    import pandas

    fields = type(result).model_fields
    # Typed as tuples of entries; texts such as the reasons are no table.
    lists = [name for name, field in fields.items() if _entry(field.annotation) is not None]
    if part not in lists:
        hint = did_you_mean(part, lists) or f"; there are {', '.join(lists)}"
        raise ValueError(f"a result has no table '{part}'{hint}")
    entry = _entry(fields[part].annotation)
    columns = list(entry.model_fields) if entry else []
    return pandas.DataFrame([one.model_dump() for one in getattr(result, part)], columns=columns)


def _entry(annotation: object) -> type[Frozen] | None:
    """The kind of entry that a list is of; None for anything else."""
    inner = getattr(annotation, "__args__", ())
    first = inner[0] if inner else None
    return first if isinstance(first, type) and issubclass(first, Frozen) and len(inner) == 2 else None
