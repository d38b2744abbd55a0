"""Numbers as a reader wants them: never more digits than they mean."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specgen.record.result import MetricInfo

MISSING = "—"
MINUS = "−"
MOST_PLACES = 6


def decimals(metric: MetricInfo | None, *values: float | None) -> int:
    """Digits after the point for a metric: three for rates, else four significant digits of the largest."""
    if is_share(metric):
        return 3
    size = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    most = 4 if metric and metric.unit else 3
    if size == 0:
        return 0 if metric and metric.unit else most
    return min(max(3 - math.floor(math.log10(size)), 0), most)


def number(value: float | None, places: int) -> str:
    """`0.828`, `12,340`, `−3.2`; an em dash for none."""
    if value is None:
        return MISSING
    if not math.isfinite(value):
        return f"{MINUS if value < 0 else ''}∞"
    if places > MOST_PLACES:
        return _power(value)
    text = f"{value:,.{places}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def _power(value: float) -> str:
    """`3.74×10⁻⁷`."""
    digits, _, power = f"{value:.2e}".partition("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits.replace('-', MINUS)}×10{raised}" if value else "0"


def plain(value: float) -> str:
    """A number as it was written: `0.001`, `20,000`."""
    return f"{value:,.10g}".replace("-", MINUS)


def significant(*values: float | None) -> int:
    """Digits after the point that leave three significant ones of the largest number."""
    size = max((abs(v) for v in values if v and math.isfinite(v)), default=1.0)
    return min(max(2 - math.floor(math.log10(size)), 0), 10)


def value(amount: float | None, metric: MetricInfo | None) -> str:
    """A metric's value without its unit."""
    return number(amount, decimals(metric, amount))


def interval(
    low: float | None, high: float | None, metric: MetricInfo | None, places: int | None = None
) -> str:
    """`[0.825, 0.830]`; one-sided where only one end is known; empty where none is."""
    digits = decimals(metric, low, high) if places is None else places
    if low is None and high is None:
        return ""
    if low is None:
        return f"≤ {number(high, digits)}"
    if high is None:
        return f"≥ {number(low, digits)}"
    return f"[{number(low, digits)}, {number(high, digits)}]"


def unit(metric: MetricInfo | None) -> str:
    """The unit with a narrow space before it, or nothing."""
    return f"\u202f{metric.unit}" if metric and metric.unit else ""


def is_share(metric: MetricInfo | None) -> bool:
    """Whether differences of the metric are read as percentage points."""
    return metric is None or (metric.unit is None and metric.high == 1)


def difference(amount: float | None, metric: MetricInfo | None) -> str:
    """A signed difference: `+4.0 pp` for shares, else in the metric's own digits."""
    if amount is None:
        return MISSING
    if is_share(metric):
        return _signed(100 * amount, 1) + "\u202fpp"
    return _signed(amount, decimals(metric, amount)) + unit(metric)


def potential(amount: float | None, metric: MetricInfo | None) -> str:
    """What closing a gap would bring: `1.04 pp` for shares, else in the metric's own digits."""
    if amount is None:
        return MISSING
    if amount == 0:
        return "0"
    if is_share(metric):
        return ("< 0.01" if 0 < amount < 0.00005 else number(100 * amount, 2)) + "\u202fpp"
    return number(amount, decimals(metric, amount)) + unit(metric)


def percent(fraction: float | None) -> str:
    """`26.0%`."""
    return MISSING if fraction is None else f"{number(100 * fraction, 1)}%"


def count(amount: float | None) -> str:
    """`12,340`."""
    if amount is None:
        return MISSING
    return f"{amount:,.0f}" if amount == round(amount) else number(amount, 1)


def _signed(amount: float, places: int) -> str:
    text = number(amount, places)
    return text if text.startswith(MINUS) or not text.strip("0.,") else f"+{text}"
