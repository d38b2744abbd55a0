"""The two-sample classifier: can a model tell which split a row comes from, by all columns together?

Lopez-Paz and Oquab (2017), Revisiting Classifier Two-Sample Tests, ICLR. It sees what no column shows by
itself, such as a correlation that is gone. AUC in place of accuracy, so that unequal samples do no harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from specgen.checks.drift.cells import Counted
from specgen.checks.drift.columns import Subject
from specgen.engine.cells import FloatArray, IntArray
from specgen.engine.samples import Sample
from specgen.inputs.tables import quote
from specgen.metrics.families.curves import auc
from specgen.stats.estimate import Estimate
from specgen.stats.influenced import influenced_estimate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from specgen.metrics.outcomes import BoolArray

MOST_ROWS = 5000
FEWEST_ROWS = 100
FEWEST_UNITS = 20
MOST_COLUMNS = 500
TOO_FEW_COLUMNS = "it takes at least two columns"
PERMUTED_ROWS = 1000
NOTICEABLE = 0.01
TREES = {
    "max_iter": 60,
    "max_leaf_nodes": 15,
    "learning_rate": 0.1,
    "min_samples_leaf": 20,
    "early_stopping": False,
}


@dataclass(frozen=True)
class Joint:
    """AUC on rows that the classifier did not see, and the columns that it needs for it, most first."""

    estimate: Estimate
    rows: tuple[int, int]
    drivers: tuple[str, ...]


def joint(
    connection: DuckDBPyConnection,
    subjects: Sequence[tuple[Subject, Counted]],
    splits: tuple[str, str],
    seed: int,
) -> Joint | str:
    """Compare two splits by their features together, on at most 5,000 rows of each; or why that is not possible."""
    usable = [pair for pair in subjects if not pair[1].text and all(s in pair[0].sides for s in splits)]
    if len(usable) < 2:
        return TOO_FEW_COLUMNS
    if len(usable) > MOST_COLUMNS:
        return f"{len(usable):,} columns are more than the {MOST_COLUMNS} that it takes"
    sampled = [_sampled(connection, usable, split, seed) for split in splits]
    fewest = min(len(one.columns) for one in sampled)
    if fewest < FEWEST_ROWS:
        return f"{fewest:,} rows are fewer than the {FEWEST_ROWS} that it takes"
    units = [len(np.unique(one.unit)) for one in sampled if one.unit is not None]
    if units and min(units) < FEWEST_UNITS:
        return f"{min(units)} sampling units are fewer than the {FEWEST_UNITS} that it takes"
    names = [subject.name for subject, _ in usable]
    kinds = np.array([not counted.numbers for _, counted in usable])
    return told_apart(sampled[0], sampled[1], names, kinds, seed)


@dataclass(frozen=True)
class Drawn:
    """Sampled rows: numbers and category codes (n, columns), with weights and units where there are any."""

    columns: FloatArray
    weight: FloatArray | None = None
    unit: IntArray | None = None


def told_apart(
    reference: Drawn, current: Drawn, names: Sequence[str], categories: BoolArray, seed: int
) -> Joint:
    """Train on half of the rows (or units), measure AUC on the other half."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(seed)
    columns = np.concatenate([reference.columns, current.columns])
    label = np.repeat([0, 1], [len(reference.columns), len(current.columns)])
    weight, unit = _both(reference.weight, current.weight, label), None
    if reference.unit is not None and current.unit is not None:
        unit = np.unique(np.concatenate([reference.unit, current.unit]), return_inverse=True)[1]
    weighted = reference.weight is not None or current.weight is not None
    learns = _halves(label, unit, rng)
    # As many trees on one core are made sooner than a pool of threads wakes up beside other work.
    with threadpool_limits(1):
        model = HistGradientBoostingClassifier(**TREES, categorical_features=categories, random_state=seed)
        # Weights of 1 would give the same trees, but cost more than half of the fit: percentiles one by one.
        model.fit(columns[learns], label[learns], sample_weight=weight[learns] if weighted else None)
        held = ~learns
        known = Sample(
            {"label": label[held].astype(float), "score": model.decision_function(columns[held])},
            weight[held], None if unit is None else unit[held],
            weighted=weighted,
        )  # fmt: skip
        found = influenced_estimate(auc(known), known, 0.0, 1.0).decision
        assert found is not None
        drivers = _drivers(model, columns[held], label[held], names, rng) if found.lower(0.05) > 0.5 else ()
    return Joint(found, (len(reference.columns), len(current.columns)), drivers)


