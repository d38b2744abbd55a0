"""The effective sample size of a proportion: rows of a simple random sample that would be as precise."""

from __future__ import annotations

from scipy import special

LEVEL = 0.975


def effective_n(
    value: float, squares: float, units: int, rows: float, kish: float, *, clustered: bool
) -> float:
    """Rows of a simple random sample whose share `value` would be as precise as this one.

    `squares` is the sum of squares of the units' influences on the share, `rows` the rows that count,
    `kish` the effective number by the spread of weights alone, which stands in where the rows all say
    the same. With few units it shrinks as t is wider than the normal (Korn and Graubard 1998, Survey
    Methodology 24:193).
    """
    if squares <= 0 or units < 2 or value in (0.0, 1.0):
        return kish
    effective = min(value * (1 - value) / (squares * units / (units - 1)), rows)
    if not clustered:
        return min(effective, kish)
    few = special.stdtrit(rows - 1, LEVEL) / special.stdtrit(units - 1, LEVEL)
    return effective * float(few) ** 2
