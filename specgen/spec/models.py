"""`models`: where predictions come from."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from specgen.spec.part import Fault, OneOrMany, Part, Positive, Text, TextList, given

LIVE = ("skops", "onnx", "python", "mlflow", "http", "command")


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
    http: Text | None = Field(None, description="Live model behind an HTTP address.")
    command: Text | None = Field(
        None, description="Live model as a command that reads rows and writes predictions."
    )
    features: TextList | None = Field(None, description="Columns of the data that a live model is given.")
    limits: ModelLimits | None = Field(None, description="What a live model may use: time, memory, network.")

    @property
    def origin(self) -> tuple[str, str]:
        """Key and value of a live model: `("onnx", "model.onnx")`. Raises StopIteration for one that is not live."""
        return next((kind, getattr(self, kind)) for kind in LIVE if getattr(self, kind) is not None)

    @property
    def is_live(self) -> bool:
        """Whether the model itself has to run."""
        return bool(given(self, *LIVE))

    def rules(self) -> Iterator[Fault]:
        """Exactly one origin."""
        origins = given(self, "predictions", *LIVE)
        if not origins and self.columns is None:
            yield (), f"no origin; give one of predictions, columns, {', '.join(LIVE)}"
        if len(origins) > 1:
            yield (origins[1],), f"a model has one origin, and '{origins[0]}' is there already"
        if self.is_live and self.columns is not None:
            yield ("columns",), f"a live model ('{origins[0]}') has no columns; remove it"
        if self.features is not None and not self.is_live:
            yield ("features",), "only a live model takes features; remove it"
