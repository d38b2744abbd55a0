"""The metrics that simulations measure, each on a world of data where its truth is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from simulated_cells import MODELS, SLICE, outcomes_of
from simulated_rows import (
    Design,
    FloatArray,
    IntArray,
    World,
    classified,
    regressed,
    scored,
    transcribed,
)

from specgen.engine.cells import SplitCells
from specgen.metrics.outcomes import Outcomes
from specgen.metrics.registry import all_metrics
from specgen.metrics.uses import Use, business_use
from specgen.spec.business import BusinessMetric
from specgen.stats.measure import difference, measure
from specgen.stats.measured import Measured

MANY = 100_000
PAYOFF = BusinessMetric(name="payoff", payoff={"tp": 40, "fp": -20, "fn": -100, "tn": 5})


@dataclass(frozen=True)
class Subject:
    """A metric on a world of data; `stress` where no method can promise its coverage, and said apart."""

    name: str
    use: Use
    world: World
    stress: bool = False

    def truth(self, design: Design) -> float:
        """What an endless sample would give."""
        return self.world.truth(self._metric(), design)

    def measured(self, split: SplitCells, paired: bool, seed: int) -> Measured:
        """The metric through the front door, or its difference between the two models."""
        if paired:
            return difference(self.use, split, SLICE, *MODELS, seed)
        return measure(self.use, split, SLICE, MODELS[0], seed)

    def bearing(self) -> float:
        """Share of the rows that the metric rests on: a proportion's trials, the rarer label's rows, or all."""
        metric = self.use.metric
        if metric.state == "moments" or self.use.business or "label" not in self._drawn():
            return 1.0
        label = self._drawn()["label"][0].astype(int)
        if metric.state == "sample":
            return float(np.bincount(label).min() / len(label))
        outcomes = Outcomes(
            label, self._drawn()["prediction0"][0].astype(int), self.world.labels, self.use.focus
        )
        if metric.state == "proportion":
            return float(self.use.function(outcomes).trial.mean())
        if metric.about_one_label:
            return float((outcomes.actual | outcomes.predicted).mean())
        return float(np.bincount(label).min() / len(label))

    def _drawn(self) -> Mapping[str, FloatArray | IntArray]:
        """Columns of many rows, (1, n)."""
        return self.world.draw(np.random.default_rng(1), 1, Design(MANY)).columns

    def _metric(self) -> object:
        if self.use.metric.state not in ("proportion", "counts"):
            return self.use.key
        outcomes = outcomes_of(self.world.labels, self.use.focus)
        if self.use.metric.state == "counts":
            return lambda table: self.use.function(outcomes, table.ravel())
        share = self.use.function(outcomes)
        both = share.success & share.trial
        return lambda table: table.ravel()[both].sum() / table.ravel()[share.trial].sum()


def use(name: str, focus: int | None = 1) -> Use:
    return Use(name, all_metrics()[name], focus=focus)


def binary(positives: float, recall: float, specificity: float) -> World:
    table = np.array([[specificity, 1 - specificity], [1 - recall, recall]])
    worse = np.array([[specificity - 0.03, 1.03 - specificity], [1.05 - recall, recall - 0.05]])
    return classified(np.array([1 - positives, positives]), table, worse)


def labelled(labels: int) -> World:
    """Labels ever rarer, each right less often, and wrong ones spread evenly."""
    shares = 0.6 ** np.arange(labels)
    right = np.linspace(0.9, 0.6, labels)
    table = np.array(
        [[r if i == j else (1 - r) / (labels - 1) for j in range(labels)] for i, r in enumerate(right)]
    )
    other = np.array(
        [[r if i == j else (1 - r) / (labels - 1) for j in range(labels)] for i, r in enumerate(right - 0.05)]
    )
    return classified(shares / shares.sum(), table, other)


def subjects() -> Iterator[Subject]:
    """Every family that there is, where it is easy and where it is hard."""
    for share in (0.5, 0.9, 0.99):
        yield Subject(f"accuracy {share:g}", use("accuracy"), binary(0.3, share, share))
    yield Subject("recall 0.8 of 10%", use("recall"), binary(0.1, 0.8, 0.95))
    for name in ("f1", "balanced_accuracy", "mcc", "cohen_kappa"):
        yield Subject(name, use(name), binary(0.3, 0.8, 0.9))
    yield Subject("f1 of 10%", use("f1"), binary(0.1, 0.8, 0.95))
    for labels in (3, 5):
        yield Subject(f"macro_f1 of {labels}", use("macro_f1", None), labelled(labels))
    yield Subject("payoff", business_use(PAYOFF, 0, ["no", "yes"]), binary(0.3, 0.8, 0.9))
    for kind in ("normal", "lognormal", "t3"):
        for name in ("mae", "rmse", "r2"):
            yield Subject(f"{name} {kind}", use(name, None), regressed(kind), stress=kind != "normal")
    yield Subject("brier", use("brier"), scored(0.3, 0.8))
    yield Subject("log_loss", use("log_loss"), scored(0.3, 0.8))
    yield Subject("wer 0.1", use("wer", None), transcribed(0.1))
    for area in (0.6, 0.8, 0.95):
        for positives in (0.5, 0.1):
            yield Subject(f"auc {area:g} of {positives:.0%}", use("auc"), scored(positives, area))
    for positives in (0.5, 0.1):
        yield Subject(
            f"average_precision of {positives:.0%}", use("average_precision"), scored(positives, 0.8)
        )
