"""What the models' scores can do: ROC and precision-recall curves, and whether probabilities come true."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from specgen.diagnosis.choices import Calibration, CalibrationBin, OperatingPoint, ScoreCurve
from specgen.diagnosis.thresholds import score_terms
from specgen.diagnosis.worth import amount
from specgen.engine.binned import BinnedSamples
from specgen.engine.cells import WHOLE, FloatArray, SplitCells
from specgen.engine.samples import Sample
from specgen.engine.thresholded import predicted
from specgen.metrics.families.calibration import score_bins
from specgen.metrics.registry import metrics_of
from specgen.metrics.score_curve import rates
from specgen.metrics.uses import POSITIVE, Use, metric_use
from specgen.spec.spec import Spec
from specgen.stats.measure import measure

DIGITS = 5


def score_curves(spec: Spec, cells: SplitCells, seed: int) -> Iterator[ScoreCurve]:
    """A curve for every model with scores that differ; of labels those whose scores a metric asks for."""
    for label, own in _subjects(cells):
        for model in own.models:
            sample = _sample(own, model)
            found = None if sample is None else rates(sample)
            if sample is None or found is None:
                continue
            area, precision = (
                amount(
                    measure(metric_use(spec, cells.labels, name, label), cells, WHOLE, model, seed),
                    spec.confidence,
                )
                for name in ("auc", "average_precision")
            )
            weight = sample.weight
            yield ScoreCurve(
                split=cells.split, model=model, label=label,
                base_rate=float(weight[sample["label"] == 1].sum() / weight.sum()),
                auc=area, average_precision=precision, thresholds=_rounded(found.threshold),
                recall=_rounded(found.recall), false_positive_rate=_rounded(found.false_positive_rate),
                precision=_rounded(found.precision), in_use=_in_use(cells, own, model, label),
            )  # fmt: skip


def calibrations(spec: Spec, cells: SplitCells, seed: int) -> Iterator[Calibration]:
    """The candidate's calibration, of the whole task or of labels; nothing where its scores are one number."""
    candidate = spec.candidate_name
    for label, own in _subjects(cells):
        sample = _sample(own, candidate)
        if sample is None or sample["score"].min() == sample["score"].max():
            continue
        use = metric_use(spec, cells.labels, "calibration_error", label)
        error = amount(measure(use, cells, WHOLE, candidate, seed), spec.confidence)
        bins = tuple(_bins(spec, own, sample, seed))
        yield Calibration(split=cells.split, model=candidate, label=label, error=error, bins=bins)


def _subjects(cells: SplitCells) -> Iterator[tuple[str | None, SplitCells]]:
    """The split as a binary task, or each of its labels that is measured by itself."""
    yield from [(None, cells)] if cells.task == "binary" else cells.of_label.items()


def _sample(cells: SplitCells, model: str) -> Sample | None:
    """Label and score of a model's rows; None where they were not asked for."""
    if model not in cells.scored or model not in cells.models or cells.samples is None:
        return None
    terms = score_terms(cells.models.index(model))
    if (
        not isinstance(cells.samples, BinnedSamples)
        and not set(terms.values()) <= cells.samples.columns.keys()
    ):
        return None
    return cells.samples.of(WHOLE, terms)


def _in_use(cells: SplitCells, own: SplitCells, model: str, label: str | None) -> OperatingPoint | None:
    """The rates of a model's predictions, from the counts of the split or of the label by itself."""
    outcomes = own.outcomes.get(WHOLE) or cells.outcomes.get(WHOLE)
    if outcomes is None or model not in outcomes.predictions:
        return None
    code = POSITIVE if own.outcomes or label is None else cells.labels.index(label)
    predictions = outcomes.predictions[model]
    actual, yes, known = outcomes.label == code, predictions == code, predictions >= 0
    hits, false, positives, negatives = (
        float(outcomes.weight[chosen & known].sum())
        for chosen in (actual & yes, ~actual & yes, actual, ~actual)
    )
    if not positives or not negatives:
        return None
    precision = hits / (hits + false) if hits + false else None
    return OperatingPoint(recall=hits / positives, false_positive_rate=false / negatives, precision=precision)


def _bins(spec: Spec, cells: SplitCells, sample: Sample, seed: int) -> Iterator[CalibrationBin]:
    """Each bin's share of positives is the precision of a model that says yes to its rows alone."""
    number, count = score_bins(sample)
    chosen = {str(k): number == k for k in range(count)}
    made = predicted(cells, sample, chosen)
    use = Use("precision", metrics_of("binary")["precision"], focus=POSITIVE, labels=2)
    for name, inside in chosen.items():
        observed = amount(measure(use, made, WHOLE, name, seed), spec.confidence)
        weight, score = sample.weight[inside], sample["score"][inside]
        if observed is not None:
            yield CalibrationBin(
                low=float(score.min()), high=float(score.max()),
                predicted=float(np.average(score, weights=weight)), observed=observed,
                rows=int(inside.sum() if sample.copies is None else sample.copies[inside].sum()),
                share=float(weight.sum() / sample.weight.sum()),
            )  # fmt: skip


def _rounded(values: FloatArray) -> tuple[float, ...]:
    return tuple(np.round(values, DIGITS).tolist())
