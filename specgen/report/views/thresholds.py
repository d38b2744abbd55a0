"""The threshold that a payoff wants, as sentences and a chart."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import MetricInfo, ThresholdChoice, ThresholdValue, Worth
from specgen.report import numbers
from specgen.report.charts.curve import CurveChart, Line, curve
from specgen.report.charts.svg import Drawing
from specgen.report.source import Source
from specgen.report.text import name
from specgen.report.views.amounts import apart, given_for, spelled

MOST_LEVELS = 5


@dataclass(frozen=True)
class ThresholdView:
    """What is said of the choice, the chart, and how to read it."""

    sentences: tuple[str, ...]
    chart: Drawing | None
    caption: str


def threshold_view(source: Source, metric: MetricInfo, worth: Worth | None, k: int) -> ThresholdView | None:
    """The choice for the k-th business metric; None where it has none."""
    choice = next((one for one in source.result.thresholds if one.metric == metric.key), None)
    if choice is None:
        return None
    found = next((value for value in choice.values if value.split == source.split), None)
    said = [_chosen(choice)]
    if found is not None and worth is not None:
        said.append(_expected(choice, found, metric, worth))
    chart = _chart(source, choice, metric, worth, k) if choice.curves else None
    return ThresholdView(tuple(said), chart, _caption(source, choice))


def _chosen(choice: ThresholdChoice) -> str:
    if choice.best is None or choice.low is None or choice.high is None:
        return f"No other threshold than {choice.in_use:g}, the one in use, is proposed: {choice.reason}."
    sure = f"{100 * choice.confidence:g}%"
    span = f"from {choice.low:g} to {choice.high:g}"
    if choice.best == choice.in_use:
        return (
            f"The threshold in use, {choice.in_use:g}, is worth most on {name(choice.chosen_on or '')} too; "
            f"any {span} is not shown to be worse ({sure} confidence)."
        )
    among = "is one of them" if choice.low <= choice.in_use <= choice.high else "is not one of them"
    return (
        f"On {name(choice.chosen_on or '')} a threshold of {choice.best:g} is worth most; any {span} is not shown "
        f"to be worse ({sure} confidence). The one in use, {choice.in_use:g}, {among}."
    )


def _expected(choice: ThresholdChoice, found: ThresholdValue, metric: MetricInfo, worth: Worth) -> str:
    """What the chosen threshold is worth on rows that had no part in the choice."""
    amount = spelled(found.best, metric, choice.confidence)
    text = f"On {name(found.split)}, whose rows had no part in the choice, {choice.best:g} is worth {amount}"
    text += f" {given_for(worth)}"
    if choice.best == choice.in_use:
        return f"{text}."
    than = f"{choice.in_use:g}"
    return f"{text}; {apart(found.difference, metric, than, choice.confidence)}."


def _chart(
    source: Source, choice: ThresholdChoice, metric: MetricInfo, worth: Worth | None, k: int
) -> Drawing:
    curves = [Line(f"on {one.split}", one.values, one.split == source.split) for one in choice.curves]
    rivals = worth.rivals[:MOST_LEVELS] if worth else ()
    levels = [Line(rival.model, (rival.value.value,)) for rival in rivals if rival.value is not None]
    per = f", {metric.unit or ''} {given_for(worth)}".replace(",  ", ", ") if worth else ""
    band = None if choice.low is None or choice.high is None else (choice.low, choice.high)
    drawn = CurveChart(
        f"{metric.title}{per}", choice.thresholds, tuple(curves), tuple(levels), choice.in_use, choice.best,
        band, choice.chosen_on or "",
    )  # fmt: skip
    return curve(drawn, f"curve{k}")


def _caption(source: Source, choice: ThresholdChoice) -> str:
    text = f"Blue: the value on {name(source.split)} if rows are predicted positive from a threshold on"
    if choice.chosen_on is not None:
        where = name(choice.chosen_on)
        text += f"; grey: on {where}, where the threshold was chosen; shaded: thresholds not shown to be worse there"
    text += "; dotted: the other models and constant answers"
    if choice.break_even is not None:
        share = numbers.percent(choice.break_even)
        text += f". A yes pays where more than {share} of such rows are positive: were scores exact "
        text += f"probabilities, {choice.break_even:.3g} would be the best threshold"
    return f"{text}."
