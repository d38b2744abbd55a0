"""The primary metric from milestone to milestone, against what each promises of it."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Milestone
from specgen.report import numbers
from specgen.report.charts.steps import Step, step_chart
from specgen.report.charts.svg import Drawing
from specgen.report.source import Source
from specgen.report.text import name


@dataclass(frozen=True)
class ClimbView:
    """The chart and how to read it."""

    chart: Drawing
    caption: str


def climb(source: Source) -> ClimbView | None:
    """None where fewer than two milestones have the primary metric, or all are about the same number."""
    steps = [_step(source, milestone) for milestone in source.result.milestones]
    known = [step for step in steps if step.value is not None]
    if len({(step.value, step.bound) for step in known}) < 2:
        return None
    title = source.title(*source.primary)
    info = source.metrics.get(source.primary[0])
    told = "; ".join(
        f"{step.name} {numbers.value(step.value, info)}"
        + (f" against {numbers.value(step.bound, info)}" if step.bound is not None else "")
        for step in known
    )
    caption = f"Dot: {name(source.candidate)}'s value on the milestone's split; line: its "
    caption += f"{100 * source.result.about.confidence:g}% interval"
    caption += "; orange: what the milestone asks of it on all rows." if any(s.bound for s in known) else "."
    chart = step_chart(
        f"{title} from milestone to milestone", tuple(known), f"{title} by milestone: {told}.", "climb"
    )
    return ClimbView(chart, caption)


def _step(source: Source, milestone: Milestone) -> Step:
    metric, label = source.primary
    found = source.get(source.candidate, metric, label, split=milestone.split)
    bounds = [
        gate.bound for gate in source.result.gates
        if (gate.milestone, gate.metric, gate.label) == (milestone.name, metric, label)
        and not gate.members and not gate.place and gate.better in ("at_least", "at_most")
    ]  # fmt: skip
    shown = milestone.name if milestone.split in milestone.name else f"{milestone.name} ({milestone.split})"
    value, low, high = (found.value, found.low, found.high) if found else (None, None, None)
    return Step(name(shown), value, low, high, bounds[0] if bounds else None)
