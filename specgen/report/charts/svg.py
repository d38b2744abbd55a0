"""From a Vega-Lite chart to SVG that can stand in a page."""

from __future__ import annotations

import json
import re
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from subprocess import Popen
from typing import Any

from markupsafe import Markup

from specgen.report import numbers
from specgen.report.charts.drawing import ask, drawer
from specgen.report.charts.vega_lite import Chart
from specgen.report.text import clean

# Vega names the parts of a picture that a reader is told of as a whole.
ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|aria-hidden="true")(?=[^<>]*>)')
# What a mark shows is told beside the pointer, and not read out one by one.
LABEL = re.compile(r" aria-label=(?=[^<>]*>)")
# Where marks stand, with more digits than any screen has pixels.
GEOMETRY = re.compile(r' (?:d|transform|[xy][12]?|width|height)="[^"]*"(?=[^<>]*>)')
DIGITS = re.compile(r"(\.\d\d\d)\d+")
# What texts are measured with, on every machine; the fonts that they are shown in are wider by up to this much.
MEASURED, WIDER = "Liberation Sans", 1.09
SIZE = re.compile(r'((?:f|labelF|titleF)ontSize": )([\d.]+)')
SHOWN_SIZE = re.compile(r' font-size="([\d.]+)px"(?=[^<>]*>)')
FONT = "Inter, system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
INK, GREY, HAIRLINE = "#1b1f24", "#5d6672", "#dfe3e8"
BLUE, ORANGE, BAR = "#1f5f99", "#c8500a", "#aab2bc"
AXIS: dict[str, Any] = {
    "labelFontSize": 9.5, "labelColor": GREY, "labelPadding": 4, "ticks": False, "domain": False,
    "gridColor": HAIRLINE, "titleFontSize": 10, "titleFontWeight": 400, "titleColor": GREY,
}  # fmt: skip
TITLE: dict[str, Any] = {
    "fontSize": 10.5,
    "fontWeight": 600,
    "color": INK,
    "anchor": "start",
    "frame": "group",
}
# No limits: they are measured too, and names are clipped before.
CONFIG: dict[str, Any] = {
    "font": MEASURED, "aria": False, "view": {"stroke": None},
    "axis": {"labelLimit": 0, "titleLimit": 0}, "title": {"limit": 0},
}  # fmt: skip


# HTML and PDF show the same charts, which are made once.
kept = lru_cache(maxsize=64)


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG that can stand in a page; it is drawn beside other work until it is printed."""

    text: Future[str]

    def __html__(self) -> str:
        """The SVG. Safe to print unescaped: Vega escapes all text, and no chart carries links."""
        return self.text.result()


def framed(chart: Chart, left: int = 0, right: int = 8, top: int = 4, bottom: int = 2) -> Chart:
    """The chart in the report's font without a frame, with so many pixels around it."""
    padding = {"left": left, "right": right, "top": top, "bottom": bottom}
    return {**chart, "config": CONFIG | {"padding": padding}}


def told(name: str, value: float | None, low: float | None = None, high: float | None = None) -> str:
    """What a mark shows, for its `description`: `DIS=1: 0.319 [0.304, 0.334]`."""
    digits = numbers.significant(value, low, high)
    ends = (
        ""
        if low is None or high is None
        else f" [{numbers.number(low, digits)}, {numbers.number(high, digits)}]"
    )
    return clean(f"{name}: {numbers.number(value, digits)}{ends}")


def svg(chart: Chart, prefix: str, label: str) -> Drawing:
    """The chart, to be drawn with an accessible label; its ids, numbered by Vega, begin with `prefix`."""
    at = drawer()
    return Drawing(at.thread.submit(_drawn, at.process, json.dumps(chart), prefix, label))


def _drawn(process: Popen[bytes], chart: str, prefix: str, label: str) -> str:
    text = ask(process, SIZE.sub(lambda found: f"{found[1]}{float(found[2]) * WIDER:g}", chart))
    text = text.replace(f'font-family="{MEASURED}"', f'font-family="{FONT}"')
    text = SHOWN_SIZE.sub(lambda found: f' font-size="{float(found[1]) / WIDER:g}px"', text)
    for k, own in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', text))):
        text = re.sub(rf'(id="|url\(#|href="#){re.escape(own)}(?=["\)])', rf"\g<1>{prefix}-{k}", text)
    text = LABEL.sub(" data-tip=", ROLES.sub("", text))
    text = GEOMETRY.sub(lambda found: DIGITS.sub(r"\1", found[0]), text)
    return re.sub(r"<svg\b", lambda _: f'<svg role="img" aria-label="{Markup.escape(label)}"', text, count=1)
