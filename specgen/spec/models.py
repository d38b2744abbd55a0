"""`models`: where predictions come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from specgen.spec.part import Count, Fault, OneOrMany, Part, Positive, Text, TextList, given

SAFE = ("skops", "onnx", "python", "mlflow", "http", "command")
LIVE = (*SAFE, "pickle", "joblib")
# Keys of live models alone, and the kinds that they belong to.
LIVE_KEYS: dict[str, tuple[str, ...]] = {
    "features": LIVE,
    "train": LIVE,
    "files": LIVE,
    "limits": LIVE,
    "trusted": ("skops", "mlflow"),
    "format": ("command",),
    "headers": ("http",),
    "batch_rows": ("http",),
}
FUNCTION = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
VARIABLE = re.compile(r"\$(\w+)")


class PredictionColumns(Part):
    """Names of a model's own columns, where they are not the task's."""

    prediction: OneOrMany | None = Field(None, description="Column of the predictions.")
    score: OneOrMany | None = Field(
        None, description="Column of the probability, or columns in the order of labels."
    )
    others: dict[Text, Text] | None = Field(
        None,
        description="Columns that metrics name by column, lower or upper, where this model has them under "
        "another name: {iou: iou_v6}.",
    )

    def rules(self) -> Iterator[Fault]:
        """At least one column."""
        if not given(self, "prediction", "score") and not self.others:
            yield (), "empty; name the 'prediction' column, the 'score' column or both"


class ModelLimits(Part):
    """What a live model may use; a model that uses more is ended, which is evidence against it."""

    start_s: Positive = Field(60.0, description="Seconds until the model is loaded.")
    batch_s: Positive = Field(300.0, description="Seconds for one call.")
    memory_mb: Positive = Field(8192.0, description="Memory of all its processes together, in megabytes.")
    network: bool = Field(False, description="Whether it may use the network; http models always may.")


class Model(Part):
    """A model: its predictions in files or in the data, or the live model itself."""

    predictions: Text | None = Field(
        None,
        description="File of predictions, joined by task.id; {split} stands for the split's name.",
    )
    columns: PredictionColumns | None = Field(
        None, description="Columns that hold the predictions: of the predictions file, or else of the data."
    )
    skops: Text | None = Field(None, description="Live model in a skops file (scikit-learn without pickle).")
    onnx: Text | None = Field(None, description="Live model in an ONNX file.")
    python: Text | None = Field(
        None, description='Live model as a Python function, "package.module:function".'
    )
    mlflow: Text | None = Field(None, description="Live model in an MLflow folder.")
    http: Text | None = Field(
        None,
        description="Live model behind an address: /v2/models/NAME/infer (Open Inference Protocol) or "
        "/invocations (MLflow).",
    )
    headers: dict[Text, Text] | None = Field(
        None,
        description="Headers of requests to `http`; values come from environment variables: "
        "{Authorization: Bearer $TOKEN}.",
    )
    batch_rows: Count | None = Field(None, description="Rows in one request to `http`; 1000 if not given.")
    command: Text | None = Field(
        None, description="Live model as a command that reads rows and writes predictions."
    )
    pickle: Text | None = Field(
        None, description="Live model in a pickle, which may run any code; needs --trust-pickle."
    )
    joblib: Text | None = Field(
        None, description="Live model in a joblib file, which may run any code; needs --trust-pickle."
    )
    features: TextList | None = Field(None, description="Columns of the data that a live model is given.")
    trusted: TextList | None = Field(
        None, description="Types in a skops file that are trusted besides those that skops knows."
    )
    format: Literal["jsonl", "arrow"] | None = Field(
        None, description="What a command reads and writes: JSON lines (the default) or an Arrow stream."
    )
    train: Text | None = Field(
        None,
        description='Function that trains the model anew, "package.module:function": it takes a frame of '
        "features and the labels, and returns a function or an object with `predict`.",
    )
    files: TextList | None = Field(
        None,
        description="Files and folders that the model consists of besides the named one: they count for its "
        "size, and its kept predictions hold while they stay as they are.",
    )
    limits: ModelLimits | None = Field(None, description="What a live model may use: time, memory, network.")

    @property
    def origin(self) -> tuple[str, str]:
        """Key and value of a live model: `("onnx", "model.onnx")`. Raises StopIteration for one that is not live."""
        return next((kind, getattr(self, kind)) for kind in LIVE if getattr(self, kind) is not None)

    @property
    def variables(self) -> tuple[str, ...]:
        """Environment variables that the headers name."""
        return tuple(name for value in (self.headers or {}).values() for name in VARIABLE.findall(value))

    @property
    def is_live(self) -> bool:
        """Whether the model itself has to run."""
        return bool(given(self, *LIVE))

    def rules(self) -> Iterator[Fault]:
        """Exactly one origin."""
        origins = given(self, "predictions", *LIVE)
        if not origins and self.columns is None:
            yield (), f"no origin; give one of predictions, columns, {', '.join(SAFE)}"
        if len(origins) > 1:
            yield (origins[1],), f"a model has one origin, and '{origins[0]}' is there already"
        if self.is_live and self.columns is not None:
            yield ("columns",), f"a live model ('{origins[0]}') has no columns; remove it"
        for key in given(self, *LIVE_KEYS):
            if not self.is_live:
                yield (key,), f"only a live model takes {key}; remove it"
            elif not given(self, *LIVE_KEYS[key]):
                kinds = " or ".join(f"'{kind}'" for kind in LIVE_KEYS[key])
                yield (key,), f"only a model with {kinds} takes {key}; remove it"
        for key in given(self, "python", "train"):
            if not FUNCTION.fullmatch(getattr(self, key)):
                yield (key,), f"'{getattr(self, key)}' names no function; write package.module:function"
        features = [name.lower() for name in self.features or ()]
        for i, name in enumerate(features):
            if name in features[:i]:
                yield ("features", i), f"'{(self.features or ())[i]}' stands there twice; name each once"
        yield from self._http_rules()

    def _http_rules(self) -> Iterator[Fault]:
        for name, value in (self.headers or {}).items():
            if not VARIABLE.search(value):
                yield ("headers", name), "no environment variable; write $NAME, so that no secret stands here"
        if self.http is None:
            return
        parts = urlsplit(self.http)
        path = parts.path.rstrip("/")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            yield ("http",), f"'{self.http}' is no address; it begins with http:// or https://"
        elif parts.username is not None:
            yield ("http",), "no name or password in an address; give them by 'headers' and $NAME"
        elif not path.endswith(("/infer", "/invocations")):
            yield (
                ("http",),
                f"the path '{path}' ends neither in /v2/models/NAME/infer (Open Inference Protocol) nor in "
                "/invocations (MLflow)",
            )
