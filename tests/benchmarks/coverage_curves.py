"""Coverage of the intervals of score metrics, by simulation against the exact value of the population.

    python tests/benchmarks/coverage_curves.py [--replicates 2000] [--workers 2] [PART OF A CELL'S NAME ...]

A row is a latent t, its label and the scores of two models. Every cell draws rows anew, measures them as
a run does, and counts how often the 95% interval has the truth (coverage), lies above it (low miss) and
below it (high miss); `pass` and `fail` are how often a gate whose bound is the truth would pass and fail
at 5%. The truth is the same metric on a fine grid of the population. Cells that break a promise are simulated
again, and those of few independent units told apart (see `promises`): metrics of two labels rest on the rows
of the rarer one, lift on the rows at the top.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a worker; read when NumPy is first imported

import numpy as np
from promises import AT_END, Kept, printed, settled
from scipy import special

from specgen.engine.cells import MomentSums
from specgen.engine.samples import Sample
from specgen.metrics.registry import all_metrics
from specgen.stats.measured import Measured
from specgen.stats.moment_estimates import moment_estimate
from specgen.stats.sampled import sample_difference, sample_estimate

SLOPE, UNITS, TILT, GRID = 1.8, 60, 0.4, 100_000
WEIGHT_SPREAD = 0.4
# What the truth's grid leaves of an error that is none.
NOTHING = 1e-4
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
METRICS = (
    ("auc", None), ("partial_auc", 0.2), ("average_precision", None), ("lift", 0.1),
    ("recall_at_precision", 0.7), ("precision_at_recall", 0.7), ("brier_skill", None),
    ("calibration_error", None), ("calibration_slope", None), ("calibration_intercept", None),
)  # fmt: skip


@dataclass(frozen=True)
class Scorer:
    """A model's score, expit(shift + stretch·(t + noise·e)); the true logit is prevalence + 1.8·t."""

    noise: float
    shift: float
    stretch: float


@dataclass(frozen=True)
class Cell:
    """A population and how it is sampled."""

    name: str
    n: int
    logit: float
    design: str
    scorer: Scorer
    other: Scorer | None = None


def truth(cell: Cell, scorer: Scorer, name: str, at: float | None) -> float:
    """The metric on the whole population: a row of each label at each of many quantiles of the score."""
    mean = TILT if cell.design == "weights" else 0.0
    spread = np.sqrt(1 + scorer.noise**2)
    x = mean + spread * special.ndtri((np.arange(GRID) + 0.5) / GRID)
    centre = mean + (x - mean) / spread**2
    t = centre[:, None] + scorer.noise / spread * NODES
    chance = special.expit(cell.logit + SLOPE * t) @ NODE_WEIGHTS / NODE_WEIGHTS.sum()
    score = special.expit(scorer.shift + scorer.stretch * x)
    label = np.repeat([1.0, 0.0], GRID)
    rows = Sample(
        {"score": np.tile(score, 2), "label": label}, np.concatenate([chance, 1 - chance]), None, True
    )
    found = measured(name, at, rows, None).value
    assert found is not None
    return found


def draw(cell: Cell, rng: np.random.Generator) -> tuple[Sample, Sample | None]:
    """Rows of the first scorer, and the same rows with the other's scores."""
    n, unit, weight = cell.n, None, np.ones(cell.n)
    t = rng.normal(size=n)
    if cell.design == "units":
        unit = np.sort(
            rng.choice(UNITS, n, p=np.arange(1, UNITS + 1) ** 0.5 / (np.arange(1, UNITS + 1) ** 0.5).sum())
        )
        t = np.sqrt(0.4) * rng.normal(size=UNITS)[unit] + np.sqrt(0.6) * t
    if cell.design == "weights":
        weight = np.exp(TILT * t + WEIGHT_SPREAD * rng.normal(size=n))
    label = (rng.random(n) < special.expit(cell.logit + SLOPE * t)).astype(float)
    common = rng.normal(size=n)

    def rows(scorer: Scorer) -> Sample:
        error = np.sqrt(0.5) * common + np.sqrt(0.5) * rng.normal(size=n)
        score = special.expit(scorer.shift + scorer.stretch * (t + scorer.noise * error))
        return Sample({"score": score, "label": label}, weight, unit, cell.design == "weights")

    return rows(cell.scorer), rows(cell.other) if cell.other else None


def measured(name: str, at: float | None, rows: Sample, others: Sample | None) -> Measured:
    """The metric with its doubt, or the difference from the same rows' other scores."""
    metric = all_metrics()[name]
    given = {} if at is None else {"at": at}
    if metric.state == "moments":
        return of_moments(name, rows, others)
    mine = metric.function(rows, **given)
    if others is None:
        return sample_estimate(mine, rows, metric.low, metric.high, 0)
    return sample_difference(mine, metric.function(others, **given), rows, metric.low, metric.high, 0)


def of_moments(name: str, rows: Sample, others: Sample | None) -> Measured:
    """Skill is a function of sums of row values."""
    metric = all_metrics()[name]
    label = rows["label"]
    errors = [(one["score"] - label) ** 2 for one in (rows, others) if one is not None]
    values = np.stack([*errors, label, np.ones(len(rows))], axis=1) * rows.weight[:, None]
    if rows.unit is not None:
        names, number = np.unique(rows.unit, return_inverse=True)
        values = np.stack([np.bincount(number, column, len(names)) for column in values.T], axis=1)
    flat = np.einsum("na,nb->nab", values, values).reshape(len(values), -1)
    size = values.shape[1]
    fourth = None if others is None and rows.unit is None and not rows.weighted else flat.T @ flat
    sums = MomentSums(
        values.sum(0), values.T @ values, (flat.T @ values).reshape(size, size, size), len(values), len(rows),
        None if fourth is None else fourth.reshape((size,) * 4),
    )  # fmt: skip
    if others is None:
        return moment_estimate(
            lambda s: metric.function(*np.moveaxis(s, -1, 0)), sums, metric.low, metric.high
        )

    def apart(s: np.ndarray) -> np.ndarray:
        return metric.function(s[..., 0], s[..., 2], s[..., 3]) - metric.function(
            s[..., 1], s[..., 2], s[..., 3]
        )

    return moment_estimate(apart, sums, None, None)


