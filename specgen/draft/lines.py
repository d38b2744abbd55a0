"""What a draft consists of: values as the spec has them, each with a comment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Line:
    """A value of the spec, as it is written, and its comment."""

    value: Any
    why: str = ""


@dataclass(frozen=True)
class Primary:
    """The metric that gates judge: how a gate names it, its direction, and the range that its values have."""

    gate: Mapping[str, Any]
    key: str
    lower: bool = False
    spread: float | None = 1.0


@dataclass(frozen=True)
class Choices:
    """What is measured; `models` and `baselines` by name."""

    metrics: tuple[Line, ...]
    primary: Primary
    models: Mapping[str, Line]
    baselines: Mapping[str, Line] = field(default_factory=dict)
