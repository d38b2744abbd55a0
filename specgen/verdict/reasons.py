"""Why a gate passed, failed or stayed open, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from specgen.spec.milestones import BaselineBound
from specgen.spec.milestones import Gate as Promise
from specgen.verdict.judged import GateMember, GateVerdict
from specgen.verdict.judging import Outlook, Trial
from specgen.verdict.words import MOST_ROWS, listed, number, percent, plural, rows_needed, too_small

NOTICEABLE = 0.1


def member_reason(
    trial: Trial, verdict: GateVerdict, alpha: float, suspect: bool, further: Outlook | None
) -> str:
    """One sentence about one slice or pair of slices."""
    if trial.surplus is None:
        return f"Not measurable: {trial.reason}."
    if trial.too_few:
        return f"{too_small(trial.evidence, trial.min_rows)}."
    value = f"{number(trial.measured)} against {number(trial.bound)}"
    if trial.low is not None and trial.high is not None:
        value += f", between {number(trial.low)} and {number(trial.high)} at {percent(1 - alpha)}"
    if suspect:
        return f"{value}: below by itself, but not after correction for the number of slices."
    if verdict == "inconclusive":
        return f"{value}: open; {_further(further)}."
    return f"{value}."


def _further(further: Outlook | None) -> str:
    """What would make it pass, and what fail, each if the truth is what that takes for granted."""
    if further is None or further.rows is None:
        return "no number of examples will settle a value at its bound"
    ways = [(further.to_pass, "pass", further.pass_truth), (further.to_fail, "fail", further.fail_truth)]
    ways.sort(key=lambda way: way[0] != further.rows)
    told = [
        f"{rows_needed(rows, 'further example') if first else _more_rows(rows)} to {verb}"
        + ("" if truth is None else f" if it truly is {number(truth)}")
        for first, (rows, verb, truth) in zip((True, False), ways, strict=True)
        if rows is not None
    ]
    text = f"about {', '.join(told)}".replace("about more", "more")
    return text.replace("about 1 further", "one further") if further.rows == 1 else text


def _more_rows(rows: int) -> str:
    return f"{rows:,}" if rows <= MOST_ROWS else "more than 10 million"


def gate_reason(
    promise: Promise, verdict: GateVerdict, members: list[GateMember], worst: GateMember, many: bool,
    further: Outlook,
) -> str:  # fmt: skip
    """One or two sentences about the gate."""
    if not many:
        return _single(promise, verdict, worst, further)
    counts = {v: [m for m in members if m.verdict == v] for v in ("fail", "inconclusive", "pass", "error")}
    what = "pair" if promise.gap_at_most is not None or promise.ratio_at_least is not None else "slice"
    if verdict == "pass":
        kept = f"All {plural(len(members), what)} keep" if len(members) > 1 else f"The only {what} keeps"
        return f"{kept} it; the closest is {_named(worst)}."
    if verdict == "error":
        return f"{worst.name}: {worst.reason[0].lower()}{worst.reason[1:]}"
    if verdict == "fail":
        fails = sorted(counts["fail"], key=lambda m: m is not worst)
        many_fail = (
            f"{len(fails):,} of {plural(len(members), what)} {'fails' if len(fails) == 1 else 'fail'}, worst"
        )
        text = f"{many_fail if len(members) > 1 else f'The only {what} fails:'} {_named(worst)}."
    else:
        open_ones = sorted(counts["inconclusive"], key=lambda m: m is not worst)
        none = f"None of {plural(len(members), what)} fails, but {len(open_ones):,} cannot be settled"
        told = none if len(members) > 1 else f"The only {what} cannot be settled"
        names = [_named(m) for m in open_ones] if open_ones[1:] else [_with_interval(open_ones[0])]
        text = f"{told}: {listed(names, 2)}."
    suspects = [m.name for m in members if m.suspect]
    return text + (f" Suspect, but within chance for this many: {listed(suspects)}." if suspects else "")


def worst_by_value(members: list[GateMember], surplus: Mapping[str, float], rows: Mapping[str, int]) -> str:
    """A sentence on the slice that looks worst, and how much of that chance explains; empty if it is little.

    `rows` are those of slices whose values rest on fewer sampling units.
    """
    known = [member for member in members if member.shrunken is not None]
    if not known:
        return ""
    worst = min(known, key=lambda member: surplus[member.name])
    if not noticeably_shrunken(worst):
        return ""
    return (
        f" The worst of {plural(len(known), 'slice')} by its raw value is {worst.name}, with"
        f" {number(worst.measured)} on {plural(rows.get(worst.name, worst.n), 'row')};"
        f" shrunken towards the others, {number(worst.shrunken)}."
    )


def noticeably_shrunken(member: GateMember) -> bool:
    """Whether shrinkage moves a value by more than a tenth of what its own doubt is."""
    if member.shrunken is None or member.measured is None or member.low is None or member.high is None:
        return False
    return abs(member.shrunken - member.measured) > NOTICEABLE * (member.high - member.low) / 2


def _named(member: GateMember) -> str:
    if member.measured is None:
        return f"{member.name} ({member.reason.rstrip('.').lower()})"
    return f"{member.name} with {number(member.measured)} against {number(member.bound)}"


def _with_interval(member: GateMember) -> str:
    if member.low is None or member.high is None:
        return _named(member)
    ends = f"between {number(member.low)} and {number(member.high)}"
    return f"{member.name} with {number(member.measured)}, {ends}, against {number(member.bound)}"


def _single(promise: Promise, verdict: GateVerdict, member: GateMember, further: Outlook) -> str:
    if verdict == "error":
        return member.reason
    value, bound = number(member.measured), number(member.bound)
    if promise.evidence == "point":
        return f"Measured {value}, {'which meets' if verdict == 'pass' else 'which misses'} {bound} (point estimate)."
    sure = f"between {number(member.low)} and {number(member.high)}"
    bound_to = promise.at_least if promise.at_least is not None else promise.at_most
    if isinstance(bound_to, BaselineBound):
        sure += f" by its difference from {bound_to.baseline}"
    if verdict == "pass":
        return f"Measured {value}, {sure}: the bound {bound} is met even at the unfavourable end."
    if verdict == "fail":
        return f"Measured {value}, {sure}: the bound {bound} is missed even at the favourable end."
    return f"Measured {value}, {sure}: the bound {bound} lies inside; {_further(further)}."
