"""The gates of each milestone, and the slices that a gate judges one by one."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Decision, Gate, GateMember, GateVerdict, MetricInfo
from specgen.report import numbers
from specgen.report.anchors import anchor
from specgen.report.source import Source
from specgen.report.text import name, sentence
from specgen.report.views.front import WORDS

VERDICTS: dict[GateVerdict, str] = {
    "pass": "pass",
    "fail": "fail",
    "inconclusive": "inconclusive",
    "error": "not measured",
}
# From here on a number of rows is no plan.
MOST_ROWS = 10_000_000
# Characters of a value and its interval that fit beside each other.
BESIDE = 24
SECTIONS = {
    "business": "business", "constraint": "constraints", "sanity": "sanity", "drift": "drift", "regressions": "flips",
}  # fmt: skip
SIGNS = {"at_least": "≥", "at_most": "≤", "gap_at_most": "≤", "ratio_at_least": "≥"}


@dataclass(frozen=True)
class Row:
    """A gate, or a member of one; `worded` is one of a check that finds words and no numbers; `slice` is the anchor
    of the slice that a member is.
    """

    name: str
    verdict: GateVerdict
    word: str
    measured: str
    interval: str
    long: bool
    shrunken: str
    unit: str
    bound: str
    n: str
    more: str
    reason: str
    tags: tuple[str, ...]
    worded: bool
    slice: str = ""


@dataclass(frozen=True)
class GateView:
    """A gate with its members, the worst first; `hidden` says how many are not shown.

    `section` is the anchor of the section that shows what the gate judges.
    """

    row: Row
    anchor: str
    members: tuple[Row, ...]
    hidden: str
    section: str


@dataclass(frozen=True)
class MilestoneView:
    """A milestone's gates."""

    name: str
    anchor: str
    split: str
    verdict: Decision
    word: str
    reason: str
    gates: tuple[GateView, ...]
    shrunken: bool


def milestones(source: Source) -> tuple[MilestoneView, ...]:
    """All milestones that have gates, in order."""
    views = []
    for k, milestone in enumerate(source.result.milestones):
        own = [gate for gate in source.result.gates if gate.milestone == milestone.name]
        alike = [sum(other.gate == gate.gate for other in own[:i]) for i, gate in enumerate(own)]
        gates = tuple(_gate(source, gate, same) for gate, same in zip(own, alike, strict=True))
        if gates:
            views.append(
                MilestoneView(
                    name(milestone.name),
                    f"gates-{k + 1}",
                    name(milestone.split),
                    milestone.verdict,
                    WORDS[milestone.verdict],
                    sentence(milestone.reason),
                    gates,
                    any(member.shrunken for gate in gates for member in gate.members),
                )
            )
    return tuple(views)


def _gate(source: Source, gate: Gate, same: int) -> GateView:
    """A gate; `same` is how many of the same words stand before it."""
    info = source.metric_of(gate)
    digits = _digits(gate, gate, info)
    sign = SIGNS.get(gate.better or "", "")
    row = Row(
        name=sentence(gate.gate, 160),
        verdict=gate.verdict,
        word=VERDICTS[gate.verdict],
        measured=numbers.number(gate.measured, digits),
        unit=numbers.unit(info) if gate.measured is not None else "",
        interval=numbers.interval(gate.low, gate.high, info, digits),
        long=_long(gate, info, digits),
        shrunken="",
        bound=_bound(gate.bound, sign, None if gate.kind == "constraint" else digits),
        n=numbers.count(gate.n),
        more=_more(gate.verdict, gate.more_examples),
        reason=sentence(gate.reason),
        tags=_tags(gate),
        worded=gate.kind == "sanity",
    )
    members = sorted(gate.members, key=lambda member: _order(member, gate))
    shown = tuple(
        _member(
            member,
            SIGNS.get(member.better or "", sign),
            _digits(gate, member, info, digits),
            info,
            row.worded,
            _slice(source, gate, member),
        )
        for member in _told(members, source.cap)
        if not (row.worded and member.verdict == "pass")
    )
    # What a check found where all is well stands in the section of its own.
    rest = sum(not row.worded or member.verdict != "pass" for member in members) - len(shown)
    place = anchor("gate", gate.milestone, gate.gate, *map(str, range(same)))
    hidden = f"and {rest:,} more in results.json" if rest > 0 else ""
    return GateView(row, place, shown, hidden, _section(gate))


