"""A few cases of tests/benchmarks/verdicts.py, seeded: thirty slices, and a gate exactly at its bound."""

import sys
from pathlib import Path

# Behind everything else, since one benchmark is called like the package coverage.
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from simulated_rows import Design
from simulated_subjects import subjects
from verdicts import BOUND, GOOD, at_truth, between_groups, over_slices, verdicts

RUNS = 40
PASS, FAIL, POINT, SINGLE = 0, 1, 4, 5


def test_thirty_good_slices_do_not_fail_and_a_bad_one_does() -> None:
    good, bad = verdicts(over_slices(GOOD, bad=False), RUNS), verdicts(over_slices(GOOD, bad=True), RUNS)
    assert good[FAIL] <= 1
    assert bad[FAIL] >= 36
    assert good[POINT] > 33, "measured values alone fail nearly every time"


def test_thirty_slices_at_their_bound_fail_only_without_correction() -> None:
    found = verdicts(over_slices(BOUND, bad=False), RUNS)
    assert found[FAIL] <= 6
    assert found[SINGLE] > 20
    assert found[PASS] == 0


def test_gates_at_the_bound_are_seldom_wrong() -> None:
    f1 = next(subject for subject in subjects() if subject.name == "f1")
    for case in (at_truth(f1, Design(200, units=20)), between_groups("gap_at_most", (0.9, 0.8), 200)):
        found = verdicts(case, 5 * RUNS)
        assert found[PASS] <= 0.09 * 5 * RUNS
        assert found[FAIL] <= 0.09 * 5 * RUNS
