"""Projects of which the truth is known: what loses accuracy is built in, so that the advice can be checked.

Each case says how often the model and the person are right on the rows of each split, apart for the slices
a (90% of the rows) and b (10%).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

SPLITS = ("train", "dev", "test", "production")
ROWS = 4000
LABELS = np.array(["cat", "dog", "bird"])


@dataclass(frozen=True)
class Case:
    """Chances of being right by split on slices a and b; `person` None is no baseline. `says` are words of the
    advice's first sentence."""

    name: str
    model: dict[str, tuple[float, float]]
    person: tuple[float, float] | None
    says: str


def _all(a: float, b: float) -> dict[str, tuple[float, float]]:
    return dict.fromkeys(SPLITS, (a, b))


CASES = (
    Case("only bias", _all(0.85, 0.85), (0.95, 0.95), "(avoidable bias)"),
    Case("only variance", _all(0.86, 0.86) | {"train": (0.96, 0.96)}, (0.96, 0.96), "(variance)"),
    Case(
        "only tuning to dev",
        _all(0.86, 0.86) | {"train": (0.95, 0.95), "dev": (0.95, 0.95)},
        (0.95, 0.95),
        "The dev set has been tuned to",
    ),
    Case("only shift", _all(0.95, 0.95) | {"production": (0.86, 0.86)}, (0.95, 0.95), "(shift)"),
    Case("only one slice", _all(0.95, 0.6), (0.95, 0.95), "Slice group=b"),
    Case("hard for people too", _all(0.95, 0.6), (0.95, 0.6), "No step of the ladder"),
    Case("nothing wrong", _all(0.93, 0.93), (0.93, 0.93), "No step of the ladder"),
    Case("better than people", _all(0.95, 0.95), (0.88, 0.88), "No step of the ladder"),
    Case("no baseline", _all(0.93, 0.93), None, "No step of the ladder"),
)

SPEC = """specgen: 1
project: {name: case, purpose: explore}
task: {type: multiclass, target: label, prediction: guess}
data: {train: train.parquet, dev: dev.parquet, test: test.parquet, production: production.parquet}
models: {candidate: {columns: {prediction: guess}}}
metrics: [accuracy]
BASELINES
slices: [{by: group}]
milestones:
  - {name: test, split: test, gates: [{metric: accuracy, at_least: 0.5}]}
  - {name: business, split: production, gates: [{metric: accuracy, at_least: 0.5}]}
"""


def write_case(folder: Path, case: Case, seed: int) -> Path:
    """The case's spec and data."""
    rng = np.random.default_rng(seed)
    for split in SPLITS:
        of_b = rng.random(ROWS) < 0.1
        truth = rng.integers(0, 3, ROWS)
        columns = {"group": np.where(of_b, "b", "a"), "label": LABELS[truth]}
        columns["guess"] = LABELS[_answers(rng, truth, of_b, case.model[split])]
        columns["person"] = LABELS[_answers(rng, truth, of_b, case.person or (0.9, 0.9))]
        parquet.write_table(pa.table(columns), folder / f"{split}.parquet")
    baselines = "baselines: {human: {kind: human, column: person}}" if case.person else ""
    spec = folder / "spec.yaml"
    spec.write_text(SPEC.replace("BASELINES", baselines))
    return spec


def _answers(
    rng: np.random.Generator, truth: np.ndarray, of_b: np.ndarray, chances: tuple[float, float]
) -> np.ndarray:
    right = rng.random(ROWS) < np.where(of_b, chances[1], chances[0])
    return np.where(right, truth, (truth + rng.integers(1, 3, ROWS)) % 3)
