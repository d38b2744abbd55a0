"""Why the data cannot settle a gate, and what would, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.engine.cells import Size
from specgen.planning.document import PlanGate, PlanMember
from specgen.planning.members import UNKNOWN_SPREAD
from specgen.spec.milestones import Gate
from specgen.stats.power import POWER, rows_for_proportion
from specgen.verdict.words import number, percent, plural, too_small

MOST = 3


@dataclass(frozen=True)
class Asked:
    """What a member is asked: its gate, the fewest rows (or units) to judge it on, the smaller group."""

    gate: Gate
    least: int
    smallest: Size
    alpha: float
    ends: tuple[float | None, float | None]

    @property
    def perfect(self) -> float | None:
        """The best value that the metric can have in the gate's direction."""
        low, high = self.ends
        return high if self.gate.at_least is not None else low

    @property
    def worst(self) -> float | None:
        """The other end."""
        low, high = self.ends
        return low if self.gate.at_least is not None else high


def member_reason(found: PlanMember, asked: Asked) -> str:
    """Why the rows at hand do not settle one slice with 80% power; empty if they do."""
    if not found.rows:
        return found.reason or "it has no rows"
    if asked.smallest.count < asked.least:
        return too_small(asked.smallest, asked.least)
    if found.reason or found.n is None:
        return found.reason
    if asked.gate.evidence == "point" or _always(found, asked):
        return ""
    if found.n < 1:
        return f"none of its {plural(found.rows, 'row')} counts for the metric"
    if found.likely is not None and (found.chance or 0.0) >= POWER:
        return ""
    if found.bound == asked.perfect and not found.difference:
        return f"no number of rows proves exactly {number(found.bound)}: it can fail, but never pass"
    if found.likely is None:
        return _nothing_assumed(found)
    return _too_few(found, asked)


def _always(found: PlanMember, asked: Asked) -> bool:
    return not found.difference and found.bound == asked.worst


def _nothing_assumed(found: PlanMember) -> str:
    if found.assumed is None:
        return f"how many rows it needs cannot be told ({found.assumption})"
    said = f"{number(found.assumed)}, {found.assumption}"
    return f"what is assumed ({said}) lies at the bound itself, where no number of rows settles it"


def _too_few(found: PlanMember, asked: Asked) -> str:
    """Fewer rows than the assumed truth needs; or than any truth does."""
    has = plural(found.rows or 0, "row")
    if found.n is not None and found.n < 0.995 * (found.rows or 0):
        has += f" ({found.n:,.0f} that count)"
    if found.rows_needed is None:
        return f"{has}, and no number of rows shows what is assumed ({_truth(found)})"
    text = f"{has}, where about {found.rows_needed:,} are needed {_truth(found)}"
    if found.pass_from is None and found.method == "exact binomial" and asked.perfect is not None:
        sure = rows_for_proportion(asked.perfect, found.bound or 0.0, asked.alpha)
        text += "" if sure is None else f"; even without one error it takes {sure:,} that count"
    return text


def needs(found: PlanMember) -> str:
    """What it takes where there is no data at all."""
    if found.rows_needed is None or found.n is None:
        return ""
    return f"it takes about {plural(found.rows_needed, 'row')} that count {_truth(found)}"


def _truth(found: PlanMember) -> str:
    value = "the difference" if found.difference else "it"
    return f"to {found.likely} if {value} truly is {number(found.assumed)}, {found.assumption}"


def gate_reason(found: PlanGate) -> str:
    """Why the data cannot settle a gate; empty if it can."""
    open_ones = _open(found)
    if not found.many:
        return found.members[0].reason
    fails = [m for m in found.members if m.likely == "fail" and m.settled and (m.chance or 0) >= POWER]
    if fails:
        return ""
    what = "pair" if found.better in ("gap_at_most", "ratio_at_least") else "slice"
    if open_ones:
        told = "; ".join(f"{m.name}: {m.reason}" for m in open_ones[:MOST])
        more = f"; and {len(open_ones) - MOST:,} more" if len(open_ones) > MOST else ""
        return f"{len(open_ones):,} of {plural(len(found.members), what)} cannot: {told}{more}"
    if found.together is not None and found.together < POWER:
        return (
            f"each of {plural(len(found.members), what)} can by itself, but all pass together with"
            f" probability {number(found.together)} only, if each truly is as assumed"
        )
    return ""


def gate_remedy(found: PlanGate, why: str) -> str:
    """What would settle it; empty where it is settled, or where more data is no help."""
    if why:
        return found.members[0].reason if found.members else ""
    if not gate_reason(found):
        return ""
    open_ones = _open(found)
    lacking = [(m.name, m.rows_needed - (m.rows or 0)) for m in open_ones if m.rows_needed is not None]
    if not open_ones:
        lacking = [(m.name, m.rows_together - (m.rows or 0)) for m in found.members if m.rows_together]
    lacking = sorted(((name, rows) for name, rows in lacking if rows > 0), key=lambda one: -one[1])
    ways = [_more_rows(found, lacking)] if lacking else []
    if any(m.reason == UNKNOWN_SPREAD for m in open_ones):
        ways.append("predictions of any model, or a baseline's, which tell how much it varies")
    if any("never pass" in m.reason for m in open_ones):
        ways.append("a bound that leaves room for an error")
    if any("no labels" in m.reason for m in open_ones):
        ways.append("labels for some rows, which tell how many count")
    if found.many and len(found.members) > 1:
        ways.append("fewer or larger slices, or if_inconclusive: warn")
    elif lacking:
        ways.append("a bound further from what is assumed")
    return "; or ".join(ways)


def _more_rows(found: PlanGate, lacking: list[tuple[str, int]]) -> str:
    # Pairs share their groups' rows, so the neediest pair stands for all.
    between = found.better in ("gap_at_most", "ratio_at_least")
    total = lacking[0][1] if between else sum(rows for _, rows in lacking)
    if not found.many:
        return f"about {plural(total, 'more row')} (80% power, at {percent(found.confidence)})"
    told = ", ".join(f"{name} +{rows:,}" for name, rows in lacking[:MOST])
    more = f" and {len(lacking) - MOST:,} more" if len(lacking) > MOST else ""
    return f"about {plural(total, 'more row')}: {told}{more}"


def _open(found: PlanGate) -> list[PlanMember]:
    """Members that are not settled, those that lack most first."""
    return sorted((m for m in found.members if not m.settled), key=lambda m: -(m.rows_needed or 0))
