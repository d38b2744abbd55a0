"""Where to improve: the interval of each potential, and the probability that a slice is the one that pays most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.diagnosis.baselines import baseline_model
from specgen.engine.cells import WHOLE, FloatArray, SplitCells
from specgen.engine.shared import SharedRows
from specgen.metrics.uses import Use
from specgen.spec.spec import Spec
from specgen.stats.joint import Gaps, directions, drawn, first, share_directions
from specgen.stats.row_influences import row_influences, row_terms


@dataclass(frozen=True)
class KnownGap:
    """A gap on a slice with its interval, None where it has no end; `published_se` is that of a published number."""

    slice: str
    value: float
    low: float | None
    high: float | None
    share: float
    published_se: float = 0.0


@dataclass(frozen=True)
class Potential:
    """A potential's interval, and the probabilities that it is the largest: of all slices, of its family."""

    low: float | None
    high: float | None
    first: float | None
    first_of_family: float | None


@dataclass(frozen=True, eq=False)
class Together:
    """A split's rows as slices share them, and how the slices' shares vary with them."""

    shared: SharedRows
    share_direction: FloatArray
    share_se: Mapping[str, float]


def together(shared: SharedRows, seed: int) -> Together:
    """What all potentials of a split have in common."""
    direction, se = share_directions(shared, seed)
    return Together(shared, direction, dict(zip(shared.names, se.tolist(), strict=True)))


def compared_models(spec: Spec, cells: SplitCells, name: str) -> tuple[str, ...]:
    """The models whose rows tell of a gap: the candidate, and the one that the baseline is, if it is one."""
    model = baseline_model(spec, name, cells)
    return (spec.candidate_name, model) if model in cells.models and model else (spec.candidate_name,)


def needed_terms(spec: Spec, cells: SplitCells, uses: Sequence[Use]) -> tuple[str, ...]:
    """SQL of the row values that the influences of all gaps follow from."""
    found: dict[str, None] = {}
    for name in spec.baselines:
        for use in uses:
            found |= dict.fromkeys(row_terms(use, cells, compared_models(spec, cells, name)))
    return tuple(found)


def slice_influences(
    spec: Spec, cells: SplitCells, use: Use, name: str, shared: SharedRows
) -> FloatArray | None:
    """How each row moves the gap to a baseline, (n,); None where only common rows can tell."""
    return row_influences(use, cells, compared_models(spec, cells, name), shared.values)


def potentials(
    spec: Spec, known: Sequence[KnownGap], influence: FloatArray | None, family: Mapping[str, str],
    rows: Together, seed: int,
) -> dict[str, Potential]:  # fmt: skip
    """The potentials of slices against one baseline, by slice; the whole split is in no ranking.

    `family` names the slices' families. All are drawn together, for slices share rows: `stats.joint`.
    """
    z = -float(special.ndtri((1 - spec.confidence) / 2))
    place = {one: k for k, one in enumerate(rows.shared.names)}
    fixed = {part.name for part in spec.slices if part.share is not None}
    share_se = {one.slice: 0.0 if one.slice in fixed else rows.share_se.get(one.slice, 0.0) for one in known}
    found = {one.slice: Potential(*_interval(one, z * share_se[one.slice]), None, None) for one in known}
    parts = [one for one in known if one.slice != WHOLE and one.slice in place]
    if len(parts) < 2:
        return found
    at = np.array([place[one.slice] for one in parts])
    gaps = _gaps(parts, share_se, family, z)
    noise = drawn(directions(rows.shared, influence, seed)[at], gaps.apart, seed)
    ranked = first(gaps, noise, drawn(rows.share_direction[at], None, seed))
    for k, one in enumerate(parts):
        found[one.slice] = Potential(
            found[one.slice].low, found[one.slice].high, _known(ranked.of_all[k]), _known(ranked.of_family[k])
        )
    return found


def _gaps(
    parts: Sequence[KnownGap], share_se: Mapping[str, float], family: Mapping[str, str], z: float
) -> Gaps:
    low, high = (np.array([getattr(one, end) for one in parts], dtype=float) for end in ("low", "high"))
    published = np.array([one.published_se for one in parts]) ** 2
    variance = ((high - low) / (2 * z)) ** 2
    names = {one: k for k, one in enumerate(dict.fromkeys(family.get(part.slice, "") for part in parts))}
    return Gaps(
        value=np.array([one.value for one in parts]), low=low, high=high, z=z,
        share=np.array([one.share for one in parts]),
        share_se=np.array([share_se[one.slice] for one in parts]),
        apart=np.clip(np.divide(published, variance, out=np.zeros_like(variance), where=variance > 0), 0, 1),
        family=np.array([names[family.get(part.slice, "")] for part in parts]),
    )  # fmt: skip


def _interval(gap: KnownGap, share_width: float) -> tuple[float | None, float | None]:
    """Interval of max(gap, 0) × share, the doubts of both put together (Zou and Donner 2008, Stat. Med. 27:1693)."""
    middle = gap.value * gap.share
    moved = gap.value * share_width
    ends: list[float | None] = []
    for end, side in ((gap.low, -1), (gap.high, 1)):
        if end is None or not math.isfinite(end):
            ends.append(None)
            continue
        ends.append(max(middle + side * math.hypot((end - gap.value) * gap.share, moved), 0.0))
    return ends[0], ends[1]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
