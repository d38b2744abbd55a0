"""Small data and estimators that the tests of adapters share."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from specgen.models.adapters.registry import Given, Loaded
from specgen.models.adapters.registry import load as load_adapter
from specgen.models.outputs import Outputs

FEATURES = ("age", "hours", "region")
TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
LABELS = (">50K", "<=50K")  # not in the alphabet's order, which is scikit-learn's
OUTPUTS = Outputs("binary", ("prediction",), ("score",), LABELS, ">50K")


def people(rows: int, seed: int = 0) -> pa.Table:
    """Ages in halves, which single precision holds exactly, hours, and a region."""
    rng = np.random.default_rng(seed)
    return pa.table(
        {
            "age": np.round(rng.normal(40, 12, rows) * 2) / 2,
            "hours": rng.integers(0, 80, rows),
            "region": rng.choice(["north", "south", "west"], rows).tolist(),
        }
    )


def incomes(rows: pa.Table) -> Any:
    """Labels that depend on all three columns, with chance."""
    rng = np.random.default_rng(len(rows))
    south = np.array(rows["region"].to_pylist()) == "south"
    index = rows["age"].to_numpy() + rows["hours"].to_numpy() + 10 * south + rng.normal(0, 10, len(rows))
    return np.where(index > 85, ">50K", "<=50K")


@cache
def pipeline(kind: str = "trees") -> Pipeline:
    """A fitted pipeline of numbers, whole numbers and text: `trees` or `logistic`."""
    rows = people(4000)
    last = {"trees": HistGradientBoostingClassifier(max_iter=40), "logistic": LogisticRegression()}[kind]
    columns = ColumnTransformer(
        [
            ("numbers", StandardScaler() if kind == "logistic" else "passthrough", ["age", "hours"]),
            ("text", OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["region"]),
        ]
    )
    return make_pipeline(columns, last).fit(rows.to_pandas(), incomes(rows))


def as_onnx(estimator: Any, inputs: list[tuple[str, Any]], path: Path, zipmap: bool | str = True) -> None:
    """Write an estimator as ONNX."""
    from skl2onnx import convert_sklearn

    options = None if zipmap is True else {id(estimator): {"zipmap": zipmap}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the converter's own, of numpy's truth values taken as numbers
        made = convert_sklearn(estimator, initial_types=inputs, options=options)
    path.write_bytes(made.SerializeToString())


def people_inputs() -> list[tuple[str, Any]]:
    """The ONNX inputs of `pipeline`: one a column."""
    from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType

    return [
        ("age", FloatTensorType([None, 1])),
        ("hours", Int64TensorType([None, 1])),
        ("region", StringTensorType([None, 1])),
    ]


def loaded(kind: str, value: str, folder: Path, outputs: Outputs = OUTPUTS, **keys: Any) -> Loaded:
    """An adapter's model, in this process."""
    trust_pickle = keys.pop("trust_pickle", False)
    return load_adapter(Given(kind, value, keys, outputs, folder, trust_pickle))


def as_mlflow(estimator: Any, folder: Path, signature: Any = True, **settings: Any) -> None:
    """Save an estimator as an MLflow folder, in the format skops unless the settings say otherwise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow's own, of type hints and of whole numbers
        import mlflow.sklearn
        from mlflow.models import infer_signature

        frame = people(10).to_pandas()
        if signature is True:
            method = settings.get("pyfunc_predict_fn", "predict")
            signature = infer_signature(frame, getattr(estimator, method)(frame))
        settings = {"serialization_format": "skops", "skops_trusted_types": TRUSTED, **settings}
        mlflow.sklearn.save_model(
            estimator, folder, signature=signature or None, pip_requirements=[], **settings
        )
