"""Judges a drift gate: every column, label, prediction and all columns together, each against its limit."""

from __future__ import annotations

import math
from collections.abc import Mapping

from specgen.checks.drift.compare import ALL_COLUMNS, Compared, ComparedSplit
from specgen.checks.drift.found import Measure
from specgen.spec.milestones import Gate as Promise
from specgen.stats.estimate import Estimate, negate, shift
from specgen.stats.multiplicity import holm
from specgen.verdict.judged import Gate, GateMember, GateVerdict
from specgen.verdict.judging import Outlook, Trial, judge, outlook, p_fail, spread
from specgen.verdict.words import listed, number, plural

TITLES: Mapping[Measure, str] = {"psi": "PSI", "total_variation": "total variation", "ks": "KS", "auc": "AUC"}
SEVERITY: dict[GateVerdict, int] = {"fail": 0, "error": 1, "inconclusive": 2, "pass": 3}


def drift_members(
    compared: ComparedSplit, promise: Promise, named: frozenset[str], alpha: float
) -> list[GateMember]:
    """A member for each limit of each column that the gate is about, the one that says most first.

    `named` are columns that the spec names, in lower case: where one of them could not be compared, that
    is an error, and so it is for the column of a gate.
    """
    about = None if promise.drift == "all" else str(promise.drift).lower()
    chosen = [one for one in compared.columns if about in (None, one.record.name.lower())]
    trials = [
        (one, measure, _trial(one, measure, estimate, limit, alpha))
        for one in chosen for measure, (estimate, limit) in one.effects.items()
    ]  # fmt: skip
    single = [judge(trial, alpha, promise.evidence) for _, _, trial in trials]
    fails = [verdict == "fail" for verdict in single]
    if promise.evidence == "confident":
        fails = holm([p_fail(trial) for _, _, trial in trials], alpha)
    members = [
        _member(one, measure, trial, verdict, rejected, alpha / len(trials), alpha)
        for (one, measure, trial), verdict, rejected in zip(trials, single, fails, strict=True)
    ]
    members += _unknown(compared, about, named)
    return sorted(members, key=lambda member: (SEVERITY[member.verdict], -_beyond(member)))


def _trial(one: Compared, measure: Measure, estimate: Estimate, limit: float, alpha: float) -> Trial:
    """The limit as a trial; of its standard error, the reference's part is what new rows do not shrink."""
    surplus = negate(shift(estimate, -limit))
    n, m = one.record.n_reference, one.record.n
    fixed = (spread(surplus) or 0.0) * math.sqrt(m / (n + m))
    return Trial(
        f"{one.record.name}, {TITLES[measure]}", surplus, estimate.value, estimate.lower(alpha), estimate.upper(alpha),
        limit, one.record.rows, fixed_se=fixed, upwards=False,
    )  # fmt: skip


def _member(
    one: Compared,
    measure: Measure,
    trial: Trial,
    single: GateVerdict,
    fails: bool,
    first: float,
    alpha: float,
) -> GateMember:
    suspect = single == "fail" and not fails
    hidden = single == "pass" and one.mostly_new
    verdict: GateVerdict = "fail" if fails else "inconclusive" if suspect or hidden else single
    further = Outlook(None, None, None, None, None)
    if verdict == "inconclusive" and measure != "auc" and not hidden:
        further = outlook(trial, alpha, first)
    assert trial.surplus is not None
    return GateMember(
        name=trial.name, verdict=verdict, measured=trial.measured, low=trial.low, high=trial.high, bound=trial.bound,
        n=trial.surplus.n, method=trial.surplus.method, more_examples=further.rows, more_to_pass=further.to_pass,
        more_to_fail=further.to_fail, reason=f"{one.record.changed[0].upper()}{one.record.changed[1:]}.",
        suspect=suspect,
    )  # fmt: skip


def _unknown(compared: ComparedSplit, about: str | None, named: frozenset[str]) -> list[GateMember]:
    """Members for what the gate is about and could not be compared."""
    members = []
    for column, why in compared.not_compared.items():
        if about == column.lower() or (about is None and column.lower() in named):
            members.append(_unmeasured(column, "error", why))
        elif about is None and column == ALL_COLUMNS and compared.joint_missing:
            members.append(_unmeasured(column, "inconclusive", why))
    return members


def _unmeasured(name: str, verdict: GateVerdict, why: str) -> GateMember:
    return GateMember(
        name=name, verdict=verdict, measured=None, low=None, high=None, bound=None, n=0, method="none",
        more_examples=None, reason=f"Not compared: {why}.",
    )  # fmt: skip


def _beyond(member: GateMember) -> float:
    if member.measured is None or not member.bound:
        return 0.0
    least = 0.5 if member.name.endswith(TITLES["auc"]) else 0.0
    return (member.measured - least) / (member.bound - least)


def drift_verdict(members: list[GateMember]) -> GateVerdict:
    """Fail before error before inconclusive, as for every gate."""
    return min((member.verdict for member in members), key=lambda verdict: SEVERITY[verdict])


def drift_reason(compared: ComparedSplit, members: list[GateMember]) -> str:
    """One or two sentences, for people who have not seen the spec."""
    fails, errors, held = ([m for m in members if m.verdict == v] for v in ("fail", "error", "inconclusive"))
    count = plural(len(members), "comparison") + f" of {compared.split} with {compared.reference}"
    if fails:
        verb = "shows" if len(fails) == 1 else "show"
        return f"{len(fails):,} of {count} {verb} drift: {listed([_named(m) for m in fails])}."
    if errors:
        return f"{errors[0].name}: {errors[0].reason[0].lower()}{errors[0].reason[1:]}"
    if held:
        # A column within its limit is held by what it has that is new: said, for its distance does not show it.
        names = [
            m.name if m.measured is None or m.high is None or m.high > (m.bound or 0) else _named(m)
            for m in held
        ]
        return f"None of {count} shows drift, but {len(held):,} cannot be settled: {listed(names)}."
    return f"None of {count} shows drift; the furthest is {_named(members[0])}."


def _named(member: GateMember) -> str:
    return f"{member.name} {number(member.measured)} where {number(member.bound)} is allowed ({_small(member.reason)})"


def _small(reason: str) -> str:
    text = reason.rstrip(".")
    return text[:1].lower() + text[1:]


def drift_told(reason: str, where: str) -> str:
    """The gate on page one, where it did not pass."""
    return f"No drift was promised{where}. {reason}"


def drift_changes(gate: Gate) -> str:
    """What the team can do about it."""
    if gate.verdict == "fail":
        fails = [m.name.rpartition(", ")[0] or m.name for m in gate.members if m.verdict == "fail"] or [
            gate.place
        ]
        what = listed(list(dict.fromkeys(fails)))
        return (
            f"Find out why {what} of {gate.split} drifted: repair what feeds it, or train on rows like these."
        )
    if gate.more_examples:
        return f"Compare about {plural(gate.more_examples, 'more row')} of {gate.split} to settle whether it drifted."
    return f"Compare more rows, of {gate.split} and of its reference, to settle whether it drifted."
