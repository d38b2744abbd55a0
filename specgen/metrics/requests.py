"""Whether the metrics that a spec asks for can be had: their label, their scores, their range."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from specgen.metrics.registry import Metric, metrics_of
from specgen.metrics.uses import find_metric, metric_parameters
from specgen.spec.conditions import columns_of
from specgen.spec.declared import all_gates, compared_metrics, metric_key
from specgen.spec.metrics import COLUMNS, OWN, PARAMETERS, parameter_fault
from specgen.spec.part import Key, given
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.row_values import row_values
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from specgen.spec.load import LoadedSpec

ONLY_OWN = (*OWN, "aggregate", "better")
Found = Iterator[tuple[Key, str]]


def request_problems(loaded: LoadedSpec, labels: Collection[str] | None) -> list[Problem]:
    """What is wrong with the metrics of a spec, its gates and its baselines.

    `labels` are those of the data, None before it has been read.
    """
    known = metrics_of(loaded.spec.task.type)
    problems: list[tuple[Key, str]] = []
    own = {request.name for request in loaded.spec.metrics if request.own}
    for path, key, label in _asked(loaded.spec):
        name = key.partition("@")[0]
        if name in own:
            problems += _of_own(path, name, key, label)
        elif name in known:
            problems += _against(loaded.spec, known[name], path, key)
            problems += _parameters(loaded.spec, known[name], path, key, label)
            problems += _label(loaded.spec, known[name], path, label, labels)
            problems += _score(loaded.spec, known[name], path)
            problems += _top(loaded.spec, known[name], path, key, labels)
            problems += _package(known[name], path)
    problems += _twice(loaded.spec)
    problems += _others(loaded.spec)
    problems += _bounds(loaded.spec)
    problems += _published(loaded.spec)
    return [loaded.problem(path, message) for path, message in dict.fromkeys(problems)]


def _asked(spec: Spec) -> Iterator[tuple[Key, str, str | None]]:
    for i, request in enumerate(spec.metrics):
        yield ("metrics", i), request.key, request.label
    for path, gate in all_gates(spec):
        if gate.metric:
            yield path, metric_key(spec, gate.metric, gate.label, gate.k), gate.label
    yield from compared_metrics(spec)


def _of_own(path: Key, name: str, key: str, label: str | None) -> Found:
    """What a gate says of a metric of the spec's own beyond its name."""
    if label is not None:
        yield (*path, "label"), f"'{name}' is a metric of your own, about all rows; remove 'label'"
    if key != name:
        yield path, f"'{name}' is a metric of your own and takes no parameter"


def _twice(spec: Spec) -> Found:
    """Metrics of the spec's own that are called as another metric is."""
    known = metrics_of(spec.task.type)
    for i, request in enumerate(spec.metrics):
        if not request.own:
            continue
        before = next((j for j, other in enumerate(spec.metrics) if other.name == request.name), i)
        after = any(other.name == request.name and not other.own for other in spec.metrics[i:])
        there = known.get(request.name)
        if before < i:
            yield (
                ("metrics", i, "name"),
                f"'{request.name}' is the name of metrics[{before}] already; choose another",
            )
        elif after or (there is not None and spec.task.type in there.tasks + there.label_tasks):
            yield (
                ("metrics", i, "name"),
                f"'{request.name}' is a metric of specgen already; choose another name",
            )


def _others(spec: Spec) -> Found:
    """Columns that a model says it has under another name, and that nothing of the spec asks for."""
    named = {name for value in row_values(spec) for name in columns_of(value.sql)}
    named |= {getattr(request, key) for request in spec.metrics for key in given(request, "column", *COLUMNS)}
    known = {name.lower() for name in named}
    for model, one in spec.models.items():
        for name in (one.columns.others if one.columns else None) or {}:
            if name.lower() not in known:
                hint = did_you_mean(name, sorted(named))
                yield ("models", model, "columns", "others", name), f"no metric names a column '{name}'{hint}"


def _package(metric: Metric, path: Key) -> Found:
    """A library that the metric needs and that is not installed."""
    if metric.package is not None and find_spec(metric.package[0]) is None:
        library, extra = metric.package
        yield path, f"'{metric.name}' needs {library}; pip install 'specgen[{extra}]'"


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
    model = spec.models.get(spec.candidate_name)
    columns = model.columns if model else None
    if metric.needs_score and spec.task.score is None and (columns is None or columns.score is None):
        yield path, f"'{metric.name}' needs probabilities; name their column in task.score"


