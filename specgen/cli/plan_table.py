"""The plan for people: a table for each milestone, and in sentences what the data cannot settle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specgen.report.numbers import MINUS, MISSING
from specgen.verdict.words import number, plural

if TYPE_CHECKING:
    from rich.console import Console

    from specgen.planning.document import Plan, PlanGate, PlanMember, PlanMilestone

MOST = 8
HEAD = ("Rows", "Of these\ncount", "Passes\nif truly", "Fails\nif truly", "Assumed\ntruth", "Rows\nneeded")
GAP = 2
NAME = 20
LEGEND = (
    "Passes (fails) if truly: the truth from which on the rows at hand make the gate pass (fail) with 80%"
    " power. Rows needed: for that power, if the assumed truth is the truth. Signed values are differences"
    " to the baseline."
)


@dataclass
class Letters:
    """Where assumed values and spreads come from, each said once below its table."""

    found: dict[str, str] = field(default_factory=dict)

    def of(self, member: PlanMember) -> str:
        """The letter of what a member takes for granted; empty where it takes nothing."""
        told = [member.assumption] if member.assumed is not None and member.assumption else []
        text = "; ".join([*told, *([member.spread] if member.spread else [])])
        if not text:
            return ""
        return self.found.setdefault(text, chr(97 + len(self.found) % 26))


def show(plan: Plan, out: Console) -> None:
    """Write the whole plan."""
    from rich.markup import escape

    out.print(f"[bold]Plan[/]  {escape(plan.project)}")
    for stage in plan.milestones:
        out.print()
        _milestone(stage, out)
    out.print()
    _unsettled(plan, out)
    if plan.notes:
        out.print()
    for note in plan.notes:
        out.print(f"[yellow]note[/] {escape(note)}")
    out.print()
    out.print(LEGEND, style="dim")


def _milestone(stage: PlanMilestone, out: Console) -> None:
    from rich.markup import escape

    rows = plural(stage.rows, "row") if stage.rows is not None else "no data"
    out.print(f"[bold]{escape(stage.name)}[/] on {escape(stage.split)}: {rows}")
    letters = Letters()
    shown = [(gate, [(m, _cells(gate, m, letters)) for m in _first(gate)]) for gate in stage.gates]
    cells = [found for _, members in shown for _, found in members]
    widths = [
        GAP + max(map(len, [*head.split("\n"), *column])) for head, *column in zip(HEAD, *cells, strict=True)
    ]
    if cells:
        _row(out, widths, "", HEAD)
    for gate, members in shown:
        _gate(gate, members, widths, out)
    for text, letter in letters.found.items():
        out.print(f"  {letter} {escape(text)}", style="dim")


def _row(out: Console, widths: list[int], name: str, cells: tuple[str, ...]) -> None:
    """One row of a table whose columns align with those of the other gates; the name takes what is left."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, padding=0, pad_edge=False)
    table.add_column(width=max(out.width - sum(widths), NAME), overflow="fold")
    for width in widths:
        table.add_column(width=width, justify="right", no_wrap=True, vertical="bottom")
    table.add_row(Text(name), *(Text(cell) for cell in cells))
    out.print(table)


def _first(gate: PlanGate) -> list[PlanMember]:
    """The members to show: open ones first, and of those the ones that need most."""
    return sorted(gate.members, key=lambda m: (m.settled, -(m.rows_needed or 0)))[:MOST]


def _gate(
    gate: PlanGate, members: list[tuple[PlanMember, tuple[str, ...]]], widths: list[int], out: Console
) -> None:
    from rich.markup import escape

    mark, colour = ("✓", "green") if gate.settled else ("?", "yellow")
    should = " (should)" if gate.severity == "should" else ""
    out.print(f"[{colour}]{mark}[/] {escape(gate.gate)}{should}")
    for member, cells in members:
        sign = "? " if gate.many and not member.settled else "  "
        _row(out, widths, f"  {sign}{'all rows' if member.name == 'all' else member.name}", cells)
    hidden = len(gate.members) - len(members)
    if hidden:
        still = sum(not member.settled for member in gate.members) - sum(not m.settled for m, _ in members)
        out.print(f"    and {hidden:,} more, {f'{still:,} of them open' if still else 'all of them settled'}")
    if gate.together is not None and len(gate.members) > 1:
        chance = number(round(gate.together, 3))
        told = (
            f"all {len(gate.members):,} pass together with probability {chance}, if each truly is as assumed"
        )
        out.print(f"    {told}", style="dim")


def _cells(gate: PlanGate, member: PlanMember, letters: Letters) -> tuple[str, ...]:
    above = gate.better in ("at_least", "ratio_at_least")
    good, bad = ("≥", "≤") if above else ("≤", "≥")
    assumed = f"{_value(member.assumed, member)}{' ' + letter if (letter := letters.of(member)) else ''}"
    return (
        MISSING if member.rows is None else f"{member.rows:,}",
        MISSING if member.n is None else f"{member.n:,.0f}",
        MISSING if member.pass_from is None else good + _value(member.pass_from, member),
        MISSING if member.fail_from is None else bad + _value(member.fail_from, member),
        assumed,
        MISSING if member.rows_needed is None else f"{member.rows_needed:,}",
    )


def _value(value: float | None, member: PlanMember) -> str:
    """Three decimals below 10, else whole digits; differences with their sign."""
    if value is None:
        return MISSING
    text = f"{value:.3f}" if abs(value) < 10 else number(value)
    text = text.replace("-", MINUS)
    return f"+{text}" if member.difference and value >= 0 else text


def _unsettled(plan: Plan, out: Console) -> None:
    """Each gate that the data cannot settle, with what would."""
    from rich.text import Text

    open_gates = [(stage, gate) for stage in plan.milestones for gate in stage.gates if not gate.settled]
    if not open_gates:
        out.print("Every gate can be settled with this data.", style="green")
        return
    out.print("Cannot be settled with this data:", style="bold")
    for stage, gate in open_gates:
        out.print(Text(f"  {stage.name}: {gate.gate}"))
        _sentence(out, gate.reason)
        if gate.remedy:
            _sentence(out, f"would settle it: {gate.remedy}")


def _sentence(out: Console, text: str) -> None:
    """A sentence below a gate; on a terminal it wraps inside its indent, elsewhere it stays one line."""
    from rich.padding import Padding
    from rich.text import Text

    begun = text if text.startswith("data.") else text[0].upper() + text[1:]
    line = Text(f"{begun}{'' if text.endswith('?') else '.'}", style="dim")
    out.print(Padding(line, (0, 0, 0, 6)) if out.is_terminal else Text("      ").append_text(line))
