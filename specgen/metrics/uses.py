"""A metric as a spec asks for it: of one label, with its parameters; and business metrics alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from specgen.metrics.own import own_metric
from specgen.metrics.payoffs import definition_of, payoff_metric, per_row_metric
from specgen.metrics.registry import Function, Metric, metrics_of, title_of_key
from specgen.spec.business import BusinessMetric
from specgen.spec.declared import metric_key
from specgen.spec.metrics import MetricRequest
from specgen.spec.part import given
from specgen.spec.row_values import held_against, own_column
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    # The engine's cells are arrays: checking a spec starts without NumPy.
    from specgen.engine.cells import SplitCells, Vector
    from specgen.inputs.rows import Rows

POSITIVE = 1
OF_EACH_LABEL = ("{labels}", "{predictions}")
# Row values of the spec's own, as the rows table calls them: `b0_1`, `x2_0`.
ROW_VALUE = re.compile(r"\b([bondxuv]\d+)_\d+\b")


@dataclass(frozen=True)
class Use:
    """One number to measure. `focus` is the code of the label that it is about, if any.

    `columns` maps the metric's column keys (`lower`) to what the rows table calls the column (`x0`).
    `labels` counts the labels of the task. With `alone` it is measured on the rows of its label as a
    binary task of their own, in which label and prediction are 1 or 0.
    """

    key: str
    metric: Metric = field(compare=False)
    label: str | None = None
    focus: int | None = None
    unit: str | None = None
    business: bool = False
    parameters: Mapping[str, float] = field(default_factory=dict, compare=False)
    labels: int = field(default=0, compare=False)
    alone: bool = field(default=False, compare=False)
    columns: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def needs(self) -> frozenset[str]:
        """Row values of the spec's own that a model must have: `x0`, `b1`."""
        return frozenset(name for term in model_terms(self, 0) for name in ROW_VALUE.findall(term))

    @cached_property
    def written(self) -> dict[int, dict[str, str | tuple[str, ...]]]:
        """The SQL of its terms by model, written once: it is asked for on every slice."""
        return {}

    @property
    def function(self) -> Function:
        """The metric's function with its parameters filled in."""
        return partial(self.metric.function, **self.parameters) if self.parameters else self.metric.function

    @property
    def title(self) -> str:
        """The metric's name for people, with its parameters: `NDCG@10`."""
        return title_of_key(self.key)


def metric_use(
    spec: Spec, labels: Sequence[str], name: str, label: str | None = None, k: int | None = None
) -> Use:
    """The use of a registered metric as a spec names it: `ndcg`, or `ndcg@10`.

    In a binary task it is about the positive label by itself.
    """
    key = metric_key(spec, name, label, k)
    metric = find_metric(spec, key)
    if metric is None:
        raise KeyError(f"no metric is called {key!r}")
    declared = next((r for r in spec.metrics if (r.key, r.label) == (key, label)), None)
    parameters = {} if declared is not None and declared.own else metric_parameters(metric, key, declared)
    columns = {name: own_column(spec, getattr(declared, name)) for name in metric.columns}
    if metric.against:
        columns = dict(zip(("broken", "mended"), held_against(spec)[key.partition("@")[2]], strict=True))
    alone = label is not None and _alone(spec, metric)
    focus = POSITIVE if alone or spec.task.type == "binary" else None
    if label is not None and not alone:
        focus = labels.index(label)
    return Use(
        key, metric, label, focus, parameters=parameters, columns=columns, labels=len(labels), alone=alone
    )


def _alone(spec: Spec, metric: Metric) -> bool:
    """Whether a metric of one label needs the label's own rows: the outcome cells of a class task hold every label."""
    if spec.task.type == "multilabel":
        return True
    return spec.task.type == "multiclass" and metric.state not in ("proportion", "counts")


def find_metric(spec: Spec, key: str) -> Metric | None:
    """The metric behind a name or key: the spec's own of that name, else the registered one; None if none is."""
    name = key.partition("@")[0]
    own = next((k for k, request in enumerate(spec.metrics) if request.own and request.name == name), None)
    return metrics_of(spec.task.type).get(name) if own is None else own_metric(spec, own)


def measurable(use: Use, model: str, have: Rows | SplitCells) -> bool:
    """Whether a model has the scores and row values that a metric needs."""
    if use.metric.needs_score and model not in have.scored:
        return False
    return not have.absent or all((model, name) not in have.absent for name in use.needs)


