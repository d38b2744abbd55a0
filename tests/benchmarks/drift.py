"""How drift is told: silent where there is none, right at its limit, and found where there is some.

    python tests/benchmarks/drift.py [--pairs 1000]

Pairs of samples are simulated, 1,000 a line. `verdict` is how often a method says "drifted" at the default
limits, `above 0` how often its lower bound says that there is any difference, `test` how often the test of no
difference has p below 5%. Without drift all three have to be at most 5%. At its limit a method may say
"drifted" 5% and "stable" 5% of the time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from specgen.checks.drift.bounds import ks_estimate, psi_estimate, total_variation_estimate
from specgen.checks.drift.cells import Cells, cells_of_rows, range_cells, ranges
from specgen.checks.drift.distances import chi_square, kolmogorov_smirnov, numbers, psi
from specgen.checks.drift.joint import Drawn, told_apart

ALPHA = 0.05
LIMITS = {"psi": 0.2, "total variation": 0.2, "ks": 0.2, "auc": 0.6}
Rng = np.random.Generator


@dataclass(frozen=True)
class Told:
    """What one pair was told as."""

    drifted: bool
    stable: bool
    above_0: bool
    p_value: float


def by_psi(before: Cells, after: Cells) -> Told:
    """PSI with its bounds, and the χ² test of the same cells."""
    found = psi_estimate(before.share, after.share, before.n, after.n)
    test, _ = chi_square(before.share, after.share, before.n, after.n)
    limit = LIMITS["psi"]
    return Told(found.lower(ALPHA) > limit, found.upper(ALPHA) <= limit, found.lower(ALPHA) > 0, test.p_value)


def by_total_variation(before: Cells, after: Cells) -> Told:
    """Total variation with its band, and the χ² test."""
    found = total_variation_estimate(before.share, after.share, before.n, after.n)
    test, _ = chi_square(before.share, after.share, before.n, after.n)
    limit = LIMITS["total variation"]
    return Told(found.lower(ALPHA) > limit, found.upper(ALPHA) <= limit, found.lower(ALPHA) > 0, test.p_value)


def by_ks(one: np.ndarray, other: np.ndarray) -> Told:
    """KS with its band and its test."""
    test = kolmogorov_smirnov(numbers(one), numbers(other), len(one), len(other))
    found = ks_estimate(test.statistic, len(one), len(other))
    limit = LIMITS["ks"]
    return Told(found.lower(ALPHA) > limit, found.upper(ALPHA) <= limit, found.lower(ALPHA) > 0, test.p_value)


def by_classifier(one: Drawn, other: Drawn, seed: int) -> Told:
    """The classifier's AUC on the held-out half; its test is of 0.5."""
    names = [str(j) for j in range(one.columns.shape[1])]
    found = told_apart(one, other, names, np.zeros(len(names), dtype=bool), seed).estimate
    low, high = found.lower(ALPHA), found.upper(ALPHA)
    return Told(low > LIMITS["auc"], high <= LIMITS["auc"], low > 0.5, found.p_above(0.5))


def by_tenths(one: np.ndarray, other: np.ndarray, units: tuple[np.ndarray, np.ndarray] | None = None) -> Told:
    """PSI of the first one's tenths, and the KS test, as numbers are compared."""
    before, after = tenths(one, other, units)
    told = by_psi(before, after)
    test = kolmogorov_smirnov(numbers(one), numbers(other), before.n, after.n)
    return Told(told.drifted, told.stable, told.above_0, test.p_value)


def tenths(
    one: np.ndarray, other: np.ndarray, units: tuple[np.ndarray, np.ndarray] | None
) -> tuple[Cells, Cells]:
    """Both samples by the first one's tenths."""
    sample = numbers(one)
    (ends, names), low = ranges(sample), float(sample.values[0])
    before, after = (
        cells_of_rows(range_cells(side, low, ends), len(names), None, unit)
        for side, unit in zip((one, other), units or (None, None), strict=True)
    )
    return before, after


def multinomial(rng: Rng, share: np.ndarray, n: int) -> Cells:
    """Rows of categories with these shares."""
    return Cells(rng.multinomial(n, share) / n, n, float(n))


