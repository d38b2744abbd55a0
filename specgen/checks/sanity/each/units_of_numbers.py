"""Numbers that are in other units in one split than in another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from specgen.checks.sanity.columns import Column, shared_columns
from specgen.checks.sanity.found import Finding, failed, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene
from specgen.engine.cells import FloatArray

# value in the first split = factor · value in the other + shift
FACTORS: dict[str, tuple[float, float]] = {
    "a factor of 10": (10, 0), "a factor of 100, as percent or cents": (100, 0),
    "a factor of 1,000, as kilo or milli": (1000, 0), "a factor of 1,000,000": (1e6, 0),
    "kilograms and pounds": (2.204623, 0), "metres and feet": (3.28084, 0), "inches and centimetres": (2.54, 0),
    "miles and kilometres": (1.609344, 0), "minutes and hours or seconds": (60, 0),
    "hours and seconds": (3600, 0), "days and hours": (24, 0), "days and years": (365.25, 0),
    "kilojoules and kilocalories": (4.184, 0), "gallons and litres": (3.785412, 0),
    "Celsius and Fahrenheit": (1.8, 32), "Celsius and Kelvin": (1, 273.15), "Kelvin and Fahrenheit": (1.8, -459.67),
}  # fmt: skip
FEWEST_ROWS, FEWEST_VALUES = 30, 8
# Kolmogorov-Smirnov distance before and after: far apart as they are, alike once converted.
APART, ALIKE, CRITICAL = 0.35, 0.1, 1.95
MOST_ROWS = 50_000


@sanity_check("units_of_numbers", "Units of numbers between splits")
def units_of_numbers(scene: Scene) -> Iterator[Finding]:
    """No number of a later split, nor the target, is in other units than in the first.

    It fails where the two distributions are far apart (Kolmogorov-Smirnov distance above 0.35), and alike
    (below 0.1, or what chance allows of few rows at p = 0.001) once one is multiplied by a factor between
    common units: 10, 100, 1,000, pounds, feet, inches, miles, hours, or Celsius turned to Fahrenheit or Kelvin.
    """
    splits = list(scene.tables)
    columns = {split: _numbers(scene, splits[0], split) for split in splits[1:]}
    if not any(columns.values()):
        yield not_applicable(
            "there is only one split" if len(splits) < 2 else "the splits have no numbers in common"
        )
        return
    wrong = [
        one for split in splits[1:] for column in columns[split]
        if (one := _converted(scene, column, splits[0], split))
    ]  # fmt: skip
    yield from wrong
    if not wrong:
        count = sum(map(len, columns.values()))
        yield passed(f"{count} numbers compared with {splits[0]}: none is alike only after a change of units")


def _numbers(scene: Scene, first: str, split: str) -> list[Column]:
    names = scene.features(first)
    if scene.spec.task.type == "regression":
        names = (*names, *scene.spec.task.targets)
    return [one for one in shared_columns(scene, (first, split), names) if one.kind == "number"]


def _converted(scene: Scene, column: Column, first: str, split: str) -> Finding | None:
    before, after = _sample(scene, column, first), _sample(scene, column, split)
    if min(len(before), len(after)) < FEWEST_ROWS or len(np.unique(before)) < FEWEST_VALUES:
        return None
    apart = _distance(before, after)
    if apart < APART:
        return None
    chance = CRITICAL * float(np.sqrt(1 / len(before) + 1 / len(after)))
    tried = {
        (name, forward): _distance(before, after * factor + shift if forward else (after - shift) / factor)
        for name, (factor, shift) in FACTORS.items() for forward in (True, False)
    }  # fmt: skip
    (name, _), left = min(tried.items(), key=lambda one: one[1])
    if left > min(max(ALIKE, chance), apart / 2):
        return None
    told = (
        f"the column {column.name} has a median of {np.median(before):.4g} in {first} and of {np.median(after):.4g}"
        f" in {split}: alike but for the units ({name})"
    )
    do = f"Convert {column.name} of {split} to the units of {first}, and measure again."
    return failed(told, do, split, count=len(after), statistic=apart)


def _sample(scene: Scene, column: Column, split: str) -> FloatArray:
    """Finite values of a column in ascending order, of some rows where there are many."""
    relation = f"(SELECT {column.number(split)} AS v FROM {scene.tables[split].sql})"
    found = scene.connection.execute(
        f"SELECT v FROM {relation} WHERE isfinite(v) USING SAMPLE reservoir({MOST_ROWS} ROWS) REPEATABLE ({scene.seed})"
    ).fetchnumpy()["v"]
    return np.sort(np.ma.filled(found, np.nan).astype(float))


def _distance(one: FloatArray, other: FloatArray) -> float:
    """Kolmogorov-Smirnov distance of two sorted samples."""
    points = np.concatenate([one, other])
    below = [np.searchsorted(side, points, side="right") / len(side) for side in (one, other)]
    return float(np.abs(below[0] - below[1]).max())
