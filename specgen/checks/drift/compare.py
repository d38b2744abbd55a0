"""Compares a split with the reference: every column, the labels, the predictions, and all columns together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from specgen.checks.drift.bounds import ks_estimate, psi_estimate, total_variation_estimate
from specgen.checks.drift.cells import Cells, Counted, Novelty
from specgen.checks.drift.columns import Chosen, Subject
from specgen.checks.drift.counts import EXPECTED_ROWS, REST
from specgen.checks.drift.counts import count as counted_cells
from specgen.checks.drift.distances import (
    Test,
    chi_square,
    jensen_shannon,
    kolmogorov_smirnov,
    total_variation,
    wasserstein,
)
from specgen.checks.drift.found import DriftCell, DriftColumn, DriftEffect, Measure, SplitDrift, State
from specgen.checks.drift.joint import TOO_FEW_COLUMNS, Joint, joint
from specgen.checks.drift.words import beyond_range, changed
from specgen.engine.cells import FloatArray
from specgen.spec.checks import DriftLimits
from specgen.stats.estimate import Estimate
from specgen.stats.multiplicity import holm

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ALL_COLUMNS = "all columns together"
# Share of rows in new categories from which on a column is not called stable.
MOST_NEW = 0.1


@dataclass(frozen=True)
class Compared:
    """A column's record, and the estimates that decide with their limits."""

    record: DriftColumn
    effects: Mapping[Measure, tuple[Estimate, float]]

    @property
    def mostly_new(self) -> bool:
        """Whether so many rows are in new categories that a small distance proves nothing.

        Categories too rare to stand by themselves are pooled, new ones with old ones.
        """
        return self.record.new_rows > MOST_NEW * self.record.rows


@dataclass(frozen=True)
class ComparedSplit:
    """A split against the reference, its columns ordered by how far they are beyond their limits."""

    reference: str
    split: str
    columns: tuple[Compared, ...]
    not_compared: Mapping[str, str]

    @property
    def rows(self) -> int:
        """Rows of the split."""
        return max((one.record.rows for one in self.columns), default=0)

    @property
    def joint_missing(self) -> bool:
        """Whether there are columns to compare together, and it was not possible."""
        return ALL_COLUMNS in self.not_compared and self.not_compared[ALL_COLUMNS] != TOO_FEW_COLUMNS

    def record(self, confidence: float) -> SplitDrift:
        """As it stands in results.json."""
        return SplitDrift(
            reference=self.reference, split=self.split, confidence=confidence,
            columns=tuple(one.record for one in self.columns), not_compared=dict(self.not_compared),
        )  # fmt: skip


def compare_splits(
    connection: DuckDBPyConnection, chosen: Chosen, reference: str, splits: Sequence[str],
    limits: DriftLimits, confidence: float, seed: int,
) -> tuple[ComparedSplit, ...]:  # fmt: skip
    """Every current split against the reference."""
    counted = [(subject, counted_cells(connection, subject, seed)) for subject in chosen.subjects]
    features = [pair for pair in counted if pair[0].role == "column"]
    found = []
    for split in splits:
        lacks = dict(chosen.not_compared.get(split, {}))
        columns = []
        for subject, cells in counted:
            if split not in subject.sides:
                continue
            one = _column(subject, cells, reference, split, limits, 1 - confidence)
            if one is None:
                lacks[subject.name] = _why_not(cells, reference, split)
            else:
                columns.append(one)
        together = joint(connection, features, (reference, split), seed)
        if isinstance(together, Joint):
            columns.append(_joint(together, limits, 1 - confidence))
        else:
            lacks[ALL_COLUMNS] = together
        found.append(ComparedSplit(reference, split, _judged(columns, 1 - confidence), lacks))
    return tuple(found)


def _judged(columns: Sequence[Compared], alpha: float) -> tuple[Compared, ...]:
    """The columns with their states, which Holm's correction ties together; the furthest beyond its limit first."""
    trials = [
        (i, estimate, limit) for i, one in enumerate(columns) for estimate, limit in one.effects.values()
    ]
    beyond = holm([estimate.p_above(limit) for _, estimate, limit in trials], alpha)
    drifted = {i for (i, _, _), rejected in zip(trials, beyond, strict=True) if rejected}
    judged = []
    for i, one in enumerate(columns):
        within = all(estimate.upper(alpha) <= limit for estimate, limit in one.effects.values())
        state: State = "drifted" if i in drifted else "stable" if within and not one.mostly_new else "open"
        judged.append(Compared(one.record.model_copy(update={"state": state}), one.effects))
    rank = {"drifted": 0, "open": 1, "stable": 2}
    return tuple(sorted(judged, key=lambda one: (rank[one.record.state], -_excess(one))))


