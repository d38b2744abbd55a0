"""What the scores can do: ROC, precision and recall over thresholds, and calibration."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Amount, Calibration, OperatingPoint, ScoreCurve
from specgen.report import numbers
from specgen.report.charts.calibration import Bin, calibration_chart
from specgen.report.charts.score_curves import MOST_LINES, At, ScoreLine, score_curve_chart
from specgen.report.charts.svg import Drawing
from specgen.report.source import Source
from specgen.report.text import clip, name, plural

MOST_LABELS = 4
MODEL = 28


@dataclass(frozen=True)
class ScoreView:
    """The charts of a binary task, or of one label, and how to read them."""

    label: str
    curves: Drawing | None
    calibration: Drawing | None
    error: str


@dataclass(frozen=True)
class ScoresView:
    """The section; `hidden` says of how many labels nothing is drawn."""

    parts: tuple[ScoreView, ...]
    caption: str
    hidden: str


def scores(source: Source) -> ScoresView | None:
    """None where no score is known on the judged split."""
    result = source.result
    curves = [one for one in result.score_curves if one.split == source.split]
    bins = {one.label: one for one in result.calibrations if one.split == source.split}
    labels = list(dict.fromkeys([*(one.label for one in curves), *bins]))
    if not labels:
        return None
    parts = tuple(
        _part(source, k, label, [one for one in curves if one.label == label], bins.get(label))
        for k, label in enumerate(labels[:MOST_LABELS])
    )
    rest = len(labels) - len(parts)
    hidden = f"{plural(rest, 'more label')} in results.json" if rest > 0 else ""
    return ScoresView(parts, _caption(source, curves), hidden)


def _part(
    source: Source, k: int, label: str | None, curves: list[ScoreCurve], found: Calibration | None
) -> ScoreView:
    ranked = sorted(curves, key=lambda one: one.model != source.candidate)[:MOST_LINES]
    lines = tuple(_line(source, one) for one in ranked)
    of_label = f" of {label}" if label else ""
    told = f"ROC and precision-recall curves{of_label}. " + ". ".join(line.legend for line in lines) + "."
    drawn = score_curve_chart(lines, ranked[0].base_rate, told, f"scores{k}") if lines else None
    calibrated = _calibration(found, f"calibration{k}") if found and found.bins else None
    return ScoreView(name(label) if label else "", drawn, calibrated, _error(source, found))


def _line(source: Source, one: ScoreCurve) -> ScoreLine:
    candidate, model = one.model == source.candidate, clip(one.model, MODEL)
    points = tuple(
        At(f"{model} from {threshold:.3g} on", recall, false, precision)
        for threshold, recall, false, precision in zip(
            one.thresholds, one.recall, one.false_positive_rate, one.precision, strict=True
        )
    )
    areas = [
        f"{title} {_amount(amount)}"
        for title, amount in (("AUC", one.auc), ("average precision", one.average_precision)) if amount
    ]  # fmt: skip
    legend = f"{model}: {', '.join(areas)}" + (" (under review)" if candidate else "")
    used = _at(f"{model} as it is used", one.in_use) if one.in_use else None
    return ScoreLine(legend, points, used)


def _at(title: str, used: OperatingPoint) -> At:
    return At(title, used.recall, used.false_positive_rate, used.precision)


def _amount(amount: Amount) -> str:
    return f"{numbers.number(amount.value, 3)} {numbers.interval(amount.low, amount.high, None)}".strip()


def _calibration(found: Calibration, prefix: str) -> Drawing:
    bins = tuple(
        Bin(b.low, b.high, b.predicted, b.observed.value, b.observed.low, b.observed.high, b.rows, b.share)
        for b in found.bins
    )
    worst = max(bins, key=lambda one: abs(one.observed - one.predicted))
    told = (
        f"Calibration in {len(bins)} groups of rows by score. Furthest apart: predicted {worst.predicted:.3g}, "
        f"came true {worst.observed:.3g} {numbers.interval(worst.low, worst.high, None)}."
    )
    return calibration_chart(bins, told, prefix)


def _error(source: Source, found: Calibration | None) -> str:
    if found is None or found.error is None:
        return ""
    return (
        f"Calibration error {_amount(found.error)} ({100 * source.result.about.confidence:g}% interval): how far "
        "probabilities are from what comes true, without what chance adds to it."
    )


def _caption(source: Source, curves: list[ScoreCurve]) -> str:
    if not curves:
        return ""
    confidence = f"{100 * source.result.about.confidence:g}%"
    return (
        "Each curve shows what a model would reach if rows were predicted positive from some score on; its dot is "
        "where its own predictions lie. ROC: recall against the share of negative rows "
        "called positive. Dotted: what chance reaches. AUC: how often a positive row scores above a negative one; "
        f"average precision: the mean of the precisions at the positive rows' scores; {confidence} intervals."
    )
