"""Rows whose truth is known: many replicates at once, i.i.d., weighted, in dependent units, for one or two models.

Everything comes from normal numbers that are correlated within units, so that a row by itself has the
same distribution in every design, and one truth serves them all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, optimize, special, stats

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Correlation of the normal numbers in a unit: right and wrong predictions, and errors, then have about 0.3.
WITHIN_UNITS = 0.5
WEIGHT_SPREAD = 0.7
AGREEMENT = 0.9


@dataclass(frozen=True)
class Design:
    """How rows were sampled: `units` dependent groups of unequal sizes, row weights, one or two models."""

    n: int
    units: int | None = None
    weighted: bool = False
    paired: bool = False

    @property
    def name(self) -> str:
        parts = [f"{self.units} units" if self.units else "", "weighted" if self.weighted else ""]
        return " ".join(part for part in [*parts, "paired" if self.paired else ""] if part) or "i.i.d."

    @property
    def effective_rows(self) -> float:
        """Rows of equal weight that are worth as much (Kish 1965), of independent rows."""
        return self.n / math.exp(WEIGHT_SPREAD**2) if self.weighted else self.n

    def unit(self) -> IntArray | None:
        """Unit of each row (n,); sizes differ about tenfold, the same in every replicate."""
        if self.units is None:
            return None
        size = np.exp(np.linspace(-1.2, 1.2, self.units))
        extra = np.floor(size / size.sum() * (self.n - self.units)).astype(int)
        rows = 1 + extra
        rows[-1] += self.n - rows.sum()
        return np.repeat(np.arange(self.units), rows)


@dataclass(frozen=True)
class Rows:
    """Replicates of a data set: `columns` name → (runs, n), for every model `columns[name + number]`."""

    columns: Mapping[str, FloatArray | IntArray]
    weight: FloatArray | None
    unit: IntArray | None


@dataclass(frozen=True)
class World:
    """A kind of data: `draw` replicates of it; `truth` of a metric for one model, or for model 0 − model 1."""

    draw: Callable[[np.random.Generator, int, Design], Rows]
    truth: Callable[[object, Design], float]
    task: str
    labels: int = 2


def normals(rng: np.random.Generator, runs: int, design: Design, within: float = WITHIN_UNITS) -> FloatArray:
    """Standard normal numbers (runs, n), correlated within units."""
    own = rng.standard_normal((runs, design.n))
    unit = design.unit()
    if unit is None:
        return own
    shared = rng.standard_normal((runs, design.units or 0))
    return math.sqrt(within) * shared[:, unit] + math.sqrt(1 - within) * own


def weights(rng: np.random.Generator, runs: int, design: Design) -> FloatArray | None:
    """Lognormal row weights (runs, n)."""
    return np.exp(WEIGHT_SPREAD * rng.standard_normal((runs, design.n))) if design.weighted else None


def classified(shares: FloatArray, table: FloatArray, other: FloatArray | None = None) -> World:
    """Labels with `shares` (K,), predicted as `table` (K, K) says: P(prediction | label).

    The second model predicts the same, but on some rows as `other` says by itself, so that the two
    agree on 90% of rows (or as nearly as can be).
    """
    other = table if other is None else other
    apart = float(shares @ (1 - (table * other).sum(1)))
    redrawn = min((1 - AGREEMENT) / apart, 1.0)
    second = redrawn * other + (1 - redrawn) * table

    def draw(rng: np.random.Generator, runs: int, design: Design) -> Rows:
        label = _codes(normals(rng, runs, design, 0.3), shares[None], None)
        columns = {"label": label, "prediction0": _codes(normals(rng, runs, design), table, label)}
        if design.paired:
            own = _codes(normals(rng, runs, design), other, label)
            again = rng.random(label.shape) < redrawn
            columns["prediction1"] = np.where(again, own, columns["prediction0"])
        return Rows(columns, weights(rng, runs, design), design.unit())

    def truth(metric: object, design: Design) -> float:
        values = [metric(shares[:, None] * one) for one in (table, second)]  # type: ignore[operator]
        return float(values[0] - values[1] if design.paired else values[0])

    return World(draw, truth, "binary" if len(shares) == 2 else "multiclass", len(shares))


def _codes(latent: FloatArray, table: FloatArray, label: IntArray | None) -> IntArray:
    """Category of each normal number by the shares of its label's row; the label itself comes first."""
    codes = np.zeros(latent.shape, dtype=np.int64)
    for row, shares in enumerate(table):
        order = np.roll(np.arange(len(shares)), -row) if label is not None else np.arange(len(shares))
        edges = special.ndtri(np.minimum(np.cumsum(shares[order])[:-1], 1.0))
        inside = slice(None) if label is None else label == row
        codes[inside] = order[np.searchsorted(edges, latent[inside])]
    return codes


def scored(positives: float, auc: float) -> World:
    """Binary labels with binormal scores of this AUC; the second model adds noise of its own to the scores."""
    apart = math.sqrt(2) * float(special.ndtri(auc))
    noise = 0.5

    def draw(rng: np.random.Generator, runs: int, design: Design) -> Rows:
        label = (normals(rng, runs, design, 0.3) < special.ndtri(positives)).astype(np.int64)
        score = normals(rng, runs, design) + apart * label
        columns: dict[str, FloatArray | IntArray] = {
            "label": label,
            "score0": _chance(score, positives, apart),
        }
        if design.paired:
            noisy = (score + noise * normals(rng, runs, design)) / math.hypot(1, noise)
            columns["score1"] = _chance(noisy, positives, apart / math.hypot(1, noise))
        return Rows(columns, weights(rng, runs, design), design.unit())

    def truth(metric: object, design: Design) -> float:
        values = [SCORE_TRUTHS[str(metric)](positives, d) for d in (apart, apart / math.hypot(1, noise))]
        return values[0] - values[1] if design.paired else values[0]

    return World(draw, truth, "binary")


