"""Named arrays that a model answers, read as the task's columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from specgen.models.failure import ModelFailure
from specgen.spec.label_text import label_text

if TYPE_CHECKING:
    from specgen.models.outputs import Outputs

CLASSIFICATION = ("binary", "multiclass")


def columns_of(
    found: Mapping[str, Any], classes: Sequence[object] | None, outputs: Outputs
) -> dict[str, Any]:
    """The task's columns from arrays by name, each with one row a row sent.

    Arrays that are named as the task's columns are these. Otherwise a classifier's labels are the first
    array of one label a row, its probabilities the first of two dimensions, those named by the labels, or
    else the only one of fractions; other tasks take the first array that fits. `classes` are the labels
    of the columns of probabilities, in order; without them the order is that of the task's labels.
    Raises ModelFailure.
    """
    arrays = {name: _flat(array) for name, array in found.items()}
    named = {name: arrays[name] for name in outputs.columns if name in arrays}
    if outputs.task in CLASSIFICATION:
        return _classified(arrays, classes, outputs, named)
    if named:
        return named
    if len(outputs.prediction) > 1:
        return _multilabel(arrays, outputs)
    return {outputs.prediction[0]: _only([name for name, array in arrays.items() if array.ndim == 1], arrays)}


def by_class(probabilities: Any, classes: Sequence[object] | None, outputs: Outputs) -> dict[str, Any]:
    """Columns of scores, or of predictions where the task has no scores, from (rows, classes) of probabilities.

    Raises ModelFailure for classes that are not the task's labels.
    """
    import numpy as np

    labels = _labels(classes, probabilities.shape[1], outputs)
    if not outputs.scores:
        return {outputs.prediction[0]: np.array(labels, dtype=object)[probabilities.argmax(axis=1)]}
    wanted = (outputs.positive or "",) if outputs.task == "binary" else outputs.labels
    unknown = outputs.task != "binary" and set(labels) != set(wanted)
    if unknown or any(label not in labels for label in wanted):
        raise ModelFailure(
            "output",
            f"the model's classes are {', '.join(labels)}; the task's labels are "
            f"{', '.join(outputs.labels or wanted)}",
        )
    return {
        name: probabilities[:, labels.index(label)]
        for name, label in zip(outputs.scores, wanted, strict=True)
    }


def _classified(
    arrays: dict[str, Any], classes: Sequence[object] | None, outputs: Outputs, named: dict[str, Any]
) -> dict[str, Any]:
    single = [name for name, array in arrays.items() if array.ndim == 1]
    fractions = [name for name in single if arrays[name].dtype.kind == "f"]
    labels = [name for name in single if name not in fractions]
    wide = [name for name, array in arrays.items() if array.ndim == 2 and array.dtype.kind == "f"]
    found = dict(named)
    for name in outputs.prediction:
        if name not in found and labels:
            found[name] = arrays[labels[0]]
    if any(name not in found for name in outputs.scores):
        each = _each_label(arrays, fractions, outputs)
        if wide:
            found |= by_class(arrays[wide[0]], classes, outputs)
        elif each is not None:
            found |= by_class(each, outputs.labels, outputs)
        elif outputs.task == "binary" and (fractions or not found):
            found[outputs.scores[0]] = _only(fractions, arrays)
    if found:
        return found
    if wide:
        return by_class(arrays[wide[0]], classes, outputs)
    return {outputs.columns[0]: _only(fractions, arrays)}


def _each_label(arrays: dict[str, Any], fractions: list[str], outputs: Outputs) -> Any | None:
    """One array a label, named by it or by a prefix and it (a ZipMap of columns), as (rows, labels)."""
    import numpy as np

    first = outputs.labels[0] if outputs.labels else None
    for name in fractions if first else ():
        names = [name.removesuffix(first or "") + label for label in outputs.labels]
        if name.endswith(first or "") and all(one in fractions for one in names):
            return np.column_stack([arrays[one] for one in names])
    return None


def _multilabel(arrays: dict[str, Any], outputs: Outputs) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for names, fractions in ((outputs.scores, True), (outputs.prediction, False)):
        fitting = [
            array
            for array in arrays.values()
            if array.ndim == 2 and array.shape[1] == len(names) and (array.dtype.kind == "f") == fractions
        ]
        if fitting:
            found |= {name: fitting[0][:, j] for j, name in enumerate(names)}
    if not found:
        raise ModelFailure(
            "output", f"no output has {len(outputs.prediction)} columns, one a label; {_shapes(arrays)}"
        )
    return found


def _labels(classes: Sequence[object] | None, width: int, outputs: Outputs) -> list[str]:
    """Texts of the classes; where the model does not tell them, the task's labels in their order."""
    if classes is not None and len(classes) == width:
        return [str(label_text(label)) for label in classes]
    if len(outputs.labels) == width:
        return list(outputs.labels)
    raise ModelFailure(
        "output",
        f"probabilities of {width} classes, and the model does not tell which; name task.labels in their order"
        + (f" (it has {len(outputs.labels)})" if outputs.labels else ""),
    )


def _only(names: list[str], arrays: dict[str, Any]) -> Any:
    if not names:
        raise ModelFailure("output", f"no output has one value a row; {_shapes(arrays)}")
    if len(names) > 1:
        raise ModelFailure(
            "output",
            f"outputs {', '.join(names)} have one number a row each; name the one that counts as the task's "
            "prediction or score column",
        )
    return arrays[names[0]]


def _flat(array: Any) -> Any:
    """(rows, 1) as (rows,)."""
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def _shapes(arrays: dict[str, Any]) -> str:
    told = (f"{name}: {' × '.join(map(str, array.shape))}" for name, array in arrays.items())
    return f"its outputs are {'; '.join(told) or 'none'}"
