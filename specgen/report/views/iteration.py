"""What changed since the last evaluation of a spec that is watched, in a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.record.comparison import Comparison, GateChange, MetricChange
from specgen.report.source import WHOLE
from specgen.report.text import name, plural, sentence
from specgen.report.views.comparison import WORDS, how_compared, metric_cells, short

MOST = 8
ARROWS = {"better": "↑", "worse": "↓", "new": "+", "gone": "−"}


def iteration_lines(found: Comparison) -> Iterator[tuple[str, str]]:
    """Lines, each with a mark that says its colour: the verdict, gates that turned, the primary metric, its slices."""
    was, now = found.old.verdict, found.new.verdict
    yield now, WORDS[now] if was == now else f"{WORDS[was]} → {WORDS[now]}"
    turned = [gate for gate in found.gates if gate.turn != "same"]
    for gate in turned[:MOST]:
        yield gate.turn, f"  {_gate(gate)}"
    if len(turned) > MOST:
        yield "", f"  and {plural(len(turned) - MOST, 'more gate')} with another verdict"
    if not turned:
        yield "", "  no gate has another verdict"
    primary = [one for one in found.changes if one.metric == found.primary_metric and one.label is None]
    for one in primary:
        if one.slice == WHOLE:
            yield one.finding, f"  {_metric(one)}"
    for split in found.splits:
        if not split.paired or split.rows < max(split.was_rows or 0, split.now_rows or 0):
            yield "", f"  {name(split.split)}: {how_compared(split)}"
    shown = [one for one in primary if one.slice != WHOLE and one.finding in ("worse", "better")]
    for one in shown[:MOST]:
        yield one.finding, f"  {_metric(one)}"
    if len(shown) > MOST:
        yield "", f"  and {plural(len(shown) - MOST, 'more slice')} shown to have changed"


def _gate(gate: GateChange) -> str:
    turn = gate.turn if gate.was is None or gate.now is None else f"{gate.was} → {gate.now}"
    values = f" ({short(gate.was_measured)} → {short(gate.now_measured)})" if gate.was and gate.now else ""
    return f"{ARROWS[gate.turn]} {name(gate.milestone)}: {sentence(gate.gate, 100)}: {turn}{values}"


def _metric(one: MetricChange) -> str:
    finding, where, title, was, now, apart, *_ = metric_cells(one, sliced=True)
    place = "all rows" if one.slice == WHOLE else where.text
    arrow = f"{ARROWS[one.finding]} " if one.finding in ARROWS else ""
    told = f"{apart.text} {apart.aside}".strip()
    return f"{arrow}{title.text} on {place} of {name(one.split)}: {was.text} → {now.text} ({told}): {finding.text}"
