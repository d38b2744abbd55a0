"""What gates are judged on: the spec's promises and the cells of every split."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from specgen.checks.constraints.limited import Deployed
from specgen.checks.drift.compare import ComparedSplit
from specgen.checks.over_time.found import OverTime
from specgen.checks.sanity.found import SanityCheck
from specgen.diagnosis.baselines import compare
from specgen.diagnosis.found import Flips
from specgen.engine.cells import WHOLE, SplitCells
from specgen.inputs.answers import told
from specgen.inputs.found import LiveFailure
from specgen.metrics.uses import Use, business_use, metric_use
from specgen.spec.milestones import BaselineBound, Gate
from specgen.spec.spec import Spec
from specgen.stats.estimate import Estimate, negate, shift
from specgen.stats.measure import measure
from specgen.verdict.judging import Trial


@dataclass(frozen=True)
class Evidence:
    """The spec, the cells of the splits that could be evaluated, why others could not, and what was checked besides."""

    spec: Spec
    cells: Mapping[str, SplitCells]
    not_evaluated: Mapping[str, str]
    seed: int
    drift: Mapping[str, ComparedSplit] = field(default_factory=dict)
    over_time: tuple[OverTime, ...] = ()
    sanity: tuple[SanityCheck, ...] = ()
    failures: Sequence[LiveFailure] = ()
    deployed: Deployed | None = None
    flips: Sequence[Flips] = ()

    def failure(self, split: str) -> str | None:
        """Why the candidate has no answers on a split, where it is a live model that failed there."""
        candidate = self.spec.candidate_name
        found = (told(one) for one in self.failures if (one.model, one.split) == (candidate, split))
        return next(found, None)


def gate_use(evidence: Evidence, gate: Gate, cells: SplitCells) -> Use:
    """The metric or business metric that a gate is about."""
    spec = evidence.spec
    if gate.business:
        number = next(k for k, business in enumerate(spec.business) if business.name == gate.business)
        return business_use(spec.business[number], number, cells.labels)
    return metric_use(spec, cells.labels, gate.metric or "", gate.label, gate.k)


def gate_slices(spec: Spec, gate: Gate, cells: SplitCells) -> tuple[str, ...]:
    """Names of the slices that a gate is about on a split; the whole split is `all`."""
    if gate.slice or gate.key_examples:
        return (gate.slice or gate.key_examples or "",)
    if gate.by:
        return cells.families.get(gate.by, ())
    if gate.slices is None:
        return (WHOLE,)
    named = [part.name or " & ".join(part.by or ()) for part in spec.slices]
    chosen = named if gate.slices == "every" else list(gate.slices)
    return tuple(dict.fromkeys(name for one in chosen for name in cells.families.get(one, (one,))))


def bound_trial(evidence: Evidence, gate: Gate, use: Use, cells: SplitCells, slice_name: str) -> Trial:
    """The gate's bound on one slice, as a trial."""
    at_least = gate.at_least is not None
    bound = gate.at_least if at_least else gate.at_most
    if isinstance(bound, BaselineBound):
        return _baseline_trial(evidence, gate, use, cells, slice_name, bound, at_least)
    fixed = float(bound or 0.0)
    mine = measure(use, cells, slice_name, evidence.spec.candidate_name, evidence.seed)
    rows = cells.rows.get(slice_name, 0)
    if mine.decision is None:
        return replace(
            _unmeasured(slice_name, fixed, rows, mine.reason),
            unavailable=cuts_queries(use, cells, slice_name),
        )
    alpha = error_rate(evidence, gate)
    proportion = fixed if plain_proportion(use, cells) and 0 < fixed < 1 else None
    return Trial(
        slice_name, _surplus(mine.decision, fixed, at_least), mine.value,
        mine.decision.lower(alpha), mine.decision.upper(alpha), fixed, rows,
        least_rows(gate, cells, slice_name), proportion, upwards=at_least,
        size=cells.size(slice_name),
    )  # fmt: skip


def _baseline_trial(
    evidence: Evidence, gate: Gate, use: Use, cells: SplitCells, slice_name: str,
    bound: BaselineBound, at_least: bool,
) -> Trial:  # fmt: skip
    """The bound of a baseline plus margin; `measured` is the candidate on the rows that both have."""
    alpha = error_rate(evidence, gate)
    compared = compare(evidence.spec, cells, use, slice_name, bound.baseline, evidence.seed)
    mine = measure(use, cells, slice_name, evidence.spec.candidate_name, evidence.seed)
    rows = cells.rows.get(slice_name, 0)
    apart = compared.difference.decision
    if apart is None or compared.value is None:
        lacks = (compared.value is None and mine.value is not None) or cuts_queries(use, cells, slice_name)
        return replace(_unmeasured(slice_name, None, rows, compared.reason or mine.reason), unavailable=lacks)
    to_meet = compared.value + bound.margin
    exact = compared.published and compared.published_se == 0 and plain_proportion(use, cells)
    low, high = use.metric.low, use.metric.high
    trial = Trial(
        slice_name, _surplus(apart, bound.margin, at_least), compared.value + apart.value, None, None, to_meet, rows,
        least_rows(gate, cells, slice_name), to_meet if exact and 0 < to_meet < 1 else None,
        fixed_se=compared.published_se, upwards=at_least,
        size=cells.size(slice_name),
        ends=(-math.inf if low is None else low, math.inf if high is None else high),
    )  # fmt: skip
    ends = [trial.inside(compared.value + end) for end in (apart.lower(alpha), apart.upper(alpha))]
    return replace(trial, low=ends[0], high=ends[1])


def plain_proportion(use: Use, cells: SplitCells) -> bool:
    """Whether a metric is a share of rows that each count once and by themselves."""
    return use.metric.state in ("proportion", "share") and not cells.weighted and not cells.clustered


def least_rows(gate: Gate, cells: SplitCells, slice_name: str) -> int:
    """Fewest rows (or units) to judge a slice on: the gate's or the slice's own, whichever asks for more."""
    return max(gate.min_rows or 1, cells.min_rows.get(slice_name, 1))


def cuts_queries(use: Use, cells: SplitCells, slice_name: str) -> bool:
    """Whether a slice has no value because it has parts of queries, which no number of rows would change."""
    return use.metric.whole_queries and bool(cells.cut.get(slice_name))


def error_rate(evidence: Evidence, gate: Gate) -> float:
    """One-sided error rate that a gate allows itself."""
    return 1 - (gate.confidence if gate.confidence is not None else evidence.spec.confidence)


def _surplus(estimate: Estimate, bound: float, at_least: bool) -> Estimate:
    above = shift(estimate, -bound)
    return above if at_least else negate(above)


def _unmeasured(name: str, bound: float | None, rows: int, reason: str | None) -> Trial:
    return Trial(name, None, None, None, None, bound, rows, reason=reason or "not measured")