def _section(gate: Gate) -> str:
    if gate.kind != "metric":
        return SECTIONS[gate.kind]
    if gate.better in ("gap_at_most", "ratio_at_least"):
        return "fairness"
    if "_flip_rate@" in (gate.metric or ""):
        return "flips"
    return "slices" if gate.members or gate.place else "baselines" if gate.baseline else "models"


def _slice(source: Source, gate: Gate, member: GateMember) -> str:
    """The anchor of the slice that a member is, where the table of slices shows it."""
    ours = gate.kind in ("metric", "business")
    return anchor("slice", member.name) if ours and member.name in source.listed else ""


def _digits(gate: Gate, found: Gate | GateMember, info: MetricInfo | None, usual: int | None = None) -> int:
    """Digits after the point: as the metric has them; constraints are of many units, so each has its own."""
    if gate.kind == "constraint":
        return numbers.significant(found.measured)
    return numbers.decimals(info, found.measured, found.bound) if usual is None else usual


def _long(found: Gate | GateMember, info: MetricInfo | None, digits: int) -> bool:
    """Whether the interval has to stand below the value."""
    value = numbers.number(found.measured, digits) + numbers.unit(info)
    return len(value + numbers.interval(found.low, found.high, info, digits)) > BESIDE


def _told(members: list[GateMember], cap: int) -> list[GateMember]:
    """What does not pass, and the nearest of what does: a reader asks less of it."""
    open_ = [member for member in members if member.verdict != "pass"]
    return (open_ + [member for member in members if member.verdict == "pass"][: cap // 4])[:cap]


def _member(
    member: GateMember, sign: str, digits: int, info: MetricInfo | None, worded: bool, part: str
) -> Row:  # fmt: skip
    measured = member.measured is not None
    return Row(
        name=name(member.name),
        verdict=member.verdict,
        word=VERDICTS[member.verdict],
        measured=numbers.number(member.measured, digits),
        unit=numbers.unit(info) if measured else "",
        interval=numbers.interval(member.low, member.high, info, digits),
        long=_long(member, info, digits),
        shrunken=_shrunken(member, digits),
        bound=_bound(member.bound, sign, None if member.better else digits),
        n=numbers.count(member.n),
        more=_more(member.verdict, member.more_examples),
        reason="" if measured else sentence(member.reason, 160),
        tags=("suspect",) if member.suspect else (),
        worded=worded,
        slice=part,
    )


def _shrunken(member: GateMember, digits: int) -> str:
    """The shrunken value, where it reads otherwise than the measured one."""
    if member.shrunken is None:
        return ""
    text = numbers.number(member.shrunken, digits)
    return "" if text == numbers.number(member.measured, digits) else text


def _order(member: GateMember, gate: Gate) -> tuple[int, bool, float]:
    """Worst first: by verdict, then suspects, then by how far on the wrong side of the bound."""
    rank = {"fail": 0, "error": 1, "inconclusive": 2, "pass": 3}[member.verdict]
    if member.measured is None or member.bound is None:
        return rank, not member.suspect, float("-inf")
    surplus = member.measured - member.bound
    return rank, not member.suspect, -surplus if gate.better in ("at_most", "gap_at_most") else surplus


def _bound(bound: float | None, sign: str, digits: int | None) -> str:
    """The bound with its sign; as it was written where no digits are given."""
    if bound is None:
        return numbers.MISSING
    text = numbers.plain(bound) if digits is None else numbers.number(bound, digits if bound else 0)
    return f"{sign} {text}".strip()


def _more(verdict: GateVerdict, more: int | None) -> str:
    if verdict != "inconclusive":
        return ""
    if more is None:
        return numbers.MISSING
    return f"+{numbers.count(more)}" if more <= MOST_ROWS else "over 10 million"


def _tags(gate: Gate) -> tuple[str, ...]:
    tags = []
    if gate.severity == "should":
        tags.append("should: warns only")
    if gate.if_inconclusive == "warn" and gate.verdict == "inconclusive":
        tags.append("inconclusive does not hold")
    return tuple(tags)
