"""What a row loses, by the metrics that a spec declares: where it is much, error analysis looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specgen.diagnosis.search.kernels import BoolArray
from specgen.engine.cells import FloatArray
from specgen.inputs.rows import Rows
from specgen.metrics.outcomes import Outcomes, Share
from specgen.metrics.registry import SUMMED
from specgen.metrics.uses import Use, business_use, measurable, metric_use, sample_terms
from specgen.spec.spec import Spec

# Metrics that no row has a share of are searched by one that rows have: AUC by log loss, F1 by accuracy.
INSTEAD = {
    "binary": "accuracy", "multiclass": "accuracy", "multilabel": "hamming_loss", "regression": "mae",
    "transcription": "wer",
}  # fmt: skip
# Of the spec's metrics, where it names none to search by: each is a search and some more tests.
MOST_METRICS = 3
SCORED = ("binary", "multiclass")


@dataclass(frozen=True, eq=False)
class RowLoss:
    """A metric row by row: `loss` (n,) ≥ 0 of a row of `weight` (n,), and the metric's value as `ratio` makes it.

    Rows that the metric does not count have weight 0. The metric's mean over a slice is `best` minus (or plus,
    where lower is better) Σ loss ÷ Σ weight.
    """

    use: Use
    loss: FloatArray
    weight: FloatArray
    best: float
    sign: float
    wrong: bool

    def value(self, mean_loss: float) -> float:
        """The metric where the mean loss is such."""
        return self.best + self.sign * mean_loss


def searched_uses(spec: Spec, rows: Rows) -> tuple[Use, ...]:
    """The metrics to search by: those that `error_analysis` names, else the spec's first three; each once."""
    asked = spec.error_analysis.metrics if spec.error_analysis else ()
    named = asked or tuple(dict.fromkeys(request.key for request in spec.metrics))
    found: dict[tuple[str, str | None], Use] = {}
    for name in named:
        for use in _uses(spec, rows, name):
            if (_row_by_row(use) or use.business) and measurable(use, spec.candidate_name, rows):
                found.setdefault((use.key, use.label), use)
    return tuple(found.values())[: None if asked else MOST_METRICS]


def _uses(spec: Spec, rows: Rows, name: str) -> list[Use]:
    """The uses of a metric or business metric, or what stands for it."""
    for k, business in enumerate(spec.business):
        if business.name == name:
            return [business_use(business, k, rows.labels)]
    requests = [one for one in spec.metrics if name in (one.key, one.name)]
    asked = [(one.key, one.label) for one in requests] or [(name, None)]
    return [
        use if _row_by_row(use) else _instead(spec, rows, use)
        for use in (metric_use(spec, rows.labels, key, label) for key, label in asked)
    ]  # fmt: skip


def _row_by_row(use: Use) -> bool:
    if use.alone or use.metric.whole_queries:
        return False
    if use.metric.state in SUMMED:
        return use.metric.mean_over_rows and use.metric.better != "neither"
    return use.metric.state == "proportion" and use.metric.name != "selection_rate"


def _instead(spec: Spec, rows: Rows, use: Use) -> Use:
    scored = use.metric.needs_score and spec.task.type in SCORED and spec.candidate_name in rows.scored
    name = "log_loss" if scored else INSTEAD.get(spec.task.type)
    return metric_use(spec, rows.labels, name) if name else use


def loss_terms(use: Use, i: int) -> tuple[str, ...]:
    """SQL of what has to be known of each row of model i."""
    if use.metric.state in SUMMED:
        return tuple(str(sql) for sql in sample_terms(use, i).values())
    return ("label", f"p{i}")


def row_loss(use: Use, values: Sequence[FloatArray], weight: FloatArray) -> RowLoss:
    """What each row loses, from the values (n,) of `loss_terms` and the rows' own weights (n,)."""
    known = np.isfinite(np.array(values)).all(axis=0) & (weight > 0)
    metric, amount = np.zeros(len(weight)), np.where(known, weight, 0.0)
    wrong = False
    if use.metric.state in SUMMED:
        value, size = (np.where(known, one, 0.0) for one in values)
        amount = amount * size
        known &= amount > 0
        metric[known] = use.function(value[known], size[known])
    else:
        label, prediction = (np.where(known, one, -1).astype(np.int64) for one in values)
        seen = Outcomes(label, prediction, use.labels, use.focus)
        found = use.function(seen) if use.metric.state == "proportion" else _worth(use, seen, known)
        if isinstance(found, Share):
            known &= found.trial
            metric, wrong = found.success.astype(float), True
        else:
            metric = found
            known &= np.isfinite(metric)
    amount = np.where(known, amount, 0.0)
    wrong = wrong or (use.metric.state == "share")
    return _turned(use, metric, amount, known, wrong)


def _worth(use: Use, seen: Outcomes, known: BoolArray) -> FloatArray:
    """A payoff of each row: that of its pair of label and prediction."""
    pairs = [(a, p) for a in range(use.labels) for p in range(use.labels)]
    label, prediction = np.array(pairs).T
    cells = Outcomes(label, prediction, use.labels, use.focus)
    with np.errstate(invalid="ignore"):
        worth = use.function(cells, np.eye(len(pairs)))
    return np.where(known, worth[np.where(known, seen.label * use.labels + seen.prediction, 0)], np.nan)


def _turned(use: Use, metric: FloatArray, amount: FloatArray, known: BoolArray, wrong: bool) -> RowLoss:
    """From a metric row by row to a loss that is 0 at its best."""
    higher = use.metric.better == "higher"
    end = use.metric.high if higher else use.metric.low
    seen = metric[known]
    extreme = float(seen.max() if higher else seen.min()) if len(seen) else 0.0
    best = extreme if end is None or use.business else float(end)
    sign = -1.0 if higher else 1.0
    loss = np.where(known, np.maximum(sign * (metric - best), 0.0), 0.0) * amount
    return RowLoss(use, loss, amount, best, sign, wrong)
