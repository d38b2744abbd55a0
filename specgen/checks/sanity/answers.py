"""Answers of a model held beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from specgen.models.outputs import Outputs

    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Booleans = np.ndarray[Any, np.dtype[np.bool_]]

# Sums in another order differ by 1e-7 in single precision, and by 1e-3 in half; a bug by more.
LEAST_APART = 1e-3


@dataclass(frozen=True)
class Apart:
    """Rows on which two answers differ, and the largest difference of a number."""

    rows: Booleans
    largest: float

    @property
    def count(self) -> int:
        """Rows that differ."""
        return int(self.rows.sum())

    @property
    def told(self) -> str:
        """How far apart they are, in words."""
        return f"by up to {self.largest:.2g}" if self.largest > LEAST_APART else "in their predictions"


def closeness(largest: float) -> str:
    """How close answers are that do not differ."""
    return "to the last digit" if largest == 0 else f"to within {largest:.1g}"


def apart(first: pa.Table, second: pa.Table, outputs: Outputs) -> Apart:
    """Where two answers for the same rows differ: numbers by more than a thousandth, all else at all.

    Probabilities by a thousandth as such, other numbers by one of their standard deviation. A prediction
    that follows from scores may change where these are not quite the same.
    """
    import numpy as np

    both = [name for name in outputs.columns if name in first.column_names and name in second.column_names]
    differ, near, largest = np.zeros(len(first), bool), np.zeros(len(first), bool), 0.0
    for name in (name for name in both if name in _number_columns(outputs)):
        by = _distance(numbers(first, name), numbers(second, name), 1.0 if name in outputs.scores else None)
        differ |= by > LEAST_APART
        near |= by > 0
        largest = max(largest, float(by.max(initial=0.0)))
    for name in (name for name in both if name not in _number_columns(outputs)):
        differ |= (_texts(first, name) != _texts(second, name)) & ~(near & outputs.scores_suffice)
    return Apart(differ, largest)


def nonsense(answer: pa.Table, outputs: Outputs) -> str | None:
    """What no model should ever answer: nothing, NaN or infinity; None where all is there."""
    import numpy as np

    for name in (name for name in outputs.columns if name in answer.column_names):
        if answer[name].null_count:
            return "nothing"
        if name in _number_columns(outputs) and not np.isfinite(numbers(answer, name)).all():
            return "NaN" if np.isnan(numbers(answer, name)).any() else "infinity"
    return None


def numbers(table: pa.Table, name: str) -> Floats:
    """A column as numbers, NaN where it has none."""
    import numpy as np
    import pyarrow as pa

    return np.asarray(table[name].cast(pa.float64()).to_numpy(), dtype=float)


def _number_columns(outputs: Outputs) -> frozenset[str]:
    predicted = outputs.prediction if outputs.task in ("regression", "ranking") else ()
    return frozenset((*outputs.scores, *predicted))


def _distance(first: Floats, second: Floats, scale: float | None) -> Floats:
    """Distances, as a part of the scale, else of the first's standard deviation; infinite where one has no number."""
    import numpy as np

    same = (first == second) | (np.isnan(first) & np.isnan(second))
    with np.errstate(invalid="ignore"):
        by = np.abs(first - second) / (scale or float(np.nanstd(first)) or 1.0)
    return np.where(same, 0.0, np.where(np.isnan(by), np.inf, by))


def _texts(table: pa.Table, name: str) -> np.ndarray[Any, Any]:
    import numpy as np

    return np.array([str(value) for value in table[name].to_pylist()], dtype=object)
