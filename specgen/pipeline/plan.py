"""From a spec to its plan: whatever there is of its data, and what that can show."""

from __future__ import annotations

import math
from collections.abc import Mapping

from specgen.inputs.columns import input_problems
from specgen.inputs.load import EVALUATED_TASKS
from specgen.inputs.planned import PlannedInputs, PlannedSplit, planned_inputs
from specgen.inputs.splits import open_splits
from specgen.inputs.tables import connect
from specgen.metrics.requests import request_problems
from specgen.metrics.uses import Use, find_metric, spec_uses
from specgen.pipeline.passes import split_cells
from specgen.planning.counts import UNITS, SplitView
from specgen.planning.document import Plan
from specgen.planning.plan import Data, make_plan
from specgen.spec.conditions import check_conditions
from specgen.spec.declared import all_gates, metric_key
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import SpecError, did_you_mean
from specgen.spec.spec import Spec


class AssumeError(Exception):
    """A truth to assume that no gate is about, or that cannot be; the message says what would be right."""


def plan(loaded: LoadedSpec, given: Mapping[str, float] | None = None, seed: int = 0) -> Plan:
    """What the data that is there can settle of a spec's gates.

    `given` has the truths to assume, by metric. Files of data, labels and predictions may be missing.
    Raises SpecError for what is there and wrong; AssumeError where `given` is not about a gate.
    """
    spec = loaded.spec
    if spec.task.type not in EVALUATED_TASKS:
        why = f"tasks of type {spec.task.type} are not evaluated by this version of specgen"
        return make_plan(Data(spec, {}, dict.fromkeys(spec.data, why)))
    check_given(spec, given or {})
    inputs = _inputs(loaded)
    rows = [part for split in inputs.splits.values() for part in (split.every, split.labelled) if part]
    labels = rows[0].labels if rows else ()
    has_labels = any(split.labelled for split in inputs.splits.values())
    wrong = request_problems(loaded, labels if labels and has_labels else None)
    if wrong:
        raise SpecError(wrong)
    uses = spec_uses(spec, labels) if rows else ()
    views = {name: _view(split, spec, uses) for name, split in inputs.splits.items()}
    return make_plan(Data(spec, views, inputs.absent, given or {}, seed), inputs.notes)


def check_given(spec: Spec, given: Mapping[str, float]) -> None:
    """AssumeError for a name that is no gate's metric, or a value that the metric cannot have."""
    known = {metric_key(spec, gate.metric, gate.label, gate.k) for _, gate in all_gates(spec) if gate.metric}
    known |= {gate.business for _, gate in all_gates(spec) if gate.business}
    for name, value in given.items():
        if name not in known:
            hint = did_you_mean(name, sorted(known)) or f"; there are {', '.join(sorted(known))}"
            raise AssumeError(f"no gate is about '{name}'{hint}")
        metric = find_metric(spec, name)
        low, high = (metric.low, metric.high) if metric else (None, None)
        if (
            not math.isfinite(value)
            or (low is not None and value < low)
            or (high is not None and value > high)
        ):
            percent = f"; a percentage is written {value / 100:g}" if high == 1.0 and 1 < value <= 100 else ""
            raise AssumeError(f"{value:g} is outside the range of '{name}'{percent}")


def _inputs(loaded: LoadedSpec) -> PlannedInputs:
    """The splits that can be read; what is wrong with the columns of those that can is wrong with the spec."""
    connection = connect()
    tables, missing = open_splits(connection, loaded)
    columns = {split: tuple(table.columns) for split, table in tables.items()}
    problems = check_conditions(loaded, columns) + input_problems(connection, loaded, tables, ())
    if problems:
        raise SpecError(problems)
    found = planned_inputs(connection, loaded, tables)
    absent = {str(problem.path[1]): problem.message for problem in missing}
    return PlannedInputs(found.splits, {**absent, **found.absent}, found.notes)


def _view(split: PlannedSplit, spec: Spec, uses: tuple[Use, ...]) -> SplitView:
    more = (UNITS,) if split.every.clustered or split.every.weighted else ()
    labelled = split_cells(split.labelled, spec, uses, more) if split.labelled is not None else None
    if labelled is not None and split.every is split.labelled:
        return SplitView(labelled, labelled)
    return SplitView(split_cells(split.every, spec, (), more), labelled)
