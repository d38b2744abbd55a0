"""Vega-Lite charts as the plain data that they are; a test holds every chart against Vega-Lite's schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Chart = dict[str, Any]
Row = Mapping[str, Any]


def number(field: str, **options: Any) -> Chart:
    """A channel that shows a column of numbers."""
    return {"field": field, "type": "quantitative", **options}


def name(field: str, **options: Any) -> Chart:
    """A channel that shows a column of names."""
    return {"field": field, "type": "nominal", **options}


def end(field: str) -> Chart:
    """The column in which a mark ends, on the scale that it begins on."""
    return {"field": field}


def fixed(value: float | str) -> Chart:
    """A channel that is the same for all rows, in pixels or as a colour."""
    return {"value": value}


def marks(rows: Sequence[Row], mark: str, style: Mapping[str, Any], **channels: Chart) -> Chart:
    """One mark a row (or one line through all of them)."""
    return {"data": {"values": rows}, "mark": {"type": mark, **style}, "encoding": channels}


def known(rows: Sequence[Row], *fields: str) -> list[Row]:
    """The rows in which all these columns have a value."""
    return [row for row in rows if all(row[field] is not None for field in fields)]


def layered(layers: Sequence[Chart], width: float, height: float, **options: Any) -> Chart:
    """Marks over each other in one frame, the first below."""
    return {"layer": layers, "width": width, "height": height, **options}


def beside(charts: Sequence[Chart], spacing: float) -> Chart:
    """Charts from left to right."""
    return {"hconcat": charts, "spacing": spacing}


def below(charts: Sequence[Chart], spacing: float) -> Chart:
    """Charts from top to bottom."""
    return {"vconcat": charts, "spacing": spacing}
