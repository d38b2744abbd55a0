"""Whether the metrics that a spec asks for can be had: their label, their scores, their range."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from specgen.metrics.registry import Metric, metrics_of
from specgen.metrics.uses import metric_parameters
from specgen.spec.declared import all_gates, metric_key
from specgen.spec.metrics import PARAMETERS
from specgen.spec.part import Key, given
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from specgen.spec.load import LoadedSpec

OWN = ("column", "sql", "numerator", "denominator", "aggregate", "better")
Found = Iterator[tuple[Key, str]]


def request_problems(loaded: LoadedSpec, labels: Collection[str] | None) -> list[Problem]:
    """What is wrong with the metrics of a spec, its gates and its baselines.

    `labels` are those of the data, None before it has been read.
    """
    known = metrics_of(loaded.spec.task.type)
    problems: list[tuple[Key, str]] = []
    for path, key, label in _asked(loaded.spec):
        name = key.partition("@")[0]
        if name in known:
            metric = known[name]
            problems += _parameters(loaded.spec, metric, path, key, label)
            problems += _label(loaded.spec, metric, path, label, labels)
            problems += _score(loaded.spec, metric, path)
            problems += _top(loaded.spec, metric, path, key, labels)
    problems += _bounds(loaded.spec)
    problems += _published(loaded.spec)
    return [loaded.problem(path, message) for path, message in dict.fromkeys(problems)]


def _asked(spec: Spec) -> Iterator[tuple[Key, str, str | None]]:
    for i, request in enumerate(spec.metrics):
        yield ("metrics", i), request.key, request.label
    for path, gate in all_gates(spec):
        if gate.metric:
            yield path, metric_key(spec, gate.metric, gate.label, gate.k), gate.label


def _label(spec: Spec, metric: Metric, path: Key, label: str | None, labels: Collection[str] | None) -> Found:
    task = spec.task.type
    if label is None and task in metric.label_tasks and task not in metric.tasks:
        averages = [
            n for n, one in metrics_of(task).items() if n.endswith(f"_{metric.name}") and task in one.tasks
        ]
        rather = f", or take {' or '.join(averages)}" if averages else ""
        yield path, f"'{metric.name}' is about one label in a {task} task; add label: ...{rather}"
    if label is not None and not metric.label_tasks:
        yield (*path, "label"), f"'{metric.name}' is about all labels; remove 'label'"
    elif label is not None and task == "binary" and task in metric.tasks:
        if metric.state not in ("proportion", "counts"):
            yield (*path, "label"), f"'{metric.name}' is about the positive label; remove 'label'"
        elif not metric.about_one_label:
            yield (*path, "label"), f"'{metric.name}' is about all labels; remove 'label'"
    if label is not None and labels is not None and label not in labels:
        yield (*path, "label"), f"no label '{label}' in the data{did_you_mean(label, labels)}"


def _score(spec: Spec, metric: Metric, path: Key) -> Found:
    columns = spec.models[spec.candidate_name].columns
    if metric.needs_score and spec.task.score is None and (columns is None or columns.score is None):
        yield path, f"'{metric.name}' needs probabilities; name their column in task.score"


def _parameters(spec: Spec, metric: Metric, path: Key, key: str, label: str | None) -> Found:
    """Parameters that the metric does not take, lacks, or that are no numbers."""
    declared = next((r for r in spec.metrics if (r.key, r.label) == (key, label)), None)
    if path[0] == "metrics" and declared is not None:
        for name in given(declared, *PARAMETERS, *OWN):
            if name not in metric.parameters:
                takes = f"; it takes {', '.join(metric.parameters)}" if metric.parameters else ""
                yield (*path, name), f"'{metric.name}' takes no '{name}'{takes}"
    try:
        found = metric_parameters(metric, key, declared)
    except ValueError:
        yield path, f"'{key}': a number stands behind '@', as in {metric.name}@10"
        return
    written = [value for value in key.partition("@")[2].split(",") if value]
    if len(written) > len(metric.parameters) and declared is None:
        yield path, f"'{metric.name}' takes no parameter '@{','.join(written)}'"
    if not math.isinf(found.get("k", math.inf)) and (found["k"] < 1 or found["k"] % 1):
        yield path, f"'{key}': k counts results, so it is a whole number of 1 or more"
    for name in metric.parameters:
        if name not in found:
            yield (
                path,
                f"'{metric.name}' needs '{name}'; write {{name: {metric.name}, {name}: ...}} in metrics",
            )


def _top(spec: Spec, metric: Metric, path: Key, key: str, labels: Collection[str] | None) -> Found:
    """A top k that holds every label, so that every row is right."""
    if labels is None or spec.task.type != "multiclass" or "k" not in metric.parameters:
        return
    declared = next((r for r in spec.metrics if r.key == key), None)
    k = metric_parameters(metric, key, declared).get("k", 0)
    if k >= len(labels):
        yield path, f"'{key}': there are {len(labels)} labels, so every row counts as right; take a smaller k"


def _bounds(spec: Spec) -> Found:
    for path, gate in all_gates(spec):
        metric = metrics_of(spec.task.type).get((gate.metric or "").partition("@")[0])
        if metric is not None:
            for key in ("at_least", "at_most"):
                bound = getattr(gate, key)
                if isinstance(bound, float):
                    yield from _outside(metric, bound, (*path, key))


def _published(spec: Spec) -> Found:
    for name, baseline in spec.baselines.items():
        for i, value in enumerate(baseline.values):
            metric = metrics_of(spec.task.type).get(value.metric.partition("@")[0])
            if metric is not None:
                yield from _outside(metric, value.value, ("baselines", name, "values", i, "value"))


def _outside(metric: Metric, value: float, path: Key) -> Found:
    low, high = metric.low, metric.high
    if (low is not None and value < low) or (high is not None and value > high):
        span = f"{'−∞' if low is None else f'{low:g}'} to {'∞' if high is None else f'{high:g}'}"
        percent = f"; a percentage is written {value / 100:g}" if high == 1.0 and 1 < value <= 100 else ""
        yield path, f"{value:g} is outside the range of '{metric.name}', {span}{percent}"
