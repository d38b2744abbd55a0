"""The report in short: what a pull request, a model card or a notebook has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from specgen.record.result import Decision, GateVerdict, Result
from specgen.report.source import Source
from specgen.report.text import plural, sentence
from specgen.report.views.baselines import baselines
from specgen.report.views.findings import FindingRow, confirmed
from specgen.report.views.front import MEANING, WORDS, Figure, Step, front
from specgen.report.views.gates import Row, milestones
from specgen.report.views.ladder import LadderView, ladder
from specgen.report.views.method import method

MARKS: dict[GateVerdict | Decision, str] = {
    "pass": "✅", "go": "✅", "fail": "❌", "no-go": "❌", "error": "⛔", "inconclusive": "❔",
}  # fmt: skip
WORST_FIRST: tuple[GateVerdict, ...] = ("fail", "error", "inconclusive", "pass")
Item = TypeVar("Item")


@dataclass(frozen=True)
class GateLine:
    """A gate and the milestone it belongs to; `mark` is its verdict as a sign."""

    milestone: str
    mark: str
    row: Row


@dataclass(frozen=True)
class MemberLine:
    """A slice that does not pass a gate."""

    gate: str
    mark: str
    row: Row


@dataclass(frozen=True)
class Summary:
    """What matters most of every section; `more_…` say what is left out."""

    project: str
    description: str
    judged: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    mark: str
    verdict: Decision
    word: str
    meaning: str
    reasons: tuple[str, ...]
    more_reasons: str
    gates: tuple[GateLine, ...]
    more_gates: str
    changes: tuple[str, ...]
    more_changes: str
    sure: str
    steps: tuple[tuple[str, Step], ...]
    ladder: LadderView | None
    members: tuple[MemberLine, ...]
    more_members: str
    pays: tuple[tuple[str, str], ...]
    findings: tuple[FindingRow, ...]
    warnings: tuple[str, ...]
    more_warnings: str
    facts: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str, str, str], ...]
    more_inputs: str


def summary(result: Result, most: int) -> Summary:
    """The summary of a result; no list has more than `most` entries."""
    source = Source(result, most)
    page_one, closing = front(source), method(result)
    gates, members = _gates(source, most)
    total = sum(member.verdict != "pass" for gate in result.gates for member in gate.members)
    warnings = tuple(note.text for note in result.notes if note.level == "warning")
    return Summary(
        project=page_one.project, description=sentence(result.about.description or ""), judged=page_one.judged,
        figures=page_one.figures, mark=MARKS[result.verdict], verdict=result.verdict, word=WORDS[result.verdict],
        meaning=MEANING[result.verdict],
        reasons=_said(result.reasons, most), more_reasons=_more(result.reasons, most, "reason"),
        gates=gates, more_gates=_rest(len(result.gates) - len(gates), "gate"),
        changes=_said(result.changes, most), more_changes=_more(result.changes, most, "change"),
        sure=page_one.sure,
        steps=tuple((MARKS[step.verdict], step) for step in page_one.steps[:most]),
        ladder=ladder(source),
        members=members, more_members=_rest(total - len(members), "slice"),
        pays=tuple((one.name, one.sentence) for one in baselines(source)[:most] if one.sentence),
        findings=confirmed(source),
        warnings=_said(warnings, most), more_warnings=_more(warnings, most, "warning"),
        facts=closing.facts, inputs=closing.inputs[:most],
        more_inputs=_more(result.run.inputs, most, "file"),
    )  # fmt: skip


def _gates(source: Source, most: int) -> tuple[tuple[GateLine, ...], tuple[MemberLine, ...]]:
    """Gates in the spec's order, those that pass being the first to go where there are too many; slices worst first."""
    stages = milestones(source)
    lines = [
        GateLine(stage.name, MARKS[gate.row.verdict], gate.row) for stage in stages for gate in stage.gates
    ]
    # Gates that do not decide have tags that say so.
    judging = sorted(
        (gate for stage in stages for gate in stage.gates), key=lambda gate: len(gate.row.tags) > 0
    )
    members = [
        MemberLine(gate.row.name, MARKS[member.verdict], member)
        for gate in judging
        for member in gate.members
        if member.verdict != "pass"
    ]
    kept = sorted(range(len(lines)), key=lambda k: WORST_FIRST.index(lines[k].row.verdict))[:most]
    worst = sorted(members, key=lambda line: WORST_FIRST.index(line.row.verdict))[:most]
    return tuple(lines[k] for k in sorted(kept)), tuple(worst)


def _said(texts: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(map(sentence, texts[:most]))


def _more(found: Sequence[Item], most: int, noun: str) -> str:
    return _rest(len(found) - most, noun)


def _rest(count: int, noun: str) -> str:
    """What a table leaves out: `and 12 more slices in results.json`."""
    return f"and {plural(count, f'more {noun}')} in results.json" if count > 0 else ""
