"""A few cells of tests/benchmarks/coverage_counts.py, seeded: those that a change for the worse shows first."""

import sys
from pathlib import Path

import numpy as np
import pytest

# Behind everything else, since one benchmark is called like the package coverage.
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from simulated_cells import replicates
from simulated_rows import Design
from simulated_subjects import subjects

SUBJECTS = {subject.name: subject for subject in subjects()}
RUNS = 400


@pytest.mark.parametrize(
    ("name", "design", "least"),
    [
        ("f1", Design(200, units=20), 0.935),
        ("mae normal", Design(200, units=20), 0.925),
        ("r2 normal", Design(100), 0.90),
        ("wer 0.1", Design(100, weighted=True), 0.925),
        ("auc 0.95 of 10%", Design(100), 0.915),
        ("accuracy 0.9", Design(200, units=20), 0.92),
    ],
)
def test_intervals_cover(name: str, design: Design, least: float) -> None:
    subject, rng = SUBJECTS[name], np.random.default_rng(11)
    truth, rows = subject.truth(design), subject.world.draw(rng, RUNS, design)
    covered = 0
    for seed, cells in enumerate(replicates(subject.use, subject.world, rows, design.paired)):
        found = subject.measured(cells, design.paired, seed)
        assert found.shown is not None
        low, high = found.shown.interval(0.95)
        covered += low <= truth <= high
    assert least < covered / RUNS < 0.995


@pytest.mark.parametrize(
    ("name", "design"),
    [
        ("auc 0.95 of 10%", Design(200)),
        ("auc 0.95 of 10%", Design(100, paired=True)),
        ("auc 0.95 of 50%", Design(1000, units=60)),
        ("rmse normal", Design(100, paired=True)),
        ("payoff", Design(100, weighted=True)),
    ],
)
def test_gates_at_the_bound_rarely_decide(name: str, design: Design) -> None:
    subject, rng = SUBJECTS[name], np.random.default_rng(12)
    truth, rows = subject.truth(design), subject.world.draw(rng, RUNS, design)
    passes, fails = 0, 0
    for seed, cells in enumerate(replicates(subject.use, subject.world, rows, design.paired)):
        found = subject.measured(cells, design.paired, seed)
        assert found.decision is not None
        passes += found.decision.lower(0.05) > truth
        fails += found.decision.upper(0.05) < truth
    assert max(passes, fails) / RUNS <= 0.06
