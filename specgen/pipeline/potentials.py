"""Gaps to the baselines, with what each could bring and how likely it brings most."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.diagnosis.class_gaps import class_conditions, class_gaps
from specgen.diagnosis.found import ClassGap
from specgen.diagnosis.potential import (
    KnownGap,
    Together,
    needed_terms,
    potentials,
    slice_influences,
    together,
)
from specgen.engine.cells import SplitCells
from specgen.engine.shared import shared_rows
from specgen.inputs.rows import Rows
from specgen.metrics.uses import Use
from specgen.record.result import BaselineGap
from specgen.spec.spec import Spec


def with_potentials(
    rows: Rows, spec: Spec, cells: SplitCells, uses: Sequence[Use], gaps: Sequence[BaselineGap], seed: int
) -> tuple[tuple[BaselineGap, ...], tuple[ClassGap, ...]]:
    """The gaps with the intervals of their potentials and their ranks, in the same order; and those of classes."""
    if not spec.baselines or spec.candidate_name not in cells.models:
        return (), ()
    terms = needed_terms(spec, cells, uses)
    shared = together(shared_rows(rows, terms, class_conditions(cells), seed), seed)
    family = {name: one for one, names in cells.families.items() for name in names}
    grouped: dict[tuple[str, str, str | None], list[BaselineGap]] = {}
    for gap in gaps:
        grouped.setdefault((gap.baseline, gap.metric, gap.label), []).append(gap)
    by_use = {(use.key, use.label): use for use in uses}
    found: dict[int, BaselineGap] = {}
    for (name, metric, label), some in grouped.items():
        ranked = _ranked(spec, cells, by_use[metric, label], name, some, family, shared, seed)
        found |= {id(gap): one for gap, one in zip(some, ranked, strict=True)}
    return tuple(found[id(gap)] for gap in gaps), tuple(class_gaps(spec, cells, shared, seed))


def _ranked(
    spec: Spec, cells: SplitCells, use: Use, name: str, gaps: Sequence[BaselineGap],
    family: dict[str, str], shared: Together, seed: int,
) -> list[BaselineGap]:  # fmt: skip
    known = [
        KnownGap(gap.slice, gap.gap, gap.gap_low, gap.gap_high, gap.share, gap.published_se)
        for gap in gaps if gap.gap is not None
    ]  # fmt: skip
    influence = slice_influences(spec, cells, use, name, shared.shared)
    found = potentials(spec, known, influence, family, shared, seed)
    return [
        gap if gap.gap is None else gap.model_copy(update={
            "potential_low": found[gap.slice].low, "potential_high": found[gap.slice].high,
            "p_first": found[gap.slice].first, "p_first_of_family": found[gap.slice].first_of_family,
        })
        for gap in gaps
    ]  # fmt: skip