def _both(first: FloatArray | None, second: FloatArray | None, label: IntArray) -> FloatArray:
    sides = [
        np.ones(int((label == i).sum())) if one is None else one / one.mean()
        for i, one in enumerate((first, second))
    ]
    return np.concatenate(sides)


def _halves(label: IntArray, unit: IntArray | None, rng: np.random.Generator) -> BoolArray:
    """Which rows are learnt from: half of each split, or half of the units with all their rows."""
    if unit is not None:
        return np.asarray((rng.permutation(int(unit.max()) + 1) % 2 == 0)[unit])
    learns = np.zeros(len(label), dtype=bool)
    for side in (0, 1):
        rows = np.flatnonzero(label == side)
        learns[rng.permutation(rows)[: len(rows) // 2]] = True
    return learns


def _drivers(
    model: Any, columns: FloatArray, label: IntArray, names: Sequence[str], rng: np.random.Generator
) -> tuple[str, ...]:
    """Columns by how much AUC falls when their values are shuffled (Breiman 2001), where it is noticeable."""
    rows = np.concatenate([rng.permutation(np.flatnonzero(label == side))[:PERMUTED_ROWS] for side in (0, 1)])
    columns, label = columns[rows], label[rows]
    whole = _area(model.decision_function(columns), label)
    lost = {}
    for j, name in enumerate(names):
        shuffled = columns.copy()
        shuffled[:, j] = rng.permutation(shuffled[:, j])
        lost[name] = whole - _area(model.decision_function(shuffled), label)
    ranked = sorted((name for name in lost if lost[name] > NOTICEABLE), key=lambda name: -lost[name])
    return tuple(ranked[:5])


def _area(score: FloatArray, label: IntArray) -> float:
    ones = np.ones(len(label))
    return float(auc(Sample({"label": label.astype(float), "score": score}, ones, None, False)).value or 0.5)


def _sampled(
    connection: DuckDBPyConnection, usable: Sequence[tuple[Subject, Counted]], split: str, seed: int
) -> Drawn:
    """Rows of a split drawn by the seed, categories as positions among the column's cells."""
    side = next(iter(usable))[0].sides[split]
    texts = [
        f"{one.sides[split].number if counted.numbers else one.sides[split].text} AS c{j}"
        for j, (one, counted) in enumerate(usable)
    ]
    inner = {quote(one.sides[split].column) for one, _ in usable}
    inner |= {f"{side.weight} AS __sg_w"} if side.weight else set()
    inner |= {f"hash({side.unit}) AS __sg_u"} if side.unit else set()
    sample = f"USING SAMPLE reservoir({MOST_ROWS} ROWS) REPEATABLE ({seed})"
    rows = f"(SELECT {', '.join(sorted(inner))} FROM {side.relation}) {sample}"
    also = (["__sg_w"] if side.weight else []) + (["__sg_u"] if side.unit else [])
    found = connection.execute(f"SELECT {', '.join(texts + also)} FROM {rows}").fetchnumpy()
    columns = [_coded(found[f"c{j}"], counted) for j, (_, counted) in enumerate(usable)]
    weight = np.ma.filled(found["__sg_w"], 0.0) if side.weight else None
    return Drawn(np.column_stack(columns), weight, np.ma.filled(found["__sg_u"], 0) if side.unit else None)


def _coded(values: Any, counted: Counted) -> FloatArray:
    if counted.numbers:
        return np.asarray(np.ma.filled(values, np.nan), dtype=float)
    code: Mapping[object, float] = {name: float(i) for i, name in enumerate(counted.names[:-2])}
    rest = float(len(counted.names) - 2)
    missing = np.ma.getmaskarray(values)
    coded = [
        np.nan if gone else code.get(value, rest)
        for value, gone in zip(np.ma.getdata(values), missing, strict=True)
    ]
    return np.array(coded)
