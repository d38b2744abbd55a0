"""What a model's own probabilities expect of a metric, and how far from it the labels are.

If probabilities are calibrated, each row says how likely its prediction is right before its label is
known, so the metric's value can be expected without labels (confidence-based performance estimation;
Garg et al. 2022, Leveraging unlabeled data to predict out-of-distribution performance, describe it as
average confidence). What the labels say beyond that is no change of the rows but of what they mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import Direction, Metric
from specgen.metrics.uses import Use

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray

RIGHT = "({prediction} = {label})::BIGINT"
SURPRISE = "greatest({}, 2.220446049250313e-16)"
FLAGGED, CLEAR = "({prediction} = 1)::BIGINT", "({prediction} = 0)::BIGINT"


@dataclass(frozen=True)
class Parts:
    """SQL row values of a ratio of sums: observed, and expected where they differ; `below` divides both."""

    observed: str
    expected: str
    below: str = "1"
    expected_below: str = "1"


def _entropy() -> str:
    score, rest = SURPRISE.format("{score}"), SURPRISE.format("1 - {score}")
    return f"-({{score}} * ln({score}) + (1 - {{score}}) * ln({rest}))"


BINARY: dict[str, Parts] = {
    "accuracy": Parts(RIGHT, "CASE WHEN {prediction} = 1 THEN {score} ELSE 1 - {score} END"),
    "recall": Parts(f"{FLAGGED} * {{label}}", f"{FLAGGED} * {{score}}", "{label}", "{score}"),
    "precision": Parts(f"{FLAGGED} * {{label}}", f"{FLAGGED} * {{score}}", FLAGGED, FLAGGED),
    "specificity": Parts(
        f"{CLEAR} * (1 - {{label}})", f"{CLEAR} * (1 - {{score}})", "1 - {label}", "1 - {score}"
    ),
    "false_positive_rate": Parts(
        f"{FLAGGED} * (1 - {{label}})", f"{FLAGGED} * (1 - {{score}})", "1 - {label}", "1 - {score}"
    ),
    "false_negative_rate": Parts(f"{CLEAR} * {{label}}", f"{CLEAR} * {{score}}", "{label}", "{score}"),
    "f1": Parts(
        f"2 * {FLAGGED} * {{label}}", f"2 * {FLAGGED} * {{score}}", f"{FLAGGED} + {{label}}", f"{FLAGGED} + {{score}}"
    ),
    "brier": Parts("({score} - {label}) * ({score} - {label})", "{score} * (1 - {score})"),
    "log_loss": Parts(f"-ln({SURPRISE.format('{true_score}')})", _entropy()),
}  # fmt: skip
MULTICLASS: dict[str, Parts] = {"accuracy": Parts(RIGHT, "q{i}")}


def expected_of(use: Use, task: str) -> str | None:
    """The metric that can be expected instead of a use: itself, else accuracy; None where scores tell nothing."""
    known = {"binary": BINARY, "multiclass": MULTICLASS}.get(task)
    if known is None:
        return None
    return use.key if use.key in known and use.label is None and not use.business else "accuracy"


def expected_use(name: str, task: str) -> Use:
    """What the probabilities expect of a metric."""
    parts = _parts(name, task)
    terms = {"expected": parts.expected, "below": parts.expected_below}
    return _use(f"expected {name}", terms, lambda expected, below: ratio(expected, below), 0.0)


def surplus_use(name: str, task: str) -> Use:
    """The observed metric minus the expected one, on the same rows."""
    parts = _parts(name, task)
    terms = {
        "observed": parts.observed, "below": parts.below,
        "expected": parts.expected, "expected_below": parts.expected_below,
    }  # fmt: skip

    def surplus(
        observed: FloatArray, below: FloatArray, expected: FloatArray, expected_below: FloatArray
    ) -> FloatArray:
        return ratio(observed, below) - ratio(expected, expected_below)

    return _use(f"{name} minus expected", terms, surplus, None)


def _parts(name: str, task: str) -> Parts:
    return (BINARY if task == "binary" else MULTICLASS)[name]


def _use(key: str, terms: dict[str, str], function: Callable[..., FloatArray], low: float | None) -> Use:
    better: Direction = "neither"
    return Use(
        key,
        Metric(key, "moments", function, (), better, low, None, needs_score=True, terms=terms),
    )
