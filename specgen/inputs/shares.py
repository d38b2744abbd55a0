"""Declared shares of real traffic that cannot all be true."""

from __future__ import annotations

from specgen.inputs.rows import Mask, Rows
from specgen.spec.spec import Spec

ROUNDING = 1e-9


def impossible_shares(spec: Spec, rows: Rows) -> tuple[str, ...]:
    """Names of slices that have no row in common and whose declared shares add up to more than one."""
    declared = {part.name: part.share for part in spec.slices if part.share is not None}
    masks = sorted(
        (m for m in rows.masks if m.name in declared), key=lambda m: (-(declared[m.name] or 0), m.name)
    )
    if sum(declared[mask.name] or 0 for mask in masks) <= 1 + ROUNDING:
        return ()
    chosen: list[Mask] = []
    for mask in masks:
        if not chosen or not _meet(rows, mask, chosen):
            chosen.append(mask)
    total = sum(declared[mask.name] or 0 for mask in chosen)
    return tuple(mask.name for mask in chosen) if total > 1 + ROUNDING else ()


def without_shares(spec: Spec) -> Spec:
    """The spec without declared shares, so that those of the data count."""
    return spec.model_copy(
        update={"slices": tuple(part.model_copy(update={"share": None}) for part in spec.slices)}
    )


def _meet(rows: Rows, mask: Mask, others: list[Mask]) -> bool:
    """Whether any row is in a slice and in one of some others."""
    any_other = " OR ".join(other.column for other in others)
    found = rows.connection.execute(
        f"SELECT count(*) FROM {rows.table} WHERE {mask.column} AND ({any_other})"
    ).fetchall()
    return bool(found[0][0])
