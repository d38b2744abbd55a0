"""Every slice there is, scored one by one: what the search must agree with."""

from __future__ import annotations

import itertools

import numpy as np

from specgen.diagnosis.search.lattice import Asked
from specgen.diagnosis.search.score import score


def every_slice(codes, values, loss, weight, asked: Asked) -> list[tuple[float, tuple[tuple[int, int], ...]]]:
    """(score, conditions) of the k best slices, the best first."""
    amount = np.ones(len(loss)) if weight is None else weight
    found = []
    for many in range(1, asked.max_conditions + 1):
        for columns in itertools.combinations(range(len(values)), many):
            for chosen in itertools.product(*[range(values[column]) for column in columns]):
                inside = np.all([codes[c] == v for c, v in zip(columns, chosen, strict=True)], axis=0)
                if inside.sum() < asked.min_rows:
                    continue
                one = score(amount[inside].sum(), loss[inside].sum(), amount.sum(), loss.sum(), asked.alpha)
                if one > 1e-9:
                    found.append((float(one), tuple(zip(columns, chosen, strict=True))))
    return sorted(found, key=lambda one: (-one[0], len(one[1]), one[1]))[: asked.k]


def small_data(seed: int):
    """Random codes (columns, rows), values, losses, weights or None, and what to ask for."""
    rng = np.random.default_rng(seed)
    n, columns = int(rng.integers(100, 600)), int(rng.integers(1, 6))
    values = [int(k) for k in rng.integers(1, 6, columns)]
    # A code as large as the number of values stands for a row that has none of them.
    codes = np.array([rng.integers(0, k + (seed % 4 == 0), n) for k in values], dtype=np.uint8)
    loss = (rng.random(n) < 0.3).astype(float) if seed % 3 else rng.exponential(1, n)
    weight = rng.random(n) + 0.01 if seed % 2 else None
    alpha = float(rng.choice([0.6, 0.9, 0.95, 0.99]))
    asked = Asked(10, int(rng.integers(1, 5)), int(rng.integers(1, 30)), alpha)
    return codes, values, loss, weight, asked


def planted(columns: int, seed: int, n: int = 20_000):
    """Rows of 10 values a column, wrong in 10% but for three slices of two or three conditions; and these slices."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 10, (columns, n)).astype(np.uint8)
    first, last = columns - 3, columns - 1
    slices = [((0, 3), (last, 7)), ((first, 1), (last, 2)), ((1, 4), (first, 9))]
    chance = np.full(n, 0.1)
    for conditions in slices:
        chance[np.all([codes[c] == v for c, v in conditions], axis=0)] = 0.95
    return codes, (rng.random(n) < chance).astype(float), slices
