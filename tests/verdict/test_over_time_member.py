"""Performance over time as a member of a drift gate."""

import pytest

from specgen.checks.over_time.found import Followed, OverTime, TimeTest
from specgen.verdict.over_time import over_time_member


def over_time(*tests, finding="open", splits=("test",), labelled=True, performance=True):
    made = tuple(
        TimeTest(kind=kind, statistic=effect / 0.01, p_value=0.001, effect=effect, low=effect - 0.01,
                 high=effect + 0.01, material=0.02, finding=one)
        for kind, effect, one in tests
    )  # fmt: skip
    return OverTime(
        splits=splits, labelled=labelled, metric="accuracy", label=None, length="month", read_as="dates", rows=900,
        confidence=0.95, windows=(), performance=Followed(finding=finding, tests=made) if performance else None,
        not_tested=None if performance else "one window has 30 rows",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tests", "better", "verdict"),
    [
        ([("change", -0.05, "shown"), ("trend", -0.05, "open"), ("spread", 0.02, "open")], "higher", "fail"),
        ([("change", 0.05, "shown"), ("trend", 0.05, "open"), ("spread", 0.02, "open")], "higher", "pass"),
        ([("change", 0.05, "shown"), ("trend", 0.05, "open"), ("spread", 0.02, "open")], "lower", "fail"),
        ([("change", 0.05, "shown"), ("trend", 0.05, "open"), ("spread", 0.02, "open")], "neither", "fail"),
        ([("change", 0.0, "open"), ("trend", -0.05, "open"), ("spread", 0.02, "shown")], "higher", "fail"),
        ([("change", 0.001, "small"), ("trend", 0.0, "small"), ("spread", 0.0, "open")], "higher", "pass"),
        ([("change", -0.025, "open"), ("trend", 0.0, "open"), ("spread", 0.0, "open")], "higher", "inconclusive"),
    ],
)  # fmt: skip
def test_verdict(tests, better, verdict) -> None:
    """A tenth of the error is 0.02, and so is what is allowed."""
    member = over_time_member((over_time(*tests),), "test", better, 0.1)
    assert member is not None
    assert member.verdict == verdict
    assert member.bound == pytest.approx(0.02)
    assert member.low <= member.measured <= member.high


def test_what_was_not_tested_is_inconclusive_and_says_why() -> None:
    member = over_time_member((over_time(performance=False),), "test", "higher", 0.1)
    assert member is not None
    assert member.verdict == "inconclusive"
    assert "one window" in member.reason


def test_a_split_that_was_not_followed_or_has_no_labels_has_no_member() -> None:
    both = over_time(splits=("dev", "test")), over_time(labelled=False)
    assert over_time_member(both, "test", "higher", 0.1) is None
