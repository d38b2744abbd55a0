"""Gates between groups: what the rows of two groups can show of their gap and their ratio."""

import math

import numpy as np
import pytest

from specgen.engine.cells import Size
from specgen.planning.members import Rates
from specgen.planning.pairs import Group, pair_outcomes
from specgen.spec.milestones import Gate
from specgen.stats.proportion import wilson
from specgen.stats.unpaired import mover


def groups(n, first, second):
    return {
        name: Group(name, Size(2 * n), n, value, math.sqrt(value * (1 - value) / n), "spread", True)
        for name, value in (("a", first), ("b", second))
    }


@pytest.mark.parametrize(
    ("first", "second", "likely"), [(0.9, 0.9, "pass"), (0.9, 0.87, "pass"), (0.9, 0.8, "fail")]
)
def test_gaps_reach_their_verdict_as_often_as_planned(first, second, likely):
    gate = Gate.model_validate({"metric": "recall", "by": "g", "gap_at_most": 0.06})
    (pair,) = pair_outcomes(gate, groups(700, first, second), Rates(0.05, 0.05))
    assert (pair.name if likely == "fail" else "a − b", pair.reach.likely) == ("a − b", likely)
    rng, hits = np.random.default_rng(2), 0
    for a, b in zip(rng.binomial(700, first, 500), rng.binomial(700, second, 500), strict=True):
        gap = mover(wilson(int(a), 700), wilson(int(b), 700))
        passes = gap.upper(0.05) <= 0.06 and gap.lower(0.05) >= -0.06
        hits += passes if likely == "pass" else gap.lower(0.05) > 0.06
    assert hits / 500 == pytest.approx(pair.reach.chance, abs=0.06)


def test_needed_rows_have_the_power_and_grow_with_it():
    gate = Gate.model_validate({"metric": "recall", "by": "g", "gap_at_most": 0.06})
    (pair,) = pair_outcomes(gate, groups(100, 0.9, 0.9), Rates(0.05, 0.05))
    n = pair.reach.needed(0.8)
    (larger,) = pair_outcomes(gate, groups(n / 2, 0.9, 0.9), Rates(0.05, 0.05))
    assert larger.reach.chance == pytest.approx(0.8, abs=0.002)
    assert pair.reach.needed(0.95) > n
    assert pair.reach.pass_from is None
    assert larger.reach.pass_from == pytest.approx(0.0, abs=0.002)


def test_ratios():
    gate = Gate.model_validate({"metric": "recall", "by": "g", "ratio_at_least": 0.8})
    (pair,) = pair_outcomes(gate, groups(400, 0.9, 0.85), Rates(0.05, 0.05))
    assert pair.name == "b ÷ a"
    assert pair.assumed == pytest.approx(0.85 / 0.9)
    assert pair.reach.likely == "pass"
    assert 0.8 < pair.reach.pass_from < 0.9
    assert 0.7 < pair.reach.fail_from < 0.8


def test_a_group_of_which_nothing_is_known_stands_for_itself():
    gate = Gate.model_validate({"metric": "recall", "by": "g", "gap_at_most": 0.06})
    found = pair_outcomes(
        gate, {**groups(100, 0.9, 0.8), "c": "no rows that count for it"}, Rates(0.05, 0.05)
    )
    assert [(pair.name, pair.reason) for pair in found] == [("c", "no rows that count for it"), ("a − b", "")]
