"""Gates of a draft: no worse than the baselines, and no slice far below the whole as it is measured now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specgen.draft.lines import Choices, Line, Primary

# A slice may be a tenth of the metric's range below the whole, the whole a twentieth below what it is now.
SLICE, WHOLE = 0.10, 0.05


@dataclass(frozen=True)
class Today:
    """The primary metric as measured on the whole split, by model, and of the candidate by slice."""

    models: Mapping[str, float]
    slices: Mapping[str, float]


def placeholder(choices: Choices) -> tuple[Line, ...]:
    """A gate for a draft that is measured and not judged: a bound in the range of every metric."""
    return (Line({**choices.primary.gate, **({"at_most": 1} if choices.primary.lower else {"at_least": 0})}),)


def draft_gates(choices: Choices, sliced: bool, today: Today, candidate: str) -> tuple[Line, ...]:
    """Gates on the primary metric."""
    primary = choices.primary
    key = "at_most" if primary.lower else "at_least"
    value = today.models.get(candidate)
    lines = []
    for name, line in choices.baselines.items():
        human = line.value["kind"] == "human"
        gate: dict[str, Any] = {**primary.gate, key: {"baseline": name}}
        gate |= {"severity": "should"} if human else {}
        what = (
            "people's level only warns; remove severity to promise it" if human else f"no worse than {name}"
        )
        lines.append(Line(gate, f"{what}; now {_both(value, today.models.get(name))}"))
    if value is None:
        return tuple(lines) or placeholder(choices)
    if not choices.baselines:
        bound = _worse(primary, value, WHOLE)
        lines.append(Line({**primary.gate, key: bound}, f"now {value:.4g}; what do those who use it need?"))
    if sliced:
        bound = _worse(primary, value, SLICE)
        gate = {**primary.gate, "slices": "every", key: bound, "if_inconclusive": "warn"}
        lines.append(Line(gate, f"no slice far from the whole ({value:.4g}){_lowest(primary, today)}; without"
                                " if_inconclusive every slice has to prove it"))  # fmt: skip
    return tuple(lines)


def _both(mine: float | None, theirs: float | None) -> str:
    shown = ["not measured" if one is None else f"{one:.4g}" for one in (mine, theirs)]
    return f"{shown[0]} against {shown[1]}"


def _lowest(primary: Primary, today: Today) -> str:
    if not today.slices:
        return ""
    choose = max if primary.lower else min
    worst = choose(today.slices, key=lambda name: today.slices[name])
    return f", the worst now is {worst} with {today.slices[worst]:.4g}"


def _worse(primary: Primary, value: float, part: float) -> float:
    """A bound that is worse than a value: by a part of its range, or by five times that part of itself."""
    spread = primary.spread if primary.spread is not None else 5 * abs(value)
    bound = value + part * spread if primary.lower else value - part * spread
    step = 10.0 ** math.floor(math.log10(max(part * spread / 2, 1e-9)))
    rounded = (math.ceil if primary.lower else math.floor)(bound / step) * step
    rounded = float(f"{rounded:.8g}")
    return max(rounded, 0.0) if value >= 0 and not primary.lower else rounded
