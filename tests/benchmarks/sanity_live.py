"""False alarms of the sanity checks that train the model anew, on sound models and data that are drawn anew.

    python tests/benchmarks/sanity_live.py [RUNS]

RUNS times (1,000 unless told), with one kind of model after the other: data of a random size, share of the
labels and strength of the features are drawn, a sound model is trained, and both checks look at it. Exits
with 1 where a check fails one of a hundred or more.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "checks" / "sanity"))
from live_models import Known

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
CHECKS = ("overfits_few_rows", "shuffled_labels")
NAMES = ["a", "b", "c", "d", "e"]


def models() -> dict[str, tuple[str, Any]]:
    """Cheap models by task."""
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    return {
        "logistic regression": ("scored", LogisticRegression()),
        "tree": ("scored", DecisionTreeClassifier(min_samples_leaf=20)),
        "naive Bayes, three classes": ("multiclass", GaussianNB()),
        "tree, three classes": ("multiclass", DecisionTreeClassifier(max_depth=8)),
        "linear regression": ("regression", LinearRegression()),
        "tree regression": ("regression", DecisionTreeRegressor(min_samples_leaf=5)),
        "neighbours regression": ("regression", KNeighborsRegressor(15)),
    }


def drawn(task: str, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Train and test: skewed and binary features, labels that depend on them more or less."""
    n = int(rng.integers(300, 3000))
    x = np.column_stack([
        rng.normal(size=n), rng.lognormal(size=n), rng.integers(0, 2, n), rng.poisson(2, n), rng.random(n),
    ])  # fmt: skip
    signal = (x - x.mean(axis=0)) @ rng.normal(size=5) * rng.uniform(0, 1.5)
    if task == "regression":
        y: Any = signal + rng.gumbel(size=n)
    elif task == "scored":
        y = (signal + rng.logistic(size=n) > rng.uniform(-2, 2)).astype(int)
    else:
        y = np.array(list("abc"))[np.digitize(signal + rng.logistic(size=n), [-1, rng.uniform(0, 2)])]
    columns = {"p": 0.0 if task == "regression" else ("a" if task == "multiclass" else 0)}
    columns |= {"s": 0.5} if task == "scored" else {}
    rows = pd.DataFrame(x, columns=NAMES).assign(id=range(n), y=y, **columns)
    return {"train": rows.iloc[: n // 2], "test": rows.iloc[n // 2 :]}


def main() -> int:
    """Simulate, and print a line for each kind of model and check."""
    counts: Counter[tuple[str, str, str]] = Counter()
    kinds = list(models().items())
    for seed in range(RUNS):
        name, (task, model) = kinds[seed % len(kinds)]
        data = Known(task, drawn(task, np.random.default_rng(seed)), NAMES, model)
        with TemporaryDirectory() as folder:
            findings = data.look_with(CHECKS, Path(folder), seed=seed)
        counts.update((name, check, found[0].verdict) for check, found in zip(CHECKS, findings, strict=True))
    for check in CHECKS:
        for name, _ in kinds:
            told = {
                verdict: n for (of, by, verdict), n in sorted(counts.items()) if (of, by) == (name, check)
            }
            print(f"{check:20} {name:28} {told}")
    false = {check: sum(n for (_, by, verdict), n in counts.items() if (by, verdict) == (check, "failed"))
             for check in CHECKS}  # fmt: skip
    print(f"failed, of {RUNS:,} runs: {false}")
    return int(max(false.values()) >= RUNS / 100)


if __name__ == "__main__":
    sys.exit(main())
