"""Samples of score and label read off histograms: thousands of slices of many rows, without the rows.

A bin's rows are taken to have its middle as their score. Rows of the two labels that share a bin count
as ties, so that an area under the ROC curve is off by at most half their share of all pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.cubes import Summed
from specgen.engine.groups import groups
from specgen.engine.samples import Sample, Samples
from specgen.engine.straight import BINS, Straight
from specgen.inputs.direct import Direct
from specgen.inputs.rows import Rows

# Rows from which slices that no gate names are read off histograms.
BINNED_FROM = 1_000_000
MIDDLES = (np.arange(BINS) + 0.5) / BINS
LABEL = "label"


@dataclass(frozen=True, eq=False)
class BinnedSamples:
    """Samples of every slice: exact ones of the slices in `named`, off histograms those of the others.

    `histograms` has the sums over bins and labels by slice, and the slice's place among them;
    `constants` are the SQL terms of scores that are the same on every row.
    """

    histograms: Mapping[str, tuple[Summed, int]]
    constants: Mapping[str, float]
    weighted: bool
    exact: Samples | None
    named: frozenset[str]

    @property
    def incomplete(self) -> frozenset[str]:
        """SQL terms that are NULL somewhere."""
        return self.exact.incomplete if self.exact else frozenset()

    def is_constant(self, sql: str) -> bool:
        """Whether a term is a score that is the same on every row."""
        return sql in self.constants

    def of(
        self, slice_name: str, terms: Mapping[str, str | tuple[str, ...]], complete: Sequence[str] = ()
    ) -> Sample | None:
        """Entries of a slice for the `terms` (name → SQL); None without any."""
        if slice_name in self.named:
            return self.exact.of(slice_name, terms, complete) if self.exact else None
        if slice_name not in self.histograms:
            return None
        summed, k = self.histograms[slice_name]
        present = np.flatnonzero(summed.count[k])
        copies = summed.count[k][present]
        weighted = summed.sums.shape[-1] > 0
        weight = summed.sums[k][present, 0] if weighted else copies.astype(float)
        values = {name: self._values(str(sql), present) for name, sql in terms.items()}
        return Sample(values, weight, None, self.weighted, copies)

    def _values(self, sql: str, present: IntArray) -> FloatArray:
        if sql == LABEL:
            return np.asarray(present % 2, dtype=float)
        if sql in self.constants:
            return np.full(len(present), self.constants[sql])
        return np.asarray(MIDDLES[present // 2])


def histograms(straight: Straight, score: str) -> dict[str, dict[str, tuple[Summed, int]]]:
    """Sums over bins and labels of each slice and its place among them, by the name of its group."""
    found = {}
    for group in groups(straight.rows):
        counted = straight.slices(score, group)
        if counted is not None:
            codes, summed = counted
            found[group.name] = {group.slice_name(int(code)): (summed, k) for k, code in enumerate(codes)}
    return found


def binned_score(rows: Rows, terms: Sequence[str]) -> str | None:
    """The score column to bin: of many rows, where one model's score and the label are all that is asked for."""
    direct = rows.direct
    if direct is None or rows.count < BINNED_FROM or len(direct.scores) != 1:
        return None
    (model, column), constant = next(iter(direct.scores.items())), constant_scores(direct)
    known = {LABEL, f"s{rows.index(model)}", *constant}
    return column if terms and set(terms) <= known else None


def constant_scores(direct: Direct) -> dict[str, float]:
    """Scores of the naive baseline by their SQL term: numbers in the SQL of the rows table."""
    return {
        f"s{i}": float(direct.rows[f"s{i}"].partition("::")[0])
        for i, one in enumerate(direct.predictions)
        if one.constant is not None
    }
