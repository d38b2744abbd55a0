"""How often each test of performance over time speaks where nothing changes, and where something does.

    python tests/benchmarks/over_time.py [RUNS] [NAME]

Each run makes rows, takes them through the same pass and tests as a run of specgen, and counts per
scenario the share of runs with p < 0.05 (each test by itself), with a finding of "shown", and with
"small". A silent method is below 0.05 in the first part of the table. Rows of a scenario are drawn anew in each run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa

from specgen.checks.over_time.follow import Asked, Subject, follow
from specgen.checks.over_time.found import OverTime
from specgen.checks.over_time.windows import Windows
from specgen.diagnosis.ladder import material
from specgen.inputs.rows import Rows
from specgen.inputs.times import TimeColumn
from specgen.metrics.expected import expected_use, surplus_use
from specgen.metrics.uses import metric_use
from specgen.pipeline.passes import split_cells
from specgen.spec.spec import Spec
from specgen.stats import over_time

DAY = 86_400_000_000
START = 1_704_067_200_000_000  # 2024-01-01
Columns = dict[str, np.ndarray]
Rng = np.random.Generator


@dataclass(frozen=True)
class Scenario:
    """How rows are made, and of which metric and task."""

    make: Callable[[Rng], Columns]
    metric: str = "accuracy"
    task: str = "binary"


def spec_of(task: str, metric: str) -> Spec:
    """The smallest spec that has the metric."""
    columns = {"target": "y", "prediction": "p", "time": "t"}
    columns |= {"positive": 1, "score": "s"} if task == "binary" else {}
    return Spec.model_validate(
        {
            "specgen": 1, "project": {"name": "x"}, "task": {"type": task, **columns}, "data": {"test": "x.csv"},
            "models": {"candidate": {"columns": {"prediction": "p"}}}, "metrics": [metric],
            "milestones": [{"name": "test", "split": "test", "gates": [{"metric": metric, "at_least": 0}]}],
        }
    )  # fmt: skip


def rows_of(columns: Columns, task: str) -> Rows:
    """A table of rows as `specgen.inputs.build` makes it."""
    connection = duckdb.connect(config={"threads": 1})
    n = len(columns["instant"])
    columns = {"row": np.arange(n), "weight": np.ones(n), **columns}
    connection.register("made", pa.table(columns))
    connection.execute("CREATE TABLE rows AS SELECT * FROM made")
    clustered = "unit" in columns
    return Rows(
        connection, "rows", "test", n, ("candidate",), frozenset(["candidate"] if "s0" in columns else []), frozenset(),
        ("0", "1") if task == "binary" else (), bool((columns["weight"] != 1).any()), clustered,
        len(np.unique(columns["unit"])) if clustered else None, (), (),
        time=TimeColumn("t", "", "dates", "day"),
    )  # fmt: skip


def months(instant: np.ndarray) -> Windows:
    """The months of 2024, without asking the rows for them."""
    starts = tuple(datetime(2024, k, 1) for k in range(1, 13))
    month = instant.astype("datetime64[us]").astype("datetime64[M]").astype(int) % 12
    code = "date_diff('month', TIMESTAMP '2024-01-01', make_timestamp(instant))"
    return Windows("month", starts, tuple(int(n) for n in np.bincount(month, minlength=12)), code)


def followed(scenario: Scenario, rng: Rng, seed: int = 0) -> OverTime:
    """The scenario's rows, made once and followed."""
    spec = spec_of(scenario.task, scenario.metric)
    columns = scenario.make(rng)
    rows = rows_of(columns, scenario.task)
    windows = months(columns["instant"])
    use = metric_use(spec, rows.labels, scenario.metric)
    subject = Subject(use, partial(material, use))
    if "s0" in columns and scenario.metric in ("accuracy", "recall", "brier"):
        name, task = scenario.metric, scenario.task
        expected, surplus = expected_use(name, task), surplus_use(name, task)
        subject = Subject(use, partial(material, use), expected, surplus, partial(material, use), name)
    asked = Asked("candidate", 0.95, seed, lambda one, uses: split_cells(one, spec, uses))
    return follow(rows, ("test",), windows, subject, asked)


def days(rng: Rng, n: int, growing: float = 0.0) -> np.ndarray:
    """Instants of n rows over a year, with `growing` more of them towards its end."""
    at = rng.random(n) ** (1 / (1 + growing))
    return (START + (at * 364.9) * DAY).astype(np.int64)


def binary(rng: Rng, n: int, accuracy: float, change: float = 0.0, growing: float = 0.0) -> Columns:
    """Predictions right with a constant probability, or one that changes after seven months."""
    instant = days(rng, n, growing)
    right = rng.random(n) < accuracy + change * (instant >= START + 213 * DAY)
    label = (rng.random(n) < 0.4).astype(np.int64)
    return {"instant": instant, "label": label, "p0": np.where(right, label, 1 - label)}


