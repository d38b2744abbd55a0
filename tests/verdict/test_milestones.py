"""The ladder: no rung is better than the ones below it."""

from itertools import product
from types import SimpleNamespace

import pytest

from specgen.verdict.judged import Gate
from specgen.verdict.milestones import RANK, climb, overall, own_verdict

OWN = {"go": "pass", "no-go": "fail", "inconclusive": "inconclusive"}


def gate(milestone, verdict, **fields):
    base = {
        "milestone": milestone, "gate": "accuracy at least 0.9", "verdict": verdict, "severity": "must",
        "if_inconclusive": "hold", "evidence": "confident", "confidence": 0.95, "kind": "metric",
        "metric": "accuracy", "split": "test", "measured": 0.9, "low": 0.8, "high": 0.95, "bound": 0.9,
        "better": "at_least", "n": 10, "method": "wilson", "reason": "", "more_examples": None,
    }  # fmt: skip
    return Gate(**{**base, **fields})


@pytest.mark.parametrize("own", list(product(OWN, repeat=3)))
def test_a_rung_is_as_good_as_the_worst_below(own):
    stages = [SimpleNamespace(name=f"m{i}", split="test") for i in range(3)]
    ladder = climb(stages, [gate(f"m{i}", OWN[verdict]) for i, verdict in enumerate(own)])
    for i, rung in enumerate(ladder):
        assert RANK[rung.verdict] == max(RANK[verdict] for verdict in own[: i + 1])
    assert overall(ladder) == ladder[-1].verdict


@pytest.mark.parametrize(
    ("verdict", "fields", "expected"),
    [
        ("error", {}, "no-go"),
        ("error", {"if_inconclusive": "warn"}, "no-go"),
        ("inconclusive", {"if_inconclusive": "warn"}, "go"),
        ("inconclusive", {}, "inconclusive"),
        ("fail", {"severity": "should"}, "go"),
    ],
)
def test_what_decides(verdict, fields, expected):
    assert own_verdict([gate("m", verdict, **fields)]) == expected