def metric_parameters(metric: Metric, key: str, declared: MetricRequest | None) -> dict[str, float]:
    """Values of a metric's parameters: those declared, those written behind `@`, or its defaults."""
    found = {name: value for name, value in metric.parameters.items() if value is not None}
    if metric.against:
        return found
    if declared is not None:
        found |= {name: getattr(declared, name) for name in given(declared, *metric.parameters)}
    values = [value for value in key.partition("@")[2].split(",") if value]
    written = [] if declared is not None and given(declared, *metric.parameters) else values
    return found | {name: float(value) for name, value in zip(metric.parameters, written, strict=False)}


def spec_uses(spec: Spec, labels: Sequence[str]) -> tuple[Use, ...]:
    """Everything that a spec wants measured: its metrics, those of its gates, and its business metrics."""
    gates = [gate for milestone in spec.milestones for gate in milestone.gates if gate.metric]
    asked = [(request.key, request.label) for request in spec.metrics]
    asked += [(metric_key(spec, gate.metric or "", gate.label, gate.k), gate.label) for gate in gates]
    uses = [metric_use(spec, labels, key, label) for key, label in dict.fromkeys(asked)]
    return (*uses, *(business_use(business, k, labels) for k, business in enumerate(spec.business)))


def class_uses(spec: Spec, labels: Sequence[str]) -> tuple[Use, ...]:
    """Precision, recall and F1 of every label of a multiclass or multilabel task."""
    if spec.task.type not in ("multiclass", "multilabel"):
        return ()
    return tuple(
        metric_use(spec, labels, name, label) for label in labels for name in ("precision", "recall", "f1")
    )


def business_use(business: BusinessMetric, k: int, labels: Sequence[str]) -> Use:
    """A business metric as a metric: mean (or sum) over the rows of a payoff or of the spec's own expression."""
    metric = payoff_metric(business, labels) if business.payoff else per_row_metric(business, k)
    focus = None if business.matrix else POSITIVE
    return Use(business.name, metric, focus=focus, unit=business.unit, labels=len(labels), business=True)


def definition(use: Use, spec: Spec) -> str:
    """One sentence that says what the number is."""
    if not use.business:
        return use.metric.definition
    return definition_of(next(b for b in spec.business if b.name == use.key))


def vector(use: Use, models: Sequence[int], task: str, partial: Collection[int]) -> Vector:
    """The row values to sum for one model, or for several together, each term once.

    Models numbered in `partial` lack predictions on some rows, which then do not count. Few rows tell two
    models apart, so that of a difference the fourth degree has to be known.
    """
    from specgen.engine.cells import Vector

    terms = [term for model in models for term in model_terms(use, model)]
    base = "e{i}" if task == "transcription" else "p{i}"
    column = "t{i}" if use.metric.needs_score else base
    valid = [f"{column.format(i=i)} IS NOT NULL" for i in models if i in partial]
    named = [match.group() for term in terms for match in ROW_VALUE.finditer(term)]
    valid += [f"{name} IS NOT NULL" for name in dict.fromkeys(named)]
    valid += [use.metric.where] if use.metric.where != "true" else []
    degree = 3 if len(models) == 1 else 4
    return Vector(tuple(dict.fromkeys(terms)), " AND ".join(valid) or "true", degree)


def sample_terms(use: Use, i: int) -> dict[str, str | tuple[str, ...]]:
    """Name → SQL of what a metric of samples wants to know of model i's rows; one SQL a label for some."""
    if i not in use.written:
        use.written[i] = {name: _sql(use, term, i) for name, term in use.metric.terms.items()}
    return use.written[i]


def model_terms(use: Use, i: int) -> list[str]:
    """SQL of the metric's terms for model i over the rows table, those of each label one after the other."""
    found = sample_terms(use, i).values()
    return [sql for one in found for sql in ((one,) if isinstance(one, str) else one)]


def _sql(use: Use, term: str, i: int) -> str | tuple[str, ...]:
    columns = {
        "i": str(i), "label": "label", "prediction": f"p{i}", "score": f"s{i}", "true_score": f"t{i}",
        "centred_label": "centred_label", "word_errors": f"e{i}", "words": "words",
        "char_errors": f"c{i}", "chars": "chars", "rank": f"k{i}", "hits": f"h{i}",
        "label_count": str(use.labels),
    }  # fmt: skip
    columns |= {key: f"{name}_{i}" for key, name in use.columns.items()}
    if not any(each in term for each in OF_EACH_LABEL):
        return term.format(**columns, **use.parameters)
    each = [{"labels": f"y{j}", "predictions": f"p{i}_{j}"} for j in range(use.labels)]
    return tuple(term.format(**columns, **one, **use.parameters) for one in each)