def _chance(score: FloatArray, positives: float, apart: float) -> FloatArray:
    """Probability of the positive label given a binormal score."""
    return special.expit(special.logit(positives) + apart * score - apart**2 / 2)


def _expected(of: Callable[[FloatArray, FloatArray], FloatArray], positives: float, apart: float) -> float:
    """Mean of a function of score and label over both labels."""
    grid = np.linspace(-12, 12, 200_001)
    density = stats.norm.pdf(grid)
    negative = integrate.simpson(of(grid, 0 * grid) * density, x=grid)
    positive = integrate.simpson(of(grid + apart, 0 * grid + 1) * density, x=grid)
    return float((1 - positives) * negative + positives * positive)


def _average_precision(positives: float, apart: float) -> float:
    def precision(score: FloatArray, label: FloatArray) -> FloatArray:
        hit, miss = positives * special.ndtr(apart - score), (1 - positives) * special.ndtr(-score)
        return label * hit / np.maximum(hit + miss, 1e-300)

    return _expected(precision, positives, apart) / positives


SCORE_TRUTHS: dict[str, Callable[[float, float], float]] = {
    "auc": lambda _, d: float(special.ndtr(d / math.sqrt(2))),
    "average_precision": _average_precision,
    "brier": lambda p, d: _expected(lambda s, y: (_chance(s, p, d) - y) ** 2, p, d),
    "log_loss": lambda p, d: _expected(lambda s, y: -np.log(np.abs(1 - y - _chance(s, p, d))), p, d),
}

ERRORS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "normal": lambda z: z,
    "lognormal": lambda z: np.exp(z) - math.exp(0.5),
    "t3": lambda z: special.stdtrit(3, special.ndtr(z)),
}
ABSOLUTE = {
    "normal": math.sqrt(2 / math.pi),
    "lognormal": 2 * math.exp(0.5) * (2 * float(special.ndtr(0.5)) - 1),
    "t3": 2 * math.sqrt(3) / math.pi,
}
SQUARES = {"normal": 1.0, "lognormal": (math.e - 1) * math.e, "t3": 3.0}


def regressed(kind: str) -> World:
    """Numbers predicted with errors of a kind, an R² of 0.75; the second model differs on a tenth of the rows."""
    transformed, variance = ERRORS[kind], SQUARES[kind]

    def draw(rng: np.random.Generator, runs: int, design: Design) -> Rows:
        label = math.sqrt(4 * variance) * normals(rng, runs, design)
        error = transformed(normals(rng, runs, design))
        columns = {"label": label, "error0": error}
        if design.paired:
            own = 1.2 * transformed(normals(rng, runs, design))
            columns["error1"] = np.where(rng.random(label.shape) < 1 - AGREEMENT, own, error)
        return Rows(columns, weights(rng, runs, design), design.unit())

    def truth(metric: object, design: Design) -> float:
        if metric == "mae":
            values = [ABSOLUTE[kind], ABSOLUTE[kind] * (AGREEMENT + 1.2 * (1 - AGREEMENT))]
        else:
            squares = np.array([variance, variance * (AGREEMENT + 1.44 * (1 - AGREEMENT))])
            values = list(np.sqrt(squares) if metric == "rmse" else 1 - squares / (4 * variance))
        return float(values[0] - values[1] if design.paired else values[0])

    return World(draw, truth, "regression")


def transcribed(rate: float) -> World:
    """Utterances of 1 to 40 words with errors at a rate of the speaker's; the second model errs anew on a tenth."""
    spread = 1.0
    # The normal mean at which a logit-normal chance averages to the rate.
    centre = optimize.brentq(lambda m: _logit_normal(m, spread) - rate, -10, 5)

    def draw(rng: np.random.Generator, runs: int, design: Design) -> Rows:
        words = rng.integers(1, 41, (runs, design.n))
        chance = special.expit(centre + spread * normals(rng, runs, design))
        columns = {"words": words, "word_errors0": rng.binomial(words, chance)}
        if design.paired:
            own = rng.binomial(words, np.minimum(1.2 * chance, 1.0))
            again = rng.random(words.shape) < 1 - AGREEMENT
            columns["word_errors1"] = np.where(again, own, columns["word_errors0"])
        return Rows(columns, weights(rng, runs, design), design.unit())

    def truth(_: object, design: Design) -> float:
        worse = _logit_normal(centre, spread, 1.2)
        return (1 - AGREEMENT) * (rate - worse) if design.paired else rate

    return World(draw, truth, "transcription")


def _logit_normal(centre: float, spread: float, factor: float = 1.0) -> float:
    grid = np.linspace(-10, 10, 20_001)
    chance = np.minimum(factor * special.expit(centre + spread * grid), 1.0)
    return float(integrate.simpson(chance * stats.norm.pdf(grid), x=grid))
