"""The page of `specgen history`: verdicts, gates and metrics from run to run, and what turned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specgen.record.history import History, KeptRun, ProjectHistory
from specgen.record.summary import SummaryGate
from specgen.report import numbers
from specgen.report.page import MARKS, Block, Cell, Column, Page, Table
from specgen.report.text import name, plural, sentence
from specgen.report.views.comparison import metric_table
from specgen.report.views.trends import (
    ABSENT,
    MOST_TRENDS,
    WIDTH,
    Asked,
    metric_series,
    metric_trends,
    when,
)

WORDS = {"go": "GO", "no-go": "NO-GO", "inconclusive": "INCONCLUSIVE"}

Gate = tuple[str, str]  # milestone, words


def history_pages(found: History, asked: Asked) -> tuple[Page, ...]:
    """A page for each project; what could not be read is told on the first one."""
    pages = [
        _page(project, asked, _unread(found) if k == 0 else None) for k, project in enumerate(found.projects)
    ]
    return tuple(pages)


def _page(project: ProjectHistory, asked: Asked, unread: Block | None) -> Page:
    first, last = project.runs[0].summary, project.runs[-1].summary
    blocks = [*([unread] if unread else []), *_blocks(project, asked)]
    return Page(
        title=name(project.project), kind="History of runs", mark=last.verdict,
        headline=f"{WORDS[last.verdict]} in the last of {plural(len(project.runs), 'run')}. {_since(project.runs)}",
        facts=(("First run", when(first.started)), ("Last run", f"{when(last.started)}, {last.run}")),
        blocks=tuple(blocks),
    )  # fmt: skip


def _since(runs: Sequence[KeptRun]) -> str:
    """How long the verdict has been what it is."""
    last = runs[-1].summary.verdict
    same = 0
    for run in reversed(runs):
        if run.summary.verdict != last:
            break
        same += 1
    if same == len(runs):
        return "It never was another." if same > 1 else ""
    return f"So for {plural(same, 'run')}, {WORDS[runs[-same - 1].summary.verdict]} before."


def _blocks(project: ProjectHistory, asked: Asked) -> Iterator[Block]:
    yield _runs(project.runs, asked)
    gates = _gates(project.runs, asked)
    if gates:
        yield _gate_trends(gates, len(project.runs))
        yield _turns(project.runs, gates, asked)
    metrics = metric_series(project.runs, asked)
    if metrics:
        yield metric_trends(project.runs, metrics, asked)
    if len(project.runs) > 1 and project.compared:
        yield _worse(project)


def _runs(runs: Sequence[KeptRun], asked: Asked) -> Block:
    shown = list(reversed(runs))[: asked.last]
    decided = any(run.decided for run in shown)
    columns = (
        Column("Verdict"),
        Column("Started", whole=True),
        Column("Run", whole=True),
        Column("Model"),
        Column("Milestones"),
        Column("Gates"),
        *((Column("Decided"),) if decided else ()),
    )
    rows = tuple(
        (
            Cell(WORDS[run.summary.verdict], run.summary.verdict), Cell(when(run.summary.started)),
            Cell(run.summary.run), Cell(name(run.summary.candidate)),
            Cell(" ".join(f"{MARKS[stage.verdict]} {name(stage.name)}" for stage in run.summary.milestones)),
            Cell(_counts(run.summary.gates)), *((Cell(sentence(run.decided, 60)),) if decided else ()),
        )
        for run in shown
    )  # fmt: skip
    rest = len(runs) - len(shown)
    return Block("Runs", "runs", table=Table(columns, rows, f"and {rest:,} earlier ones" if rest else ""))


def _counts(gates: Sequence[SummaryGate]) -> str:
    """`4 pass, 1 fail`."""
    kinds = ("pass", "fail", "inconclusive", "error")
    counts = {kind: sum(gate.verdict == kind for gate in gates) for kind in kinds}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)


def _gates(runs: Sequence[KeptRun], asked: Asked) -> dict[Gate, list[SummaryGate | None]]:
    """Each gate in every run, None where a run does not have it; those of the last run first."""
    last = [(gate.milestone, gate.gate) for gate in runs[-1].summary.gates]
    every = [(gate.milestone, gate.gate) for run in runs for gate in run.summary.gates]
    names = [key for key in dict.fromkeys([*last, *every]) if asked.gate.lower() in " ".join(key).lower()]
    by_run = [{(gate.milestone, gate.gate): gate for gate in run.summary.gates} for run in runs]
    return {key: [known.get(key) for known in by_run] for key in names}


def _gate_trends(gates: dict[Gate, list[SummaryGate | None]], runs: int) -> Block:
    columns = (Column("Now"), Column("Milestone"), Column("Gate"), Column("Runs, the last at the right", whole=True),
               Column("Measured", number=True), Column("Bound", number=True))  # fmt: skip
    rows = []
    for (milestone, words), found in list(gates.items())[:MOST_TRENDS]:
        last = found[-1]
        known = last or next(one for one in reversed(found) if one is not None)
        rows.append((
            Cell(last.verdict if last else "no longer there", last.verdict if last else ""), Cell(name(milestone)),
            Cell(sentence(words, 120)), Cell("".join(_sign(one) for one in found[-WIDTH:])),
            Cell(_short(known.measured)), Cell(_short(known.bound)),
        ))  # fmt: skip
    rest = len(gates) - len(rows)
    foot = "✓ passed, ✕ failed, ? inconclusive, ! not measured, · not there." + (
        f" The last {WIDTH} of {runs:,} runs." if runs > WIDTH else ""
    )
    return Block(
        "Gates", "gates", table=Table(columns, tuple(rows), f"and {rest:,} more" if rest else ""), foot=foot
    )


def _sign(gate: SummaryGate | None) -> str:
    return MARKS[gate.verdict] if gate else ABSENT


def _short(value: float | None) -> str:
    return numbers.MISSING if value is None else numbers.plain(float(f"{value:.4g}"))


def _turns(runs: Sequence[KeptRun], gates: dict[Gate, list[SummaryGate | None]], asked: Asked) -> Block:
    """Gates whose verdict is another than in the last run before that had them, the latest first."""
    columns = (Column("Run", whole=True), Column("Milestone"), Column("Gate"), Column("Was"), Column("Is"))
    turned: list[tuple[int, tuple[Cell, ...]]] = []
    for (milestone, words), found in gates.items():
        before = None
        for k, now in enumerate(found):
            if now is None:
                continue
            if before is not None and before.verdict != now.verdict:
                cells = (
                    Cell(runs[k].summary.run), Cell(name(milestone)), Cell(sentence(words, 120)),
                    Cell(before.verdict, before.verdict), Cell(now.verdict, now.verdict),
                )  # fmt: skip
                turned.append((k, cells))
            before = now
    turned.sort(key=lambda one: -one[0])
    if not turned:
        return Block("Gates that turned", "turns", sentences=("No gate ever had another verdict.",))
    rest = len(turned) - asked.last
    hidden = f"and {rest:,} earlier ones" if rest > 0 else ""
    rows = tuple(cells for _, cells in turned[: asked.last])
    return Block("Gates that turned", "turns", table=Table(columns, rows, hidden))


def _worse(project: ProjectHistory) -> Block:
    before, after = (run.summary.run for run in project.runs[-2:])
    none = "" if project.worse else "On no slice is the primary metric shown to have got worse."
    return Block(
        "Slices that got worse", "worse", aside=f"{before} → {after}",
        sentences=tuple(text for text in (project.compared, none) if text),
        table=metric_table(project.worse, MOST_TRENDS, sliced=True) if project.worse else None,
    )  # fmt: skip


def _unread(found: History) -> Block | None:
    inside = found.folder.rstrip("/") + "/"
    points = [f"{name(one.folder.removeprefix(inside))}: {one.reason}." for one in found.unread[:20]]
    rest = len(found.unread) - len(points)
    points += [f"and {rest:,} more."] if rest else []
    if found.unfinished:
        many = plural(found.unfinished, "run")
        points.append(f"{many} unfinished (folders .run-…): being written at this moment, or killed.")
    if not points:
        return None
    return Block(
        "Not read", "unread", sentences=("These are no part of what follows.",), points=tuple(points)
    )
