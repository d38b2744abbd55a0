"""The pass over one split: what has to be summed for the metrics that a spec asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specgen.engine.cells import WHOLE, SplitCells, Vector
from specgen.engine.collapse import collapse
from specgen.engine.label_cells import label_cells
from specgen.engine.rankings import add_rankings
from specgen.inputs.rows import Rows
from specgen.metrics.registry import SUMMED
from specgen.metrics.uses import Use, measurable, model_terms, vector
from specgen.pipeline.business import business_terms
from specgen.pipeline.scores import curve_terms
from specgen.spec.declared import all_gates, metric_key
from specgen.spec.milestones import Gate
from specgen.spec.spec import Spec


def split_cells(
    rows: Rows, spec: Spec, uses: Sequence[Use], more: Sequence[Vector] = (), classes: Sequence[Use] = ()
) -> SplitCells:
    """The pass over a split: all that is left of its rows for what is to be measured, and sums of `more` vectors."""
    together = [use for use in uses if not use.alone]
    vectors = [*split_vectors(rows, spec, together), *more]
    of_metrics = _terms(rows, together)
    terms = [*of_metrics, *business_terms(spec, rows), *curve_terms(spec.task.type, rows)]
    if rows.queries:
        add_rankings(rows, [*terms, *(term for one in vectors for term in one.terms)])
    named = _named(spec, together)
    cells = collapse(rows, spec.task.type, vectors, terms, named, sliced=bool(of_metrics))
    return replace(cells, of_label=_of_label(rows, spec, cells, uses, classes))


def _named(spec: Spec, uses: Sequence[Use]) -> frozenset[str]:
    """Slices that a gate names for a metric of samples: these are measured exactly, however many rows there are."""
    sampled = {use.key for use in uses if use.metric.state == "sample"}
    gates = [
        gate for _, gate in all_gates(spec)
        if gate.metric and metric_key(spec, gate.metric, gate.label, gate.k) in sampled
    ]  # fmt: skip
    named = {name for gate in gates for name in (gate.slice, gate.key_examples, *_listed(gate)) if name}
    whole = any(not (gate.slice or gate.slices or gate.key_examples or gate.by) for gate in gates)
    return frozenset(named | ({WHOLE} if whole else set()))


def _listed(gate: Gate) -> tuple[str, ...]:
    return gate.slices if isinstance(gate.slices, tuple) else ()


def _of_label(
    rows: Rows, spec: Spec, cells: SplitCells, uses: Sequence[Use], classes: Sequence[Use]
) -> dict[str, SplitCells]:
    """Cells of every label that is measured by itself; slices only of those that the spec names."""
    by_label: dict[str, list[Use]] = {}
    for use in (*uses, *classes):
        if use.alone and use.label is not None:
            by_label.setdefault(use.label, []).append(use)
    named = {use.label for use in uses}
    return {
        label: label_cells(
            cells, rows, label, split_vectors(rows, spec, own, "binary"), _terms(rows, own),
            whole_only=label not in named,
        )
        for label, own in by_label.items()
    }  # fmt: skip


def _terms(rows: Rows, uses: Sequence[Use]) -> list[str]:
    """Row values that metrics of samples want to know, of each model."""
    sampled = [use for use in uses if use.metric.state == "sample"]
    return [term for use in sampled for i, _ in _usable(rows, use) for term in model_terms(use, i)]


def _usable(rows: Rows, use: Use) -> list[tuple[int, str]]:
    """The models that have what a metric needs, with their numbers."""
    return [(i, name) for i, name in enumerate(rows.models) if measurable(use, name, rows)]


def split_vectors(rows: Rows, spec: Spec, uses: Sequence[Use], task: str | None = None) -> list[Vector]:
    """Row values to sum: each model by itself, and the candidate together with each other model."""
    vectors, task = [], task or spec.task.type
    partial = [rows.index(model) for model in rows.partial]
    for use in (use for use in uses if use.metric.state in SUMMED):
        usable = [i for i, _ in _usable(rows, use)]
        vectors += [vector(use, (i,), task, partial) for i in usable]
        if spec.candidate_name in rows.models:
            first = rows.index(spec.candidate_name)
            vectors += [
                vector(use, (first, i), task, partial) for i in usable if i != first and first in usable
            ]
    return vectors