def clustered(rng: Rng, k: int, units: int, per_unit: int) -> Cells:
    """Rows of units that each have their own shares, Dirichlet about equal ones: about 0.2 intra-class correlation."""
    shares = rng.dirichlet(np.full(k, 4 / k), units)
    cell = np.concatenate([rng.choice(k, per_unit, p=share) for share in shares])
    return cells_of_rows(cell, k, None, np.repeat(np.arange(units), per_unit))


def weighted(rng: Rng, share: np.ndarray, n: int) -> Cells:
    """Rows with lognormal weights, larger in the first cell and drawn less often there."""
    cell = rng.choice(len(share), n, p=share)
    return cells_of_rows(cell, len(share), rng.lognormal(0, 1, n) * np.where(cell == 0, 3.0, 1.0), None)


def zipf(k: int) -> np.ndarray:
    """Shares of k categories of which the j-th has 1/j of the first's rows."""
    share = 1 / np.arange(1, k + 1)
    return np.asarray(share / share.sum())


def same(rng: Rng) -> Iterator[tuple[str, Callable[[], Told]]]:
    """Pairs of samples of one population."""
    for n, m in ((200, 200), (1000, 1000), (5000, 500), (50_000, 50_000)):
        yield f"PSI, 5 categories, {n:,} and {m:,} rows", lambda n=n, m=m: by_psi(
            multinomial(rng, zipf(5), n), multinomial(rng, zipf(5), m))  # fmt: skip
    yield "PSI, 30 categories, 1,000 rows", lambda: by_psi(
        multinomial(rng, zipf(30), 1000), multinomial(rng, zipf(30), 1000))  # fmt: skip
    yield (
        "PSI, tenths of normal numbers, 1,000 rows",
        lambda: by_tenths(rng.normal(size=1000), rng.normal(size=1000)),
    )
    yield (
        "PSI, tenths of normal numbers, 30 rows",
        lambda: by_tenths(rng.normal(size=30), rng.normal(size=30)),
    )
    yield (
        "PSI, tenths of lognormal, 200 and 2,000",
        lambda: by_tenths(rng.lognormal(size=200), rng.lognormal(size=2000)),
    )
    yield "PSI, tenths of counts, 1,000 rows", lambda: by_tenths(
        rng.poisson(30, 1000).astype(float), rng.poisson(30, 1000).astype(float))  # fmt: skip
    yield "total variation, 5 categories, 1,000 rows", lambda: by_total_variation(
        multinomial(rng, zipf(5), 1000), multinomial(rng, zipf(5), 1000))  # fmt: skip
    yield "KS, normal numbers, 1,000 rows", lambda: by_ks(rng.normal(size=1000), rng.normal(size=1000))
    yield (
        "KS, lognormal numbers, 300 and 3,000",
        lambda: by_ks(rng.lognormal(size=300), rng.lognormal(size=3000)),
    )
    yield (
        "KS, rounded numbers, 1,000 rows",
        lambda: by_ks(np.round(rng.normal(0, 3, 1000)), np.round(rng.normal(0, 3, 1000))),
    )
    yield (
        "PSI, 100 units of 20 rows each",
        lambda: by_psi(clustered(rng, 5, 100, 20), clustered(rng, 5, 100, 20)),
    )
    yield (
        "PSI, 30 units of 50 rows each",
        lambda: by_psi(clustered(rng, 5, 30, 50), clustered(rng, 5, 30, 50)),
    )
    yield (
        "PSI, weighted, 1,000 rows",
        lambda: by_psi(weighted(rng, zipf(5), 1000), weighted(rng, zipf(5), 1000)),
    )
    yield "classifier, 5 normal columns, 1,000 rows", lambda: by_classifier(
        Drawn(rng.normal(size=(1000, 5))), Drawn(rng.normal(size=(1000, 5))), int(rng.integers(1 << 30)))  # fmt: skip
    yield "classifier, 60 units of 20 rows each", lambda: by_classifier(
        _of_units(rng), _of_units(rng), int(rng.integers(1 << 30)))  # fmt: skip


def _units_by_tenths(rng: Rng) -> Told:
    sides = [np.repeat(rng.normal(size=100), 20) + 0.5 * rng.normal(size=2000) for _ in range(2)]
    unit = np.repeat(np.arange(100), 20)
    return by_tenths(sides[0], sides[1], (unit, unit))


