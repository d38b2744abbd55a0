"""A metric as a spec asks for it: of one label, with its parameters; and business metrics alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specgen.engine.cells import Vector
from specgen.metrics.outcomes import confusion, ratio
from specgen.metrics.registry import Metric, all_metrics
from specgen.spec.business import BusinessMetric
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray, Outcomes

POSITIVE = 1
PER_ROW = re.compile(r"b\d+_\d+")


@dataclass(frozen=True)
class Use:
    """One number to measure. `focus` is the code of the label that it is about, if any."""

    key: str
    metric: Metric = field(compare=False)
    label: str | None = None
    focus: int | None = None
    unit: str | None = None
    business: bool = False


def metric_use(key: str, label: str | None, task: str, labels: Sequence[str]) -> Use:
    """The use of a registered metric; in a binary task it is about the positive label by itself."""
    metric = all_metrics()[key]
    if label is not None:
        return Use(key, metric, label, labels.index(label))
    return Use(key, metric, None, POSITIVE if task == "binary" else None)


def spec_uses(spec: Spec, labels: Sequence[str]) -> tuple[Use, ...]:
    """Everything that a spec wants measured: its metrics, those of its gates, and its business metrics."""
    gates = [gate for milestone in spec.milestones for gate in milestone.gates if gate.metric]
    asked = [(request.name, request.label) for request in spec.metrics]
    asked += [(gate.metric or "", gate.label) for gate in gates]
    known = [(name, label) for name, label in dict.fromkeys(asked) if name in all_metrics()]
    uses = [metric_use(name, label, spec.task.type, labels) for name, label in known]
    return (*uses, *(business_use(business, k) for k, business in enumerate(spec.business)))


def class_uses(task: str, labels: Sequence[str]) -> tuple[Use, ...]:
    """Precision, recall and F1 of every label of a multiclass task."""
    if task != "multiclass":
        return ()
    return tuple(
        metric_use(name, label, task, labels) for label in labels for name in ("precision", "recall", "f1")
    )


def business_use(business: BusinessMetric, k: int) -> Use:
    """A business metric as a metric: mean (or sum) over the rows of a payoff or of the spec's own expression."""
    metric = _payoff(business) if business.payoff else _per_row(business, k)
    return Use(business.name, metric, focus=POSITIVE, unit=business.unit, business=True)


def _payoff(business: BusinessMetric) -> Metric:
    """A payoff matrix over the outcome cells; what a row can be worth bounds the mean."""
    payoff = business.payoff or {}
    worths = [business.per * worth for worth in payoff.values()]
    total = business.aggregate == "sum"

    def worth(outcomes: Outcomes, counts: FloatArray) -> FloatArray:
        cells = confusion(outcomes, counts)
        value = sum(payoff[name] * getattr(cells, name) for name in payoff)
        return value if total else business.per * ratio(value, counts.sum(-1))

    return Metric(
        name=business.name, state="counts", function=worth, tasks=(), better=business.better,
        low=None if total else min(worths), high=None if total else max(worths),
    )  # fmt: skip


def _per_row(business: BusinessMetric, k: int) -> Metric:
    """The sum of a row value, or its mean."""

    def mean(value: FloatArray, rows: FloatArray) -> FloatArray:
        return business.per * ratio(value, rows)

    def total(value: FloatArray, rows: FloatArray) -> FloatArray:  # noqa: ARG001 - one signature for both
        return value

    return Metric(
        name=business.name, state="moments", function=total if business.aggregate == "sum" else mean,
        tasks=(), better=business.better, low=None, high=None, terms={"value": f"b{k}_{{i}}", "rows": "1"},
    )  # fmt: skip


def definition(use: Use, spec: Spec) -> str:
    """One sentence that says what the number is."""
    if not use.business:
        return use.metric.definition
    business = next(b for b in spec.business if b.name == use.key)
    per = f" per {business.per:g} rows" if business.per != 1 else " per row"
    return f"{_worth(business)}, {'summed over all rows' if business.aggregate == 'sum' else f'mean{per}'}."


def _worth(business: BusinessMetric) -> str:
    """What one row is worth, in words."""
    if not business.payoff:
        return f"Worth of a row: {business.per_row}"
    names = {"tp": "true positive", "fp": "false positive", "fn": "false negative", "tn": "true negative"}
    return "Worth of a " + ", ".join(f"{names[cell]} {value:g}" for cell, value in business.payoff.items())


def vector(use: Use, models: Sequence[int], task: str, partial: Collection[int]) -> Vector:
    """The row values to sum for one model, or for several together, each term once.

    Models numbered in `partial` lack predictions on some rows, which then do not count.
    """
    terms = [term for model in models for term in model_terms(use, model)]
    base = "e{i}" if task == "transcription" else "p{i}"
    column = "t{i}" if use.metric.needs_score else base
    valid = [f"{column.format(i=i)} IS NOT NULL" for i in models if i in partial]
    valid += [f"{term} IS NOT NULL" for term in dict.fromkeys(terms) if PER_ROW.fullmatch(term)]
    return Vector(tuple(dict.fromkeys(terms)), " AND ".join(valid) or "true")


def model_terms(use: Use, i: int) -> list[str]:
    """SQL of the metric's terms for model i over the rows table."""
    columns = {
        "i": str(i), "label": "label", "prediction": f"p{i}", "score": f"s{i}", "true_score": f"t{i}",
        "centred_label": "centred_label", "word_errors": f"e{i}", "words": "words",
        "char_errors": f"c{i}", "chars": "chars",
    }  # fmt: skip
    return [term.format(**columns) for term in use.metric.terms.values()]
