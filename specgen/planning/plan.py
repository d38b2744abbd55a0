"""From a spec and the data there is to its plan: every gate of every milestone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specgen.engine.cells import WHOLE, Size, SplitCells
from specgen.metrics.uses import find_metric, metric_use
from specgen.planning.assumptions import Place
from specgen.planning.counts import Counted, SplitView, counted
from specgen.planning.document import Plan, PlanGate, PlanMember, PlanMilestone
from specgen.planning.members import Outcome, Rates, baseline_outcome, fixed_outcome
from specgen.planning.pairs import PairOutcome, group, pair_outcomes
from specgen.planning.words import Asked, gate_reason, gate_remedy, member_reason, needs
from specgen.spec.milestones import BaselineBound, Gate, Milestone
from specgen.spec.spec import Spec
from specgen.stats.power import POWER
from specgen.verdict.evidence import Evidence, error_rate, gate_slices, gate_use, least_rows
from specgen.verdict.judged import Direction
from specgen.verdict.words import gate_name


@dataclass(frozen=True)
class Data:
    """A spec and what there is of its data: `views` by split, and why the other splits are `absent`."""

    spec: Spec
    views: Mapping[str, SplitView]
    absent: Mapping[str, str]
    given: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0


def make_plan(data: Data, notes: Sequence[str] = ()) -> Plan:
    """The plan of all milestones."""
    return Plan(
        project=data.spec.project.name, power=POWER, notes=tuple(notes),
        milestones=tuple(_milestone(data, stage) for stage in data.spec.milestones),
    )  # fmt: skip


def _milestone(data: Data, stage: Milestone) -> PlanMilestone:
    view = data.views.get(stage.split)
    return PlanMilestone(
        name=stage.name, split=stage.split, rows=view.every.total_rows if view else None,
        gates=tuple(_gate(data, stage, gate) for gate in stage.gates),
    )  # fmt: skip


def _gate(data: Data, stage: Milestone, gate: Gate) -> PlanGate:
    evidence = Evidence(data.spec, {}, {}, data.seed)
    why = _cannot(data, stage, gate)
    if why:
        return _document(gate, evidence, _without_rows(data, stage, gate), False, why)
    cells = data.views[stage.split].every
    slices = gate_slices(data.spec, gate, cells)
    between = gate.gap_at_most is not None or gate.ratio_at_least is not None
    if not slices or (between and len(slices) < 2):
        return _document(gate, evidence, (), False, "there are no rows that it could be judged on")
    alpha = error_rate(evidence, gate)
    if between:
        members = _pairs(data, stage, gate, cells, slices, alpha)
    else:
        rates = Rates(alpha, alpha / len(slices))
        share = POWER ** (1 / len(slices))
        members = [_member(data, stage, gate, cells, name, rates, share) for name in slices]
    return _document(gate, evidence, members, between or gate.slices is not None or gate.by is not None)


def _cannot(data: Data, stage: Milestone, gate: Gate) -> str:
    """Why nothing can be planned for a gate; empty if something can."""
    if gate.subject_kind == "constraint":
        return "constraints are measured on the model itself, and need no labelled rows"
    if gate.subject_kind == "sanity":
        return "sanity checks look at the data and the model as they are, whatever the number of rows"
    if gate.subject_kind == "regressions":
        return "key examples are counted as they are, whatever the number of rows"
    if gate.subject_kind == "drift":
        return "how many rows it takes depends on how far the splits are apart, which no plan can know"
    if stage.split not in data.views:
        return f"data.{stage.split} is not there: {data.absent.get(stage.split, 'it cannot be read')}"
    return ""


def _without_rows(data: Data, stage: Milestone, gate: Gate) -> list[PlanMember]:
    """The rows that a gate on a whole split needs where the split is not there: all that can be told."""
    places = (gate.slice, gate.slices, gate.by, gate.key_examples)
    bound = gate.at_least if gate.at_least is not None else gate.at_most
    known = find_metric(data.spec, gate.metric) if gate.metric else None
    if stage.split in data.views or known is None or known.state != "proportion" or any(places):
        return []
    if not isinstance(bound, float):
        return []
    use = metric_use(data.spec, (gate.label,) if gate.label else (), gate.metric or "", gate.label, gate.k)
    place = Place(data.spec, use, stage.split, WHOLE, None, data.seed, data.given)
    alpha = error_rate(Evidence(data.spec, {}, {}, data.seed), gate)
    nothing = Counted(0.0, "rows that count")
    outcome = fixed_outcome(place, nothing, bound, gate.at_least is not None, Rates(alpha, alpha))
    found = _planned(place, gate, outcome, Size(0), gate.min_rows or 1, alpha, POWER)
    return [found.model_copy(update={"rows": None, "n": None, "reason": needs(found)})]


def _place(data: Data, stage: Milestone, gate: Gate, slice_name: str) -> Place:
    view = data.views[stage.split]
    use = gate_use(Evidence(data.spec, {}, {}, data.seed), gate, view.every)
    return Place(data.spec, use, stage.split, slice_name, view.labelled, data.seed, data.given)


def _member(
    data: Data, stage: Milestone, gate: Gate, cells: SplitCells, name: str, rates: Rates,
    share: float,
) -> PlanMember:  # fmt: skip
    place = _place(data, stage, gate, name)
    counts = counted(place.use, data.views, stage.split, name)
    upwards = gate.at_least is not None
    bound = gate.at_least if upwards else gate.at_most
    if isinstance(bound, BaselineBound):
        outcome = baseline_outcome(place, counts, bound, upwards, rates)
    else:
        outcome = fixed_outcome(place, counts, float(bound or 0.0), upwards, rates)
    return _planned(place, gate, outcome, cells.size(name), least_rows(gate, cells, name), rates.alpha, share)


def _planned(
    place: Place, gate: Gate, outcome: Outcome, size: Size, least: int, alpha: float, share: float
) -> PlanMember:
    reach, n, rows, fewest = outcome.reach, outcome.counted.n, size.rows, size.rows_for(least)
    needed = reach.needed(POWER) if reach else None
    found = PlanMember(
        name=place.slice_name, rows=rows, n=None if n is None else round(n, 1), counts=outcome.counted.what,
        bound=outcome.bound, difference=outcome.differs,
        pass_from=reach.pass_from if reach else None, fail_from=reach.fail_from if reach else None,
        assumed=outcome.assumed.value, assumption=outcome.assumed.origin,
        likely=reach.likely if reach else None, chance=reach.chance if reach else None,
        rows_needed=_rows_of(needed, n, rows, fewest),
        rows_together=_rows_of(reach.needed(share) if reach and reach.likely == "pass" else None, n, rows, fewest),
        method=reach.method if reach else "none",
        spread="; ".join(text for text in (outcome.counted.note, outcome.spread) if text),
        settled=False, reason=outcome.reason,
    )  # fmt: skip
    return _told(found, Asked(gate, least, size, alpha, place.ends))


def _rows_of(needed: int | None, n: float | None, rows: int, least: int) -> int | None:
    """Rows of the slice that hold so many which count; without any row at hand, the number that counts itself."""
    if needed is None or (rows and not n):
        return None
    return max(math.ceil(needed * rows / n) if n and rows else needed, least)


def _told(found: PlanMember, asked: Asked) -> PlanMember:
    """The member with its verdict on the data: settled, or the reason why not."""
    reason = member_reason(found, asked)
    return found.model_copy(update={"settled": not reason, "reason": reason})


def _pairs(
    data: Data, stage: Milestone, gate: Gate, cells: SplitCells, slices: Sequence[str], alpha: float
) -> list[PlanMember]:
    rates = Rates(alpha, alpha / (len(slices) * (len(slices) - 1)))
    places = {name: _place(data, stage, gate, name) for name in slices}
    groups = {
        name: group(place, cells.size(name), counted(place.use, data.views, stage.split, name).n)
        for name, place in places.items()
    }
    least = max(least_rows(gate, cells, name) for name in slices)
    return [_pair(pair, gate, least, alpha) for pair in pair_outcomes(gate, groups, rates)]


def _pair(pair: PairOutcome, gate: Gate, least: int, alpha: float) -> PlanMember:
    reach = pair.reach
    needed = reach.needed(POWER) if reach else None
    found = PlanMember(
        name=pair.name, rows=pair.rows, n=round(pair.n, 1), counts="rows of both groups", bound=pair.bound,
        difference=False, pass_from=reach.pass_from if reach else None,
        fail_from=reach.fail_from if reach else None, assumed=pair.assumed, assumption=pair.origin,
        likely=reach.likely if reach else None, chance=reach.chance if reach else None,
        rows_needed=_rows_of(needed, pair.n, pair.rows, 1), method=reach.method if reach else "none",
        spread=pair.spread, settled=False, reason=pair.reason,
    )  # fmt: skip
    return _told(found, Asked(gate, least, pair.smallest, alpha, (None, None)))


def _document(
    gate: Gate, evidence: Evidence, members: Sequence[PlanMember], many: bool, why: str = ""
) -> PlanGate:
    names: tuple[Direction, ...] = ("at_least", "at_most", "gap_at_most", "ratio_at_least")
    found = PlanGate(
        gate=gate_name(gate, evidence.spec), metric=gate.metric or gate.business, label=gate.label,
        severity=gate.severity,
        better=next((name for name in names if getattr(gate, name) is not None), None),
        confidence=1 - error_rate(evidence, gate), members=tuple(members), many=many,
        together=_together(members) if many and gate.gap_at_most is None and gate.ratio_at_least is None else None,
        settled=False, reason=why, remedy="",
    )  # fmt: skip
    reason = why or gate_reason(found)
    return found.model_copy(
        update={"settled": not reason, "reason": reason, "remedy": gate_remedy(found, why)}
    )


def _together(members: Sequence[PlanMember]) -> float | None:
    """Probability that all pass, as if independent; None where one is not expected to, or not known."""
    if any(member.likely != "pass" or member.chance is None for member in members):
        return None
    return math.prod(member.chance or 0.0 for member in members)
