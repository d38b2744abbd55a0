"""Live models for tests of sanity checks, in this process: an estimator, or any function of a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from scenes import scene

from specgen.checks.sanity.found import Finding
from specgen.checks.sanity.registry import all_checks, run_check
from specgen.checks.sanity.running import running_model
from specgen.models.failure import ModelFailure
from specgen.models.normalise import normalise
from specgen.models.outputs import Outputs, outputs_of

Predict = Callable[[pd.DataFrame], Any]


@dataclass
class Answer:
    table: pa.Table
    seconds: float = 0.0


@dataclass
class Session:
    """What a worker does, without the process: exceptions of the model become ModelFailure."""

    outputs: Outputs
    function: Predict
    fit: Callable[[pd.DataFrame, Any], Predict] | None

    @property
    def can_fit(self) -> bool:
        return self.fit is not None

    def predict(self, rows: pa.Table, *, find_rows: bool = True) -> Answer:  # noqa: ARG002
        return self._answer(self.function, rows)

    def fit_predict(self, train: pa.Table, labels: pa.Array, rows: pa.Table) -> Answer:
        assert self.fit is not None
        return self._answer(self.fit(train.to_pandas(), labels.to_numpy(zero_copy_only=False)), rows)

    def _answer(self, function: Predict, rows: pa.Table) -> Answer:
        try:
            return Answer(normalise(function(rows.to_pandas()), self.outputs, rows.num_rows))
        except ModelFailure:
            raise
        except Exception as error:
            raise ModelFailure("exception", f"{type(error).__name__}: {error}") from error


@dataclass
class InProcess:
    """A live model; `start` makes the function anew each time that a process would start."""

    features: Sequence[str]
    outputs: Outputs
    start: Callable[[], Predict]
    fit: Callable[[pd.DataFrame, Any], Predict] | None = None

    @contextmanager
    def open(self) -> Iterator[Session]:
        yield Session(self.outputs, self.start(), self.fit)


def by_name(estimator: Any, outputs: Outputs) -> Predict:
    """The predictor of a fitted estimator, with the score of the positive label where it has one."""

    def predict(rows: pd.DataFrame) -> dict[str, Any]:
        answer = {outputs.prediction[0]: estimator.predict(rows)}
        if outputs.task == "binary" and outputs.scores:
            yes = [str(label) for label in estimator.classes_].index(str(outputs.positive))
            answer[outputs.scores[0]] = estimator.predict_proba(rows)[:, yes]
        return answer

    return predict


def look_live(
    checks: Sequence[str],
    folder: Path,
    task: str,
    splits: Mapping[str, pd.DataFrame],
    features: Sequence[str],
    model: Any,
    fit: Callable[[pd.DataFrame, Any], Predict] | None = None,
    seed: int = 0,
    **keys: Any,
) -> list[list[Finding]]:
    """The findings of each check on a live model: an unfitted estimator, or a maker of functions with `fit`.

    An estimator is fitted to the first split, and can be trained anew.
    """
    from sklearn.base import clone

    one = scene(folder, task, splits, **keys)
    outputs = outputs_of(one.spec.task, ("a", "b", "c") if task == "multiclass" else ())
    start = model
    if hasattr(model, "fit"):
        first = next(iter(splits.values()))

        def fit(rows: pd.DataFrame, labels: Any) -> Predict:
            return by_name(clone(model).fit(rows, labels), outputs)

        fitted = fit(first[list(features)], first["y"].to_numpy())

        def start() -> Predict:
            return fitted

    with running_model(InProcess(features, outputs, start, fit)) as live:
        seen = replace(one, live=live, seed=seed)
        return [list(run_check(all_checks()[check], seen).findings) for check in checks]


CENSUS = Path(__file__).parents[3] / "specs" / "census"
CODES = [
    "SCHL",
    "MAR",
    "RELP",
    "DIS",
    "ESP",
    "CIT",
    "MIG",
    "MIL",
    "ANC",
    "NATIVITY",
    "DEAR",
    "DEYE",
    "DREM",
    "SEX",
    "RAC1P",
]


@dataclass
class Known:
    """Data that are known to be sound, and a model that is."""

    task: str
    splits: Mapping[str, pd.DataFrame]
    features: Sequence[str]
    model: Any

    def look(self, check: str, folder: Path, model: Any = None, **keys: Any) -> list[Finding]:
        """The findings of a check on the model, or on another."""
        return self.look_with([check], folder, model, **keys)[0]

    def look_with(
        self, checks: Sequence[str], folder: Path, model: Any = None, **keys: Any
    ) -> list[list[Finding]]:
        """The findings of several checks."""
        used = self.model if model is None else model
        return look_live(checks, folder, self.task, self.splits, self.features, used, **keys)


def cancer() -> Known:
    """Breast cancer (binary, 30 numbers), with a logistic regression."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())
    return Known("scored", *_halves(load_breast_cancer, p=0, s=0.5), model)


def wine() -> Known:
    """Wine cultivars (three classes, 13 numbers), with a random forest."""
    from sklearn.datasets import load_wine
    from sklearn.ensemble import RandomForestClassifier

    splits, features = _halves(load_wine, p="a")
    named = {name: split.assign(y=[("a", "b", "c")[y] for y in split.y]) for name, split in splits.items()}
    return Known("multiclass", named, features, RandomForestClassifier(20, random_state=0))


def diabetes() -> Known:
    """Progression of diabetes (a number, 10 numbers), with a tree."""
    from sklearn.datasets import load_diabetes
    from sklearn.tree import DecisionTreeRegressor

    return Known("regression", *_halves(load_diabetes, p=0.0), DecisionTreeRegressor(min_samples_leaf=10))


def census() -> Known:
    """The census showcase (binary, 15 codes as text and the age), with a tree."""
    from sklearn.compose import make_column_transformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder
    from sklearn.tree import DecisionTreeClassifier

    def read(name: str) -> pd.DataFrame:
        rows = pd.read_parquet(CENSUS / "data" / f"{name}.parquet").sample(3000, random_state=0)
        return rows.rename(columns={"employed": "y", "prediction": "p", "predicted_probability": "s"})

    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    columns = make_column_transformer((codes, CODES), ("passthrough", ["AGEP"]))
    model = make_pipeline(columns, DecisionTreeClassifier(min_samples_leaf=20))
    return Known("scored", {"train": read("2015_train"), "test": read("2016")}, ["AGEP", *CODES], model)


SOUND: dict[str, Callable[[], Known]] = {
    "cancer": cancer, "wine": wine, "diabetes": diabetes, "census": census,
}  # fmt: skip


def _halves(load: Callable[..., Any], **columns: Any) -> tuple[dict[str, pd.DataFrame], list[str]]:
    loaded = load(as_frame=True)
    names = [name.replace(" ", "_").replace("/", "_") for name in loaded.data.columns]
    rows = loaded.data.set_axis(names, axis=1).assign(id=range(len(loaded.data)), y=loaded.target, **columns)
    rows = rows.sample(frac=1, random_state=0)
    return {"train": rows.iloc[::2], "test": rows.iloc[1::2]}, names