def _of_units(rng: Rng) -> Drawn:
    unit = np.repeat(rng.integers(1 << 40, size=60), 20)
    columns = np.repeat(rng.normal(size=(60, 4)), 20, axis=0) + 0.5 * rng.normal(size=(1200, 4))
    return Drawn(columns, None, unit)


def correlated(rng: Rng, rho: float, n: int) -> Drawn:
    """Two standard normal columns."""
    return Drawn(rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], n))


def at_limit(share: np.ndarray, limit: float) -> np.ndarray:
    """Shares that lie in the direction of the reversed ones, at a PSI of exactly the limit."""
    far = share[::-1]
    step = optimize.brentq(lambda t: psi(share, share + t * (far - share)) - limit, 0, 1)
    return np.asarray(share + step * (far - share))


def limits(rng: Rng) -> Iterator[tuple[str, Callable[[], Told]]]:
    """Pairs that truly are at their limit."""
    for k, n, m in ((2, 1000, 1000), (5, 500, 500), (5, 5000, 500), (5, 50_000, 50_000), (20, 2000, 2000)):
        moved = at_limit(zipf(k), LIMITS["psi"])
        yield f"PSI of 0.2, {k} categories, {n:,} and {m:,} rows", lambda k=k, n=n, m=m, moved=moved: by_psi(
            multinomial(rng, zipf(k), n), multinomial(rng, moved, m))  # fmt: skip
    shift = 2 * float(optimize.brentq(lambda d: _normal_ks(d) - LIMITS["ks"], 0, 2)) / 2
    yield (
        "KS of 0.2, normal numbers, 1,000 rows",
        lambda: by_ks(rng.normal(size=1000), rng.normal(shift, 1, 1000)),
    )
    moved = zipf(5) + np.array([-0.2, 0, 0, 0, 0.2])
    yield "total variation of 0.2, 5 categories, 1,000", lambda: by_total_variation(
        multinomial(rng, zipf(5), 1000), multinomial(rng, moved, 1000))  # fmt: skip


def _normal_ks(shift: float) -> float:
    from scipy import special

    return float(2 * special.ndtr(shift / 2) - 1)


def apart(rng: Rng) -> Iterator[tuple[str, Callable[[], Told]]]:
    """Pairs that have drifted."""
    far = at_limit(zipf(5), 0.4)
    yield (
        "PSI of 0.4, 5 categories, 1,000 rows",
        lambda: by_psi(multinomial(rng, zipf(5), 1000), multinomial(rng, far, 1000)),
    )
    yield (
        "PSI, mean moved by 0.8 σ, 1,000 rows",
        lambda: by_tenths(rng.normal(size=1000), rng.normal(0.8, 1, 1000)),
    )
    yield (
        "KS, mean moved by 0.8 σ, 1,000 rows",
        lambda: by_ks(rng.normal(size=1000), rng.normal(0.8, 1, 1000)),
    )
    yield "correlation 0.9 → 0, PSI of a column, 5,000", lambda: by_tenths(
        correlated(rng, 0.9, 5000).columns[:, 0], correlated(rng, 0.0, 5000).columns[:, 0])  # fmt: skip
    yield "correlation 0.9 → 0, classifier, 5,000 rows", lambda: by_classifier(
        correlated(rng, 0.9, 5000), correlated(rng, 0.0, 5000), int(rng.integers(1 << 30)))  # fmt: skip


def rates(pair: Callable[[], Told], pairs: int) -> dict[str, float]:
    """Shares of pairs that are told as each."""
    told = [pair() for _ in range(pairs)]
    return {
        "drifted": float(np.mean([one.drifted for one in told])),
        "stable": float(np.mean([one.stable for one in told])),
        "above_0": float(np.mean([one.above_0 for one in told])),
        "test": float(np.mean([one.p_value < ALPHA for one in told])),
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for title, cases in (("no drift", same), ("at the limit", limits), ("drift", apart)):
        print(f"\n{title:<48} {'drifted':>8} {'stable':>8} {'above 0':>8} {'test':>8}")
        for name, pair in cases(np.random.default_rng(given.seed)):
            began = time.perf_counter()
            found = rates(pair, given.pairs)
            print(f"{name:<48} " + " ".join(f"{100 * found[key]:7.1f}%" for key in found), flush=True)
            print(f"  {time.perf_counter() - began:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