def cells() -> list[Cell]:
    """Every population, size and design."""
    found = []
    for (rate, logit), n in product((("half", 0.0), ("rare", -2.0)), (50, 200, 1000)):
        right, off = Scorer(0, logit, SLOPE), Scorer(0.7, 0.5 * logit + 0.3, 2.2)
        found += [
            Cell(f"{rate} calibrated", n, logit, "rows", right),
            Cell(f"{rate} off", n, logit, "rows", off),
        ]
        other = Scorer(1.0, 0.8 * logit, 1.2)
        found += [Cell(f"{rate} pair", n, logit, "rows", off, other)]
        if n > 50:
            found += [Cell(f"{rate} {design}", n, logit, design, off) for design in ("units", "weights")]
            found += [
                Cell(f"{rate} {design} pair", n, logit, design, off, other) for design in ("units", "weights")
            ]
            found += [Cell(f"{rate} calibrated units", n, logit, "units", right)]
    return found


def units(cell: Cell, name: str, at: float | None) -> float:
    """How many independent units a metric rests on in a cell; unequal weights leave fewer rows (Kish 1965)."""
    rows = cell.n / np.exp(TILT**2 + WEIGHT_SPREAD**2) if cell.design == "weights" else cell.n
    share = 1.0
    if name == "lift":
        share = at or 1.0
    elif name not in ("brier_skill", "calibration_error"):
        positive = special.expit(cell.logit + SLOPE * NODES) @ NODE_WEIGHTS / NODE_WEIGHTS.sum()
        share = min(positive, 1 - positive)
    return float(min(rows * share, UNITS if cell.design == "units" else rows))


def simulate(cell: Cell, replicates: int, only: list[str]) -> list[tuple[str, Kept]]:
    """A line for each metric of a cell, and what it came to."""
    wanted = {
        name: at
        for name, at in METRICS
        if not only or any(part in f"{name} {cell.name} n={cell.n}" for part in only)
    }
    true = {}
    for name, at in wanted.items():
        true[name] = truth(cell, cell.scorer, name, at)
        if cell.other:
            true[name] -= truth(cell, cell.other, name, at)
    first = tallies(cell, wanted, true, replicates, 0)
    return [told(cell, name, at, true[name], first[name], replicates) for name, at in wanted.items()]


def tallies(
    cell: Cell, wanted: Mapping[str, float | None], true: Mapping[str, float], replicates: int, seed: int
) -> dict[str, np.ndarray]:
    """Of each metric how often it was defined, covered, missed on either side, and wrongly passed and failed."""
    tally = {name: np.zeros(6) for name in wanted}
    rng = np.random.default_rng([cell.n, *cell.name.encode(), seed])
    for _ in range(replicates):
        rows, others = draw(cell, rng)
        for name, at in wanted.items():
            found = measured(name, at, rows, others)
            if found.decision is None or found.shown is None:
                continue
            low, high = found.shown.interval(0.95)
            gate = found.decision.lower(0.05), found.decision.upper(0.05)
            at_truth, edge = true[name], 1e-9
            tally[name] += (
                1, low - edge <= at_truth <= high + edge, low - edge > at_truth, high + edge < at_truth,
                gate[0] - edge > at_truth, gate[1] + edge < at_truth,
            )  # fmt: skip
    return tally


def told(
    cell: Cell, name: str, at: float | None, true: float, first: np.ndarray, replicates: int
) -> tuple[str, Kept]:
    """One line of the table."""
    tally = first
    # Of two models' differences nothing is the end of the range.
    end = AT_END if name == "calibration_error" and not cell.other and true < NOTHING else ""

    def simulated(runs: int, seed: int) -> Kept:
        nonlocal tally
        tally = tallies(cell, {name: at}, {name: true}, runs, seed)[name] if seed else first
        defined = max(int(tally[0]), 1)
        shares = tally[1:] / defined
        return Kept(
            f"{name}, {cell.name} n={cell.n}", defined, shares[0], shares[3], shares[4], end,
            units(cell, name, at),
        )  # fmt: skip

    found = settled(simulated, replicates)
    percents = " ".join(f"{100 * share:>8.1f}" for share in tally[1:] / max(tally[0], 1))
    line = f"{name + ', ' + cell.name:<48} {cell.n:>5} {true:>8.4f} {percents} {int(tally[0]):>8}"
    return line + found.flags, found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("only", nargs="*")
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    print(
        f"{'cell':<48} {'n':>5} {'truth':>8} {'coverage':>8} {'low miss':>8} {'high m.':>8} {'pass':>8} {'fail':>8} {'defined':>8}"
    )
    found = []
    with multiprocessing.Pool(asked.workers) as pool:
        for lines in pool.imap(partial(simulate, replicates=asked.replicates, only=asked.only), cells()):
            for line, kept in lines:
                print(line, flush=True)
                found.append(kept)
    printed(found)


if __name__ == "__main__":
    main()
