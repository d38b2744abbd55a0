"""The words of page one: why the verdict is what it is, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.verdict.constraints import constraint_changes, constraint_told
from specgen.verdict.drift import drift_changes, drift_told
from specgen.verdict.judged import Decision, Gate, GateMember
from specgen.verdict.reasons import noticeably_shrunken
from specgen.verdict.regressions import regressions_changes, regressions_told
from specgen.verdict.sanity import sanity_changes, sanity_told
from specgen.verdict.words import listed, metric_name, metric_title, number, percent, plural, rows_needed

MOST = 5
WARNINGS = 2
CHANGES = {
    "drift": drift_changes, "constraint": constraint_changes, "sanity": sanity_changes,
    "regressions": regressions_changes,
}  # fmt: skip


def page_one(
    gates: Sequence[Gate], verdict: Decision, lead: str | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reasons for the verdict, the weightiest first, and what would change it; `lead` is where most is lost."""
    must = [gate for gate in gates if gate.severity == "must"]
    failed = [gate for gate in must if gate.verdict == "fail"]
    errors = [gate for gate in must if gate.verdict == "error"]
    held = [gate for gate in must if gate.verdict == "inconclusive" and gate.if_inconclusive == "hold"]
    weighty = failed + errors + held
    told = [*map(_told, failed), *_unmeasured(errors), *map(_told, held)]
    reasons = told[:MOST]
    if len(told) > MOST:
        reasons.append(f"{plural(len(told) - MOST, 'more reason')} of the same kind; see the table of gates.")
    passed = [gate.gate for gate in must if gate.verdict == "pass"]
    if passed:
        reasons.append(_kept(passed, everything=len(passed) == len(must)))
    warned = [gate for gate in gates if gate.verdict != "pass" and gate not in weighty]
    reasons += [f"Does not decide: {_told(gate)}" for gate in warned[:WARNINGS]]
    changes = _changes(failed, errors, held, verdict)
    if lead and verdict != "go":
        changes.insert(0, f"Start here. {lead}")
    return tuple(reasons), tuple(changes)


def _unmeasured(errors: Sequence[Gate]) -> list[str]:
    """Gates that could not be measured; those of a milestone for one and the same reason are told together."""
    together: dict[tuple[str, str], list[Gate]] = {}
    for gate in errors:
        together.setdefault((gate.milestone, gate.reason), []).append(gate)
    return [
        _told(some[0]) if len(some) == 1 else f"{milestone}: {len(some)} gates. {reason}"
        for (milestone, reason), some in together.items()
    ]


def _kept(passed: list[str], *, everything: bool) -> str:
    if everything:
        return f"Every promise is kept: {listed(passed, 4)}."
    return f"Kept, by contrast: {listed(passed, 2)}."


def _subject(gate: Gate) -> str:
    """`Recall of neutral`: what the gate is about, without place and bound."""
    return (metric_title(gate.metric) if gate.metric else gate.gate) + _of(gate)


def _subject_within(gate: Gate) -> str:
    """The same inside a sentence."""
    return (metric_name(gate.metric) if gate.metric else gate.gate) + _of(gate)


def _of(gate: Gate) -> str:
    return f" of {gate.label}" if gate.label else ""


def _place(gate: Gate) -> str:
    return f" on {gate.place}" if gate.place else ""


def _where(gate: Gate) -> str:
    return f" ({gate.milestone})" if gate.milestone == gate.split else f" ({gate.milestone}, on {gate.split})"


def _told(gate: Gate) -> str:
    """One gate in a sentence that a person who has never seen the spec understands."""
    if gate.verdict == "error":
        return f"{gate.milestone}: {gate.gate}. {gate.reason}"
    if gate.kind == "sanity":
        return sanity_told(gate, _where(gate))
    if gate.kind == "drift":
        return drift_told(gate.reason, _where(gate))
    if gate.kind == "regressions":
        return regressions_told(gate, _where(gate))
    if gate.kind == "constraint":
        return constraint_told(gate, _where(gate))
    if gate.members:
        return _told_of_many(gate)
    end = gate.high if gate.better == "at_least" else gate.low
    limit = f"{'at least' if gate.better == 'at_least' else 'at most'} {number(gate.bound)}"
    value = f"{_subject(gate)}{_place(gate)} is {number(gate.measured)}"
    where = _where(gate)
    if gate.verdict == "fail":
        best = f", {number(end)} at best" if gate.evidence == "confident" else ""
        return f"{value}{best}; {limit} was promised{where}."
    between = f"anywhere between {number(gate.low)} and {number(gate.high)}"
    return f"{value}, but could be {between}: whether it is {limit} is open{where}."


