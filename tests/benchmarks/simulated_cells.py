"""From simulated rows to the cells that the pass over real rows would have left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from simulated_rows import FloatArray, IntArray, Rows, World

from specgen.engine.cells import MomentSums, OutcomeCells, SplitCells, UnitCells, Vector
from specgen.engine.samples import Sample
from specgen.metrics.outcomes import Outcomes
from specgen.metrics.uses import Use, model_terms, vector

MODELS = ("model", "other")
SLICE = "all"


def replicates(use: Use, world: World, rows: Rows, paired: bool) -> Iterator[SplitCells]:
    """The cells of each replicate, with what one metric needs."""
    models = MODELS if paired else MODELS[:1]
    state = use.metric.state
    if state in ("proportion", "counts"):
        for cells in outcome_cells(rows, models, world.labels):
            yield split(world, rows, models, outcomes={SLICE: cells})
    elif state == "moments":
        yield from _with_moments(use, world, rows, models)
    else:
        runs, _ = rows.columns["label"].shape
        for run in range(runs):
            yield split(world, rows, models, samples=_samples(use, rows, models, run))


def split(world: World, rows: Rows, models: Sequence[str], **known: object) -> SplitCells:
    """One slice's cells as a split; `known` are the states that it has."""
    n = next(iter(rows.columns.values())).shape[1]
    return SplitCells(**{
        "split": "test", "task": world.task, "models": tuple(models), "scored": frozenset(models),
        "partial": frozenset(), "labelled": {}, "rows": {SLICE: n}, "weight": {SLICE: float(n)}, "families": {},
        "min_rows": {}, "outcomes": {}, "moments": {},
        "labels": tuple(f"label{i}" for i in range(world.labels)), "clustered": rows.unit is not None,
        "units": None if rows.unit is None else int(rows.unit.max()) + 1, "weighted": rows.weight is not None,
        **known,
    })  # type: ignore[arg-type]  # fmt: skip


def outcome_cells(rows: Rows, models: Sequence[str], labels: int) -> Iterator[OutcomeCells]:
    """Rows by label and predictions; cells without rows are left out, as in the pass."""
    code = rows.columns["label"].astype(np.int64)
    for i in range(len(models)):
        code = code * labels + rows.columns[f"prediction{i}"]
    kinds = labels ** (1 + len(models))
    parts = np.unravel_index(np.arange(kinds), (labels,) * (1 + len(models)))
    counts = _added(code, None, kinds).astype(np.int64)
    powers = [counts if rows.weight is None else _added(code, rows.weight**p, kinds) for p in (1, 2, 3)]
    units = None if rows.unit is None else int(rows.unit.max()) + 1
    if units is not None:
        weight = np.ones(code.shape) if rows.weight is None else rows.weight
        of_units = _added(rows.unit * kinds + code, weight, units * kinds).reshape(-1, units, kinds)
    for run, count in enumerate(counts):
        kept = np.flatnonzero(count)
        found = None
        if units is not None:
            unit, cell = np.nonzero(of_units[run][:, kept])
            found = UnitCells(unit, cell, of_units[run][:, kept][unit, cell], units)
        yield OutcomeCells(
            parts[0][kept], {m: parts[1 + i][kept] for i, m in enumerate(models)}, count[kept],
            *(power[run][kept].astype(float) for power in powers), rows.weight is not None, found,
        )  # fmt: skip


def _added(code: IntArray, weight: FloatArray | None, kinds: int) -> FloatArray:
    """Sums of the weights by code in each run, (runs, kinds)."""
    runs = len(code)
    flat = (code + kinds * np.arange(runs)[:, None]).ravel()
    values = None if weight is None else weight.ravel()
    return np.bincount(flat, weights=values, minlength=runs * kinds).reshape(runs, kinds)