def _excess(one: Compared) -> float:
    return max((e.value - 0.5) / (limit - 0.5) if measure == "auc" else e.value / limit
               for measure, (e, limit) in one.effects.items())  # fmt: skip


def _effects(effects: Mapping[Measure, tuple[Estimate, float]], alpha: float) -> tuple[DriftEffect, ...]:
    return tuple(
        DriftEffect(
            measure=measure,
            value=e.value,
            low=e.lower(alpha),
            high=e.upper(alpha),
            limit=limit,
            method=e.method,
        )
        for measure, (e, limit) in effects.items()
    )


def _column(
    subject: Subject, counted: Counted, reference: str, split: str, limits: DriftLimits, alpha: float
) -> Compared | None:
    """A column of one split against the reference; None where neither has a value, or one has no row that counts."""
    before, after = counted.of[reference], counted.of[split]
    if not before.n or not after.n or counted.missing_share(reference) == counted.missing_share(split) == 1:
        return None
    names, p, q = _merged(counted, before, after)
    numeric = bool(counted.numbers)
    effects: dict[Measure, tuple[Estimate, float]] = {
        "psi": (psi_estimate(p, q, before.n, after.n), limits.psi)
    }
    if limits.total_variation is not None and not numeric:
        effects["total_variation"] = total_variation_estimate(p, q, before.n, after.n), limits.total_variation
    test, cramers_v = chi_square(p, q, before.n, after.n)
    both = [counted.numbers.get(reference), counted.numbers.get(split)]
    moved = None
    if both[0] is not None and both[1] is not None:
        sizes = [one.n * (1 - counted.missing_share(s)) for s, one in ((reference, before), (split, after))]
        test = kolmogorov_smirnov(both[0], both[1], sizes[0], sizes[1])
        moved = wasserstein(both[0], both[1]) / both[0].spread if both[0].spread else None
        if limits.ks is not None:
            effects["ks"] = ks_estimate(test.statistic, sizes[0], sizes[1]), limits.ks
    new = counted.novelty.get(split, Novelty())
    record = DriftColumn(
        name=subject.name, role=subject.role, kind="numeric" if numeric else "text" if counted.text else "categorical",
        effects=_effects(effects, alpha), state="open", changed=changed(counted, reference, split),
        rows_reference=before.rows, rows=after.rows, n_reference=before.n, n=after.n,
        test=_test_name(test), p_value=test.p_value, jensen_shannon=jensen_shannon(p, q),
        total_variation=total_variation(p, q), cramers_v=None if numeric else cramers_v, wasserstein=moved,
        missing_reference=counted.missing_share(reference), missing=counted.missing_share(split),
        new_categories=new.categories, new_rows=new.rows, vanished_categories=new.vanished,
        beyond_range=beyond_range(counted, split),
        cells=tuple(
            DriftCell(name=name, reference=float(a), current=float(b))
            for name, a, b in zip(names, p, q, strict=True) if a or b
        ),
    )  # fmt: skip
    return Compared(record, effects)


def _why_not(counted: Counted, reference: str, split: str) -> str:
    uncounted = [one for one in (reference, split) if not counted.of[one].n]
    if uncounted:
        return f"{uncounted[0]} is one sampling unit, or its weights are all 0"
    return "neither split has a value in it"


def _test_name(test: Test) -> str:
    return f"{test.name} {test.statistic:.6g}"


def _merged(counted: Counted, before: Cells, after: Cells) -> tuple[tuple[str, ...], FloatArray, FloatArray]:
    """Names and shares by cell; categories with fewer than 5 effective rows where expected join the others."""
    if REST not in counted.names:
        return counted.names, before.share, after.share
    rest = counted.names.index(REST)
    rare = (before.share + after.share) / 2 * min(before.n, after.n) < EXPECTED_ROWS
    rare[[rest, -1]] = False
    sides = []
    for cells in (before, after):
        share = cells.share.copy()
        share[rest] += share[rare].sum()
        sides.append(share[~rare])
    return tuple(np.array(counted.names, dtype=object)[~rare]), sides[0], sides[1]


def _joint(found: Joint, limits: DriftLimits, alpha: float) -> Compared:
    effects: dict[Measure, tuple[Estimate, float]] = {"auc": (found.estimate, limits.auc)}
    told = (
        f"told apart best by {', '.join(found.drivers)}" if found.drivers else "nothing that tells rows apart"
    )
    record = DriftColumn(
        name=ALL_COLUMNS, role="joint", kind="classifier", effects=_effects(effects, alpha), state="open",
        changed=told, rows_reference=found.rows[0], rows=found.rows[1], n_reference=found.rows[0], n=found.rows[1],
        test="AUC above 0.5", p_value=found.estimate.p_above(0.5),
        drivers=found.drivers,
    )  # fmt: skip
    return Compared(record, effects)