def scored(rng: Rng, n: int, harder: float = 0.0, flipped: float = 0.0) -> Columns:
    """Calibrated scores; rows may get harder by day (data drift), or their labels flip (concept drift)."""
    instant = days(rng, n)
    late = instant >= START + 213 * DAY
    score = 1 / (1 + np.exp(-rng.normal(0, 2.5, n) * (1 - harder * late)))
    label = (rng.random(n) < score).astype(np.int64)
    label = np.where(late & (rng.random(n) < flipped), 1 - label, label)
    predicted = (score >= 0.5).astype(np.int64)
    return {
        "instant": instant,
        "label": label,
        "p0": predicted,
        "s0": score,
        "t0": np.where(label == 1, score, 1 - score),
    }


def clustered(rng: Rng, units: int, each: int, short: bool = False) -> Columns:
    """Rows of users of different ability, who stay all year or (`short`) for about two months."""
    unit = np.repeat(np.arange(units), each)
    ability = rng.beta(8, 2, units)[unit]
    at = rng.random(units * each)
    if short:
        at = np.clip(rng.random(units)[unit] + (at - 0.5) / 6, 0, 0.999)
    label = (rng.random(len(unit)) < 0.4).astype(np.int64)
    right = rng.random(len(unit)) < ability
    instant = (START + at * 364.9 * DAY).astype(np.int64)
    return {"instant": instant, "label": label, "p0": np.where(right, label, 1 - label), "unit": unit}


def weighted(rng: Rng, n: int) -> Columns:
    """Rows of unequal weight."""
    return {**binary(rng, n, 0.85), "weight": rng.lognormal(0, 0.7, n)}


def numbers(rng: Rng, n: int) -> Columns:
    """Errors with a heavy tail."""
    label = rng.normal(size=n)
    error = rng.standard_t(3, n)
    return {
        "instant": days(rng, n),
        "label": label,
        "centred_label": label - label.mean(),
        "p0": label + error,
    }


SILENT = {
    "accuracy 0.85, 100 rows a month": Scenario(lambda rng: binary(rng, 1200, 0.85)),
    "accuracy 0.99, 40 rows a month": Scenario(lambda rng: binary(rng, 480, 0.99)),
    "accuracy 0.85, months that grow": Scenario(lambda rng: binary(rng, 4000, 0.85, growing=2.0)),
    "recall, 100 rows a month": Scenario(lambda rng: binary(rng, 1200, 0.85), "recall"),
    "F1, 100 rows a month": Scenario(lambda rng: binary(rng, 1200, 0.85), "f1"),
    "weighted accuracy, 200 rows a month": Scenario(lambda rng: weighted(rng, 2400)),
    "users who stay, 60 × 40 rows": Scenario(lambda rng: clustered(rng, 60, 40)),
    "users who come and go, 200 × 20 rows": Scenario(lambda rng: clustered(rng, 200, 20, short=True)),
    "mean absolute error, t with 3 df, 100 a month": Scenario(lambda rng: numbers(rng, 1200), "mae", "regression"),
    "AUC, 100 rows a month": Scenario(lambda rng: scored(rng, 1200), "auc"),
    "accuracy and expected, 100 a month": Scenario(lambda rng: scored(rng, 1200)),
}  # fmt: skip
CHANGED = {
    "rows get harder, scores know it": Scenario(lambda rng: scored(rng, 6000, harder=0.5)),
    "accuracy 0.85 → 0.75, 100 a month": Scenario(lambda rng: binary(rng, 1200, 0.85, -0.10)),
    "accuracy 0.85 → 0.75, 400 a month": Scenario(lambda rng: binary(rng, 4800, 0.85, -0.10)),
    "accuracy 0.850 → 0.847, 20,000 a month": Scenario(lambda rng: binary(rng, 240_000, 0.85, -0.003)),
    "a tenth of labels flips, 500 a month": Scenario(lambda rng: scored(rng, 6000, flipped=0.1)),
}


def main(runs: int, only: str) -> None:
    """Print the table. Fewer draws than in a run of specgen: their p-values are no less exact, only coarser."""
    over_time.DRAWS = 999
    print(f"{'':48}{'change':>9}{'trend':>9}{'spread':>9}{'shown':>9}{'small':>9}")
    for name, scenario in {**SILENT, **CHANGED}.items():
        if only not in name:
            continue
        rng = np.random.default_rng(20260101)
        found = [followed(scenario, rng, seed=k) for k in range(runs)]
        for what in ("performance", "surplus"):
            told = [one for over in found if (one := getattr(over, what)) is not None]
            if not told:
                continue
            shares = [np.mean([one.tests[k].p_value < 0.05 for one in told]) for k in range(3)]
            shares += [np.mean([one.finding == finding for one in told]) for finding in ("shown", "small")]
            label = name if what == "performance" else f"  {what}"
            print(f"{label:48}" + "".join(f"{share:9.3f}" for share in shares), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, sys.argv[2] if len(sys.argv) > 2 else "")