def _with_moments(use: Use, world: World, rows: Rows, models: Sequence[str]) -> Iterator[SplitCells]:
    needed, values = _terms(use, world, rows, models)
    runs, n = next(iter(rows.columns.values())).shape
    plain = rows.weight is None and rows.unit is None
    terms = np.stack([np.broadcast_to(values[term], (runs, n)) for term in needed.terms], axis=-1)
    if rows.weight is not None:
        terms = terms * rows.weight[..., None]
    if rows.unit is not None:
        starts = np.flatnonzero(np.diff(rows.unit, prepend=-1))
        terms = np.add.reduceat(terms, starts, axis=1)
    for one in terms:
        products = one[:, :, None] * one[:, None, :]
        third = (products.reshape(len(one), -1).T @ one).reshape((one.shape[1],) * 3)
        flat = products.reshape(len(one), -1)
        fourth = None if plain and len(models) == 1 else (flat.T @ flat).reshape((one.shape[1],) * 4)
        sums = MomentSums(one.sum(0), one.T @ one, third, len(one), n, fourth)
        found = {(SLICE, needed): sums}
        # Gates want each model's own value beside the difference.
        for i in range(len(models)):
            alone = vector(use, [i], world.task, ())
            at = [needed.terms.index(term) for term in alone.terms]
            own = None if plain or fourth is None else fourth[np.ix_(at, at, at, at)]
            found[SLICE, alone] = MomentSums(
                sums.first[at],
                sums.second[np.ix_(at, at)],
                sums.third[np.ix_(at, at, at)],
                sums.units,
                n,
                own,
            )
        yield split(world, rows, models, moments=found)


def _terms(
    use: Use, world: World, rows: Rows, models: Sequence[str]
) -> tuple[Vector, Mapping[str, FloatArray]]:
    """The row values that a metric of moments needs, and those of each SQL term, (runs, n)."""
    needed = vector(use, range(len(models)), world.task, ())
    known = {
        sql: _term(name, i, rows.columns)
        for i in range(len(models))
        for name, sql in zip(use.metric.terms, model_terms(use, i), strict=True)
    }
    return needed, known


def _term(name: str, i: int, columns: Mapping[str, FloatArray | IntArray]) -> FloatArray:
    if name in ("rows", "words"):
        return np.asarray(columns["words"] if name == "words" else 1.0, dtype=float)
    if name == "errors":
        return columns[f"word_errors{i}"].astype(float)
    if name == "surprise":
        return -np.log(np.abs(1 - columns["label"] - columns[f"score{i}"]))
    if name.startswith("target"):
        return columns["label"] ** (2 if name == "target_squared" else 1)
    error = columns[f"error{i}"] if f"error{i}" in columns else columns[f"score{i}"] - columns["label"]
    return np.abs(error) if name == "absolute" else error**2


@dataclass(frozen=True, eq=False)
class Kept:
    """Stands for the rows kept in memory: gives the sample of the model that the asked terms name."""

    samples: Mapping[tuple[str, ...], Sample]
    incomplete: frozenset[str] = frozenset()

    def of(self, _: str, terms: Mapping[str, str], __: Sequence[str] = ()) -> Sample:
        return self.samples[tuple(terms.values())]


def _samples(use: Use, rows: Rows, models: Sequence[str], run: int) -> Kept:
    n = rows.columns["label"].shape[1]
    weight = np.ones(n) if rows.weight is None else rows.weight[run]
    by_terms = {
        tuple(model_terms(use, i)): {
            name: np.asarray(rows.columns["label" if name == "label" else f"{name}{i}"][run], dtype=float)
            for name in use.metric.terms
        }
        for i in range(len(models))
    }

    weighted = rows.weight is not None
    return Kept({terms: Sample(values, weight, rows.unit, weighted) for terms, values in by_terms.items()})


def outcomes_of(labels: int, focus: int | None) -> Outcomes:
    """All label × prediction cells, for the truth of a metric of counts."""
    label, prediction = np.unravel_index(np.arange(labels**2), (labels, labels))
    return Outcomes(label, prediction, labels, focus)