def _told_of_many(gate: Gate) -> str:
    where = _where(gate)
    fails = [member for member in gate.members if member.verdict == "fail"]
    if gate.better in ("gap_at_most", "ratio_at_least"):
        worst = _worst(gate, fails or list(gate.members))
        allowed = "at most" if gate.better == "gap_at_most" else "at least"
        far = (
            f"lie {number(worst.measured)} apart"
            if gate.better == "gap_at_most"
            else f"stand at {number(worst.measured)}"
        )
        promised = f"{allowed} {number(worst.bound)} was promised{'' if fails else ', which is open'}"
        return f"{_subject(gate)}: {_pair(worst)} {far}; {promised}{where}."
    if fails:
        worst = _worst(gate, fails)
        count = f"{len(fails):,} of {plural(len(gate.members), 'slice')}"
        most = f"{worst.name} with {number(worst.measured)}{_shrunken(worst)}"
        missed = (
            "falls below the promised minimum of"
            if gate.better == "at_least"
            else "exceeds the promised maximum of"
        )
        return f"{_subject(gate)} {missed} {_bound(gate)} on {count}, most on {most}{where}."
    limit = f"{'at least' if gate.better == 'at_least' else 'at most'} {_bound(gate)}"
    open_members = [member for member in gate.members if member.verdict in ("inconclusive", "error")]
    count = f"{len(open_members):,} of {plural(len(gate.members), 'slice')}"
    names = listed([member.name for member in open_members])
    return f"Whether {_subject_within(gate)} is {limit} is open on {count}: {names}{where}."


def _shrunken(member: GateMember) -> str:
    """What is left of a slice's value once chance among so many is allowed for, where that is worth telling."""
    return f" ({number(member.shrunken)} shrunken)" if noticeably_shrunken(member) else ""


def _worst(gate: Gate, members: list[GateMember]) -> GateMember:
    """The member whose numbers the gate has, where it is one of these."""
    return next((member for member in members if member.name == gate.worst), members[0])


def _pair(member: GateMember) -> str:
    return member.name.replace(" − ", " and ").replace(" ÷ ", " and ")


def _bound(gate: Gate) -> str:
    if gate.baseline is None:
        return number(gate.bound)
    margin = gate.margin or 0.0
    return gate.baseline + (f" {'−' if margin < 0 else '+'} {number(abs(margin))}" if margin else "")


def _changes(
    failed: Sequence[Gate], errors: Sequence[Gate], held: Sequence[Gate], verdict: Decision
) -> list[str]:
    """What the team can do about it."""
    if verdict == "go":
        return ["New data or a new model: the verdict holds for this model on these splits."]
    changes = [_improved(gate) for gate in failed]
    changes += [f"Measure it: {listed(names)}." for names in _by_milestone(errors)]
    changes += [_settled(gate) for gate in held]
    if len(changes) > MOST:
        changes = [*changes[: MOST - 1], f"And {len(changes) - MOST + 1} more; see the table of gates."]
    return changes


def _by_milestone(errors: Sequence[Gate]) -> list[list[str]]:
    return [
        [gate.gate for gate in errors if gate.milestone == one]
        for one in dict.fromkeys(gate.milestone for gate in errors)
    ]


def _improved(gate: Gate) -> str:
    """What a failed gate asks of the model."""
    fails = [member for member in gate.members if member.verdict == "fail"]
    if gate.kind in CHANGES:
        return CHANGES[gate.kind](gate)
    if gate.better in ("gap_at_most", "ratio_at_least"):
        return f"Bring {listed([_pair(m) for m in fails], 2)} closer together in {_subject_within(gate)}."
    verb, limit = ("Raise", "at least") if gate.better == "at_least" else ("Lower", "at most")
    on = f" on {listed([m.name for m in fails])}" if fails else _place(gate)
    return f"{verb} {_subject_within(gate)}{on} to {limit} {_bound(gate)}."


def _settled(gate: Gate) -> str:
    """What an open gate asks for."""
    if gate.kind in CHANGES:
        return CHANGES[gate.kind](gate)
    if gate.more_examples:
        more = rows_needed(gate.more_examples, "more row")
        of = "the open slices" if gate.members else gate.split
        about = "" if more.startswith("more") else "about "
        told = "one more row" if gate.more_examples == 1 else f"{about}{more}"
        return f"Label {told} of {of} to settle {gate.gate} (80% power, at {percent(gate.confidence)})."
    return (
        f"A clear margin on {gate.gate}: its values lie at their bounds, where no number of rows settles it."
    )
