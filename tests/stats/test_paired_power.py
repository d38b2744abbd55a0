"""Power of the gate's bound on paired rows, the cautious form of Tango's."""

import numpy as np
import pytest

from specgen.stats.paired import cautious_tango, restricted_variance
from specgen.stats.paired_power import independent_discordance, paired_power, paired_rows, paired_truth


@pytest.mark.parametrize(
    ("apart", "discordance", "bound"),
    [(0.0, 0.1, -0.03), (0.05, 0.2, 0.0), (-0.005, 0.05, -0.02), (0.0, 0.04, -0.05)],
)
def test_planned_rows_have_the_power(apart, discordance, bound):
    n = paired_rows(apart, discordance, bound, 0.05, 0.8)
    chances = [(discordance + apart) / 2, (discordance - apart) / 2, 1 - discordance]
    drawn = np.random.default_rng(1).multinomial(n, chances, 600)
    passed = np.mean([cautious_tango(b, c, n).lower(0.05) >= bound for b, c, _ in drawn])
    assert passed == pytest.approx(0.8, abs=0.05)
    assert paired_power(n, apart, discordance, bound, 0.05) == pytest.approx(0.8, abs=0.005)
    assert paired_truth(n, discordance, bound, 0.05, 0.8) == pytest.approx(apart, abs=1e-3)


def test_rows_for_mcnemar_by_lachin():
    """For a bound of 0 the restricted variance is the discordance, as in Lachin (1992); half a row costs 1/difference."""
    assert restricted_variance(0.12, 0.08, 1.0, 0.0) == pytest.approx(0.2)
    n = ((1.959964 * 0.2**0.5 + 0.841621 * (0.2 - 0.04**2) ** 0.5) / 0.04) ** 2
    assert paired_rows(0.04, 0.2, 0.0, 0.025, 0.8) == int(n + 1 / 0.04) + 1


def test_what_is_not_above_is_never_shown():
    assert paired_rows(0.0, 0.1, 0.0, 0.05, 0.8) is None
    assert paired_truth(100, 0.3, 1.0, 0.05, 0.8) is None
    assert paired_power(100, 1.0, 0.0, 0.5, 0.05) == 1.0
    assert independent_discordance(0.9, 0.9) == pytest.approx(0.18)
