"""A scikit-learn estimator as a live model, however it was loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specgen.models.adapters.frames import frame_of, labels_of
from specgen.models.adapters.registry import Given, Loaded, LoadError, Predict
from specgen.spec.label_text import label_text
from specgen.spec.problems import did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa


def loaded(estimator: Any, given: Given) -> Loaded:
    """Its `predict`, and `predict_proba` for the task's scores, in the task's order of labels.

    It is trained anew as a clone. Raises LoadError for features or classes that are not the spec's.
    """
    if not hasattr(estimator, "predict"):
        raise LoadError(f"'{given.value}' holds a {type(estimator).__name__}, which has no 'predict'")
    _check_features(estimator, given)
    return Loaded(_predictor(estimator, given), lambda rows, labels: _trained(estimator, rows, labels, given))


def _trained(estimator: Any, rows: pa.Table, labels: pa.Array, given: Given) -> Predict:
    from sklearn.base import clone

    return _predictor(clone(estimator).fit(_input(estimator, rows), labels_of(labels)), given)


def _check_features(estimator: Any, given: Given) -> None:
    known = [str(name) for name in getattr(estimator, "feature_names_in_", ())]
    if not known or not given.features:
        return
    missing = [name for name in known if name not in given.features]
    extra = [name for name in given.features if name not in known]
    if missing:
        raise LoadError(
            f"it was trained on '{missing[0]}', which is not among its features"
            f"{did_you_mean(missing[0], extra)}; write features: [{', '.join(known)}]"
        )
    if extra:
        raise LoadError(f"it was not trained on '{extra[0]}'; write features: [{', '.join(known)}]")


def _input(estimator: Any, rows: pa.Table) -> Any:
    """A frame with the columns in the order of training; an array where it was trained on one."""
    known = getattr(estimator, "feature_names_in_", None)
    if known is not None:
        return frame_of(rows.select(list(known)))
    frame = frame_of(rows)
    return frame.to_numpy() if hasattr(estimator, "n_features_in_") else frame


def _predictor(estimator: Any, given: Given) -> Predict:
    outputs = given.outputs
    scored = bool(outputs.scores) and hasattr(estimator, "predict_proba")
    if not scored and not outputs.prediction:
        raise LoadError(
            f"the task has scores, and {type(estimator).__name__} gives none (it has no 'predict_proba');"
            " name task.prediction too"
        )
    places = _places(estimator, given) if scored else []

    def predict(rows: pa.Table) -> dict[str, Any]:
        sent = _input(estimator, rows)
        answer: dict[str, Any] = {}
        if outputs.prediction:
            answer = _by_column(estimator.predict(sent), outputs.prediction)
        if scored:
            answer |= _scores(estimator.predict_proba(sent), outputs.scores, places)
        return answer

    return predict


def _by_column(values: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {names[0]: values} if len(names) == 1 else {name: values[:, j] for j, name in enumerate(names)}


def _scores(proba: Any, names: tuple[str, ...], places: list[int]) -> dict[str, Any]:
    if isinstance(proba, list):  # one array a label, of a multilabel forest
        return {name: proba[j][:, places[j]] for j, name in enumerate(names)}
    return {name: proba[:, place] for name, place in zip(names, places, strict=True)}


def _places(estimator: Any, given: Given) -> list[int]:
    """For each score the column of `predict_proba` that holds it."""
    outputs = given.outputs
    classes = estimator.classes_
    if outputs.task == "multilabel":
        if isinstance(classes, list):
            return [_place(list(map(_text, of_label)), "1", "true") for of_label in classes]
        return list(range(len(outputs.scores)))
    known = [_text(label) for label in classes]
    wanted = [outputs.positive] if outputs.task == "binary" else list(outputs.labels)
    missing = [label for label in wanted if label not in known]
    if missing:
        hint = did_you_mean(str(missing[0]), known)
        raise LoadError(f"it knows no label '{missing[0]}', only {', '.join(known[:8])}{hint}")
    return [known.index(str(label)) for label in wanted]


def _place(known: list[str], *wanted: str) -> int:
    return next((known.index(label) for label in wanted if label in known), 0)


def _text(label: Any) -> str:
    return str(label_text(label.item() if hasattr(label, "item") else label))