def _baseline_of(spec: Spec, path: Key) -> str | None:
    """The `baseline` that stands beside the metric at a path."""
    if path[0] == "metrics":
        return spec.metrics[int(path[1])].baseline
    return spec.milestones[int(path[1])].gates[int(path[3])].baseline if path[0] == "milestones" else None


def _against(spec: Spec, metric: Metric, path: Key, key: str) -> Found:
    """A baseline where the metric takes none, or none, or an unknown one, where it needs one."""
    named, known = key.partition("@")[2], ", ".join(spec.baselines) or "none"
    written = _baseline_of(spec, path)
    if written is not None and not metric.against:
        yield (
            (*path, "baseline"),
            (
                f"'{metric.name}' takes no 'baseline'; to compare it with one, write at_least: {{baseline: {written}}}"
            ),
        )
    if not metric.against:
        return
    if path == ("metrics", 0):
        yield path, f"'{metric.name}' compares two models, so it says little alone; put another metric first"
    if path[0] == "fairness":
        yield path, f"'{metric.name}' is compared between groups by a gate with 'by'; 'fairness' takes none"
    if not named:
        yield path, f"'{metric.name}' needs a baseline to hold each row against; add baseline: ... ({known})"
    elif named not in spec.baselines and written is None:
        yield (
            path,
            f"no baseline '{named}'{did_you_mean(named, list(spec.baselines)) or f'; there are: {known}'}",
        )


def _parameters(spec: Spec, metric: Metric, path: Key, key: str, label: str | None) -> Found:
    """Parameters that the metric does not take, lacks, or that are no numbers."""
    declared = next((r for r in spec.metrics if (r.key, r.label) == (key, label)), None)
    if metric.against or _baseline_of(spec, path):
        return
    if path[0] == "metrics" and declared is not None:
        takes = (*metric.parameters, *metric.columns)
        for name in given(declared, *PARAMETERS, *COLUMNS, *ONLY_OWN):
            if name not in takes:
                known = f"; it takes {', '.join(takes)}" if takes else ""
                yield (*path, name), f"'{metric.name}' takes no '{name}'{known}"
    try:
        found = metric_parameters(metric, key, declared)
    except ValueError:
        yield path, f"'{key}': a number stands behind '@', as in {metric.name}@10"
        return
    for name, value in found.items():
        wrong = parameter_fault(name, value)
        if wrong:
            yield path, f"'{key}', {name}: {wrong}"
    written = [value for value in key.partition("@")[2].split(",") if value]
    if len(written) > len(metric.parameters) and (declared is None or "@" in declared.name):
        yield path, f"'{metric.name}' takes no parameter '@{','.join(written)}'"
    if not math.isinf(found.get("k", math.inf)) and (found["k"] < 1 or found["k"] % 1):
        yield path, f"'{key}': k counts results, so it is a whole number of 1 or more"
    lacking = [name for name in metric.parameters if name not in found]
    lacking += [name for name in metric.columns if declared is None or not given(declared, name)]
    if lacking:
        needs = " and ".join(f"'{name}'" for name in lacking)
        keys = ", ".join(f"{name}: ..." for name in lacking)
        yield path, f"'{metric.name}' needs {needs}; write {{name: {metric.name}, {keys}}} in metrics"


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
        metric = find_metric(spec, gate.metric) if gate.metric else None
        if metric is not None:
            for key in ("at_least", "at_most"):
                bound = getattr(gate, key)
                if isinstance(bound, float):
                    yield from _outside(metric, bound, (*path, key))


def _published(spec: Spec) -> Found:
    for name, baseline in spec.baselines.items():
        for i, value in enumerate(baseline.values):
            metric = find_metric(spec, value.metric)
            if metric is not None:
                yield from _outside(metric, value.value, ("baselines", name, "values", i, "value"))


def _outside(metric: Metric, value: float, path: Key) -> Found:
    low, high = metric.low, metric.high
    if (low is not None and value < low) or (high is not None and value > high):
        span = f"{'−∞' if low is None else f'{low:g}'} to {'∞' if high is None else f'{high:g}'}"
        percent = f"; a percentage is written {value / 100:g}" if high == 1.0 and 1 < value <= 100 else ""
        yield path, f"{value:g} is outside the range of '{metric.name}', {span}{percent}"
