"""The registry of metrics: one decorated function is a whole metric.

A metric says which additive state it needs and derives a number from it. There are five states:

- a *proportion* marks, among the outcome cells (label × prediction), the trials and the successes;
- *counts* is any other function of the counts of outcome cells;
- *moments* is a smooth function of sums of row values, each row value an SQL term;
- a *share* is a proportion of rows, by the SQL terms `success` (1 or 0) and `rows`;
- a *sample* is any other function of a slice's rows, which says how each row moves it, or how to
  compute it again from other weights (`specgen.metrics.influence`).

The state decides how the number's uncertainty is measured (`specgen.stats.measure`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

State = Literal["proportion", "counts", "moments", "share", "sample"]
SUMMED: tuple[State, ...] = ("moments", "share")
Direction = Literal["higher", "lower", "neither"]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Metric:
    """A registered metric.

    `tasks` are the task types that have it; for `label_tasks` it is a metric of one label, taken
    against the rest. `low` and `high` bound its values, None where unbounded. `better` is neither for a
    number that has a place to be at: a signed error, a coverage. `terms` are the SQL row values of a
    moments, share or sample metric over the columns `{label}`, `{prediction}`, `{score}`,
    `{true_score}`, `{centred_label}`, `{word_errors}`, `{words}`, `{char_errors}`, `{chars}`, `{rank}`,
    `{hits}`, `{label_count}`, `{i}`, the model's number, and the metric's own parameters and `columns`;
    a term that names `{labels}` or `{predictions}` is a row value of each label. `parameters` are the keys
    that a spec may give it, with their defaults; None where one must be given. `columns` are the keys by
    which a spec names columns of the model. `undefined` says when it has no value. `package` must be
    installed, by the extra that stands behind it. `text` is the definition of a metric of a spec's own.
    `where` is the SQL condition of the rows on which a moments metric is defined at all; one of
    `whole_queries` is undefined on slices that have only some rows of a query. One that is `against` a
    baseline holds each row of the candidate beside it: its terms are `{broken}` and `{mended}`.
    """

    name: str
    state: State
    function: Function
    tasks: tuple[str, ...]
    better: Direction
    low: float | None
    high: float | None
    label_tasks: tuple[str, ...] = ()
    needs_score: bool = False
    parameters: Mapping[str, float | None] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    undefined: str = "its denominator is 0"
    package: tuple[str, str] | None = None
    text: str = ""
    where: str = "true"
    whole_queries: bool = False
    against: bool = False

    @property
    def about_one_label(self) -> bool:
        """Whether only rows with its label on either side bear on it, as on F1; not so of accuracy or kappa."""
        return bool(self.label_tasks) and not set(self.tasks) & set(self.label_tasks)

    @property
    def mean_over_rows(self) -> bool:
        """Whether the whole's value is the slices' values, weighted by their rows (or words)."""
        if self.state == "proportion":
            return self.name in MEANS
        return self.state in SUMMED and len(self.terms) == 2 and self.name != "rmse"

    @property
    def definition(self) -> str:
        """The docstring's first paragraph, on one line."""
        if self.text:
            return self.text
        return " ".join((self.function.__doc__ or "").split("\n\n")[0].split())

    @property
    def help(self) -> str:
        """The whole docstring, without indentation."""
        lines = (self.function.__doc__ or "").strip().splitlines()
        return "\n".join(line.strip() for line in lines)

    @property
    def title(self) -> str:
        """The name for people."""
        return title_of(self.name)


def title_of_key(key: str) -> str:
    """The same of a metric's key, with its parameters: `NDCG@10`, `Negative flip rate against previous`."""
    name, at, values = key.partition("@")
    return title_of(name) + (" against " if name.endswith("_flip_rate") and at else at) + values


def title_of(name: str) -> str:
    """The name for people of a metric's: `f1` stays short, the rest reads as words."""
    words = name.removesuffix("_f1").replace("_", " ")
    words = words[:1].upper() + words[1:]
    return SHORT.get(name, f"{words} F1" if name.endswith("_f1") else words)


SHORT = {
    "f1": "F1", "auc": "AUC", "partial_auc": "Partial AUC", "wer": "WER", "cer": "CER", "mae": "MAE", "rmse": "RMSE",
    "r2": "R²", "mape": "MAPE", "smape": "sMAPE", "wape": "WAPE", "mcc": "MCC", "bleu": "BLEU", "chrf": "chrF",
    "f_beta": "F-beta", "ndcg": "NDCG", "mrr": "MRR", "map": "MAP", "top_k_accuracy": "Top-k accuracy",
}  # fmt: skip
# Proportions whose trials are all rows.
MEANS = ("accuracy", "selection_rate", "micro_f1", "micro_precision", "micro_recall", "weighted_recall")

_METRICS: dict[str, Metric] = {}


def metric(
    state: State,
    *,
    tasks: tuple[str, ...],
    better: Direction,
    low: float | None = 0.0,
    high: float | None = 1.0,
    label_tasks: tuple[str, ...] = (),
    needs_score: bool = False,
    parameters: Mapping[str, float | None] | None = None,
    terms: Mapping[str, str] | None = None,
    columns: tuple[str, ...] = (),
    undefined: str = "its denominator is 0",
    package: tuple[str, str] | None = None,
    where: str = "true",
    whole_queries: bool = False,
    against: bool = False,
    name: str | None = None,
) -> Callable[[Function], Function]:
    """Register the decorated function as a metric; see `Metric` for the fields.

    Its name is the function's. Another task may have a metric of the same `name` that is a thing of
    its own, such as recall among the top k of a ranking; its function is called otherwise.
    """

    def register(function: Function) -> Function:
        key = function.__name__
        if key in _METRICS:
            raise ValueError(f"two metrics are called {key!r}")
        _METRICS[key] = Metric(
            name or key, state, function, tasks, better, low, high, label_tasks, needs_score,
            parameters or {}, terms or {}, columns, undefined, package, "", where, whole_queries, against,
        )  # fmt: skip
        return function

    return register


@cache
def all_metrics() -> Mapping[str, Metric]:
    """Every metric by its function's name; the modules of `specgen.metrics.families` are found, not listed."""
    package = importlib.import_module("specgen.metrics.families")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"specgen.metrics.families.{module.name}")
    return dict(sorted(_METRICS.items()))


@cache
def metrics_of(task: str) -> Mapping[str, Metric]:
    """Metrics by name as a task type has them; those of other tasks stand there too, for messages about them."""
    known = sorted(all_metrics().values(), key=lambda one: task in one.tasks + one.label_tasks)
    return dict(sorted({one.name: one for one in known}.items()))


def known_metrics() -> dict[str, tuple[str, ...]]:
    """Metric name → task types that have it, as the spec's checks want it."""
    found: dict[str, tuple[str, ...]] = {}
    for one in all_metrics().values():
        found[one.name] = tuple(dict.fromkeys(found.get(one.name, ()) + one.tasks + one.label_tasks))
    return found
