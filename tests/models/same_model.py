"""One pipeline behind every adapter, each in a process of its own, and what they answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from specgen.models.limits import limits_of
from specgen.models.outputs import Outputs
from specgen.models.session import Session, open_session
from specgen.spec.models import Model
from tests.models.estimators import TRUSTED, as_mlflow, as_onnx, people_inputs, pipeline
from tests.models.servers import mlflow_scoring, open_inference, serving

OUTPUTS = Outputs("binary", ("prediction",), ("score",), ("<=50K", ">50K"), ">50K")
SCORES = Outputs("binary", (), ("score",), ("<=50K", ">50K"), ">50K")
FEATURES = ("age", "hours", "region")
LIMITS = {"start_s": 600.0, "batch_s": 600.0}
SOURCE = """
import skops.io

TRUSTED = {trusted}
ESTIMATOR = skops.io.load("{path}", trusted=TRUSTED)


def predict(rows):
    return {{"prediction": ESTIMATOR.predict(rows), "score": ESTIMATOR.predict_proba(rows)[:, 1]}}
"""


@dataclass(frozen=True)
class Said:
    """What an adapter answered: labels where it gives them, scores, and seconds in the model and in all."""

    labels: list[str] | None
    scores: Any
    seconds: float
    total_s: float
    start_s: float


def written(kind: str, folder: Path) -> None:
    """The pipeline of a kind as skops, ONNX, Python module and MLflow folders."""
    import skops.io

    estimator = pipeline(kind)
    skops.io.dump(estimator, folder / "m.skops")
    as_onnx(estimator, people_inputs(), folder / "m.onnx", zipmap=False)
    as_onnx(estimator, people_inputs(), folder / "zipmap.onnx")
    as_mlflow(estimator, folder / "m")
    (folder / "mine.py").write_text(SOURCE.format(trusted=TRUSTED, path=folder / "m.skops"))


@contextmanager
def origins(kind: str) -> Iterator[dict[str, dict[str, Any]]]:
    """The keys of a model by the adapter's name, while servers answer for those behind addresses."""
    estimator = pipeline(kind)
    with ExitStack() as open_:
        v2 = open_.enter_context(serving(open_inference(estimator)))
        scoring = open_.enter_context(
            serving(mlflow_scoring(lambda frame: estimator.predict_proba(frame).tolist()))
        )
        yield {
            "skops": {"skops": "m.skops", "trusted": TRUSTED},
            "onnx": {"onnx": "m.onnx"},
            "onnx, ZipMap": {"onnx": "zipmap.onnx"},
            "python": {"python": "mine:predict"},
            "mlflow": {"mlflow": "m", "trusted": TRUSTED},
            "http, Open Inference": {"http": f"{v2}/v2/models/m/infer", "batch_rows": 10_000},
            "http, MLflow": {"http": f"{scoring}/invocations", "batch_rows": 10_000},
        }


def answers(kind: str, rows: pa.Table, folder: Path) -> Iterator[tuple[str, Said]]:
    """What each adapter answers for the rows."""
    written(kind, folder)
    with origins(kind) as known:
        for name, keys in known.items():
            model = Model.model_validate({**keys, "features": list(FEATURES), "limits": LIMITS})
            outputs = SCORES if name == "http, MLflow" else OUTPUTS
            with open_session(model, outputs, folder, limits_of(model)) as session:
                yield name, said(session, rows)


def said(session: Session, rows: pa.Table) -> Said:
    """A session's answer for the rows, after one for the first of them."""
    session.predict(rows.slice(0, 100))
    began = time.perf_counter()
    answer = session.predict(rows)
    total_s = time.perf_counter() - began
    table = answer.table
    labels = table["prediction"].to_pylist() if "prediction" in table.column_names else None
    return Said(labels, np.asarray(table["score"]), answer.seconds, total_s, session.start_s)
