"""What commands write: the summary to standard output, progress and errors to standard error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from specgen.record.result import Finding, Gate, Result

MARKS = {"pass": ("✓", "green"), "fail": ("✕", "red"), "inconclusive": ("?", "yellow"), "error": ("!", "red")}
VERDICTS = {
    "go": ("GO", "bold green"),
    "no-go": ("NO-GO", "bold red"),
    "inconclusive": ("INCONCLUSIVE", "bold yellow"),
}


def console(*, stderr: bool = False, no_color: bool = False) -> Console:
    """A console that writes no control characters unless it is a terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(
        file=stream, no_color=no_color or None, highlight=False, soft_wrap=not stream.isatty(), emoji=False
    )


@contextmanager
def progress_on(errors: Console | None) -> Iterator[Callable[[str], None]]:
    """Progress on a console: one moving line on a terminal, nothing elsewhere."""
    if errors is None or not errors.is_terminal:
        yield lambda _: None
        return
    with errors.status("starting") as status:
        yield status.update


def fail(message: str, code: int) -> SystemExit:
    """Write an error for people; raise what it gives."""
    print(message, file=sys.stderr)
    return SystemExit(code)


def summary(result: Result, out: Console) -> None:
    """Verdict, reasons, and a line for each gate."""
    from rich.markup import escape

    word, style = VERDICTS[result.verdict]
    out.print(f"[{style}]{word}[/]  {escape(result.project)}")
    for stage in result.milestones:
        stage_word, stage_style = VERDICTS[stage.verdict]
        out.print()
        out.print(f"[bold]{escape(stage.name)}[/] on {escape(stage.split)}: [{stage_style}]{stage_word}[/]")
        for gate in (gate for gate in result.gates if gate.milestone == stage.name):
            out.print(_gate_line(gate))
            _indented(out, gate.reason)
    if result.searched is not None:
        out.print()
        out.print(
            f"[bold]error analysis[/] of {escape(result.searched.split)}: {escape(_found(result.findings))}"
        )
    warnings = [note for note in result.notes if note.level == "warning"]
    if warnings:
        out.print()
    for note in warnings:
        out.print(f"[yellow]note[/] {escape(note.text)}")


def _found(findings: Sequence[Finding]) -> str:
    """What error analysis found, in one line."""
    held = [one for one in findings if one.confirmed]
    if not held:
        return "no slice that nobody declared is shown to be worse"
    first = held[0]
    value, other = (f"{number:.4g}" for number in (first.value or 0.0, first.other or 0.0))
    more = f", and {len(held) - 1:,} more" if held[1:] else ""
    return f"{first.metric} is {value} where {first.where} (other rows: {other}){more}"


def _gate_line(gate: Gate) -> str:
    from rich.markup import escape

    mark, colour = MARKS[gate.verdict]
    should = " (should)" if gate.severity == "should" else " (does not hold)" if _waived(gate) else ""
    return f"  [{colour}]{mark} {gate.verdict:<12}[/] {escape(gate.gate)}{should}"


def _indented(out: Console, text: str) -> None:
    """A dim line below a gate; on a terminal it wraps inside its indent, elsewhere it stays one line."""
    from rich.padding import Padding
    from rich.text import Text

    dim = Text(text, style="dim")
    out.print(Padding(dim, (0, 0, 0, 6)) if out.is_terminal else Text("      ").append_text(dim))


def _waived(gate: Gate) -> bool:
    return gate.verdict == "inconclusive" and gate.if_inconclusive == "warn"
