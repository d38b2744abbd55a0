"""How many of a slice's rows bear on a metric, measured or foreseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from specgen.engine.cells import WHOLE, FloatArray, SplitCells, Vector
from specgen.metrics.outcomes import Outcomes, Share
from specgen.metrics.uses import Use

# Sums of this vector tell the weight of every sampling unit, and with it how many rows' worth they are.
UNITS = Vector(("1",), "true")


@dataclass(frozen=True)
class SplitView:
    """A split as a plan sees it: `every` row, and the `labelled` ones with whatever models there are."""

    every: SplitCells
    labelled: SplitCells | None


@dataclass(frozen=True)
class Counted:
    """`n` of a slice's rows count for a metric; None where that is not known. `note` says how it is known."""

    n: float | None
    what: str
    note: str = ""


def counted(use: Use, views: Mapping[str, SplitView], split: str, slice_name: str) -> Counted:
    """What a metric rests on in a slice: its rows or units, or those of the labels that are its trials."""
    view = views[split]
    rows, what, note = effective_rows(view.every, slice_name)
    if use.metric.state != "proportion":
        return Counted(rows, what, note)
    shares, from_where = _label_shares(use, views, split, slice_name)
    labels = 2 if use.alone else len(view.every.labels)
    if shares is None:
        # Without any label known, a metric about every row still counts them all.
        part = trial_share(use, np.full(labels, 1 / labels))
        return Counted(rows, what, note) if part == 1 else Counted(None, "rows that count", "no labels yet")
    part = trial_share(use, shares)
    if part == 1:
        return Counted(rows, what, note)
    told = "; ".join(text for text in (note, from_where) if text)
    return Counted(rows * part, f"{what} that count for {use.metric.name}", told)


def effective_rows(cells: SplitCells, slice_name: str) -> tuple[float, str, str]:
    """Rows of a slice, units where they depend, or what weighted ones are worth (Kish 1965)."""
    rows = float(cells.rows.get(slice_name, 0))
    if not cells.weighted and not cells.clustered:
        return rows, "rows", ""
    sums = cells.moments.get((slice_name, UNITS))
    if sums is None or not sums.second[0, 0] > 0:
        return 0.0, "units" if cells.clustered else "effective rows", ""
    worth = float(sums.first[0] ** 2 / sums.second[0, 0])
    if cells.clustered:
        return worth, "units", "rows of one unit count as one, and units by their size"
    return worth, "effective rows", "weighted rows count by their effective number"


def trial_share(use: Use, shares: FloatArray) -> float:
    """Share of rows that are trials of a proportion, if labels are predicted as often as they occur."""
    labels = len(shares)
    grid = np.arange(labels * labels)
    found: Share = use.function(Outcomes(grid // labels, grid % labels, labels, use.focus))
    if found.trial.all():
        return 1.0
    return float(np.outer(shares, shares).ravel()[found.trial].sum())


def _label_shares(
    use: Use, views: Mapping[str, SplitView], split: str, slice_name: str
) -> tuple[FloatArray | None, str]:
    """How often each label occurs in the slice, or else in the labelled split that is nearest to it."""
    own = _own(views[split].labelled, use)
    if own is not None and slice_name in own.outcomes:
        return _shares(own, slice_name), ""
    for name, view in sorted(views.items(), key=lambda item: item[0] != split):
        other = _own(view.labelled, use)
        if other is not None and WHOLE in other.outcomes:
            return _shares(other, WHOLE), f"labels taken to be as frequent as in {name}"
    return None, ""


def _own(cells: SplitCells | None, use: Use) -> SplitCells | None:
    """The cells that a metric is about: those of its label alone, where it has such."""
    return cells.of_label.get(use.label or "", cells) if cells is not None and use.alone else cells


def _shares(cells: SplitCells, slice_name: str) -> FloatArray:
    outcomes = cells.outcomes[slice_name]
    found = np.bincount(outcomes.label, weights=outcomes.weight, minlength=len(cells.labels))
    return np.asarray(found / found.sum())
