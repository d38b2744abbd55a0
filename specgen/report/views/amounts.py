"""Amounts of the business in words: how large, how far apart, how sure that is."""

from __future__ import annotations

from specgen.record.result import Amount, MetricInfo, Worth
from specgen.report import numbers


def given_for(worth: Worth) -> str:
    """What a business metric is given for: `per 1,000 rows`."""
    if worth.sum_of_rows:
        return "over its rows"
    return "per row" if worth.per == 1 else f"per {numbers.count(worth.per)} rows"


def spelled(amount: Amount, metric: MetricInfo, confidence: float) -> str:
    """`9,554 USD (95% interval 9,401 to 9,706)`."""
    places = numbers.decimals(metric, amount.value)
    return (
        f"{numbers.number(amount.value, places)}{numbers.unit(metric)}{_interval(amount, places, confidence)}"
    )


def apart(difference: Amount, metric: MetricInfo, than: str, confidence: float, per: str = "") -> str:
    """How a difference is told: `120 EUR more than previous (95% interval 80 to 160)`, or that none is shown."""
    places = numbers.decimals(metric, difference.value, difference.low, difference.high)
    behind = numbers.unit(metric) + (f" {per}" if per else "")
    low, high = difference.low, difference.high
    if low is None or high is None or low <= 0 <= high:
        value = numbers.number(difference.value, places) + behind
        return f"no difference to {than} is shown: {value}{_interval(difference, places, confidence)}"
    more = difference.value > 0
    near, far = sorted((abs(low), abs(high)))
    size = Amount(value=abs(difference.value), low=near, high=far)
    amount = f"{numbers.number(size.value, places)}{behind} {'more' if more else 'less'} than {than}"
    # More of what is better needs no comment; of costs it does.
    judged = f", which is {'worse' if more else 'better'}" if metric.better == "lower" else ""
    return f"{amount}{_interval(size, places, confidence)}{judged}"


def _interval(amount: Amount, places: int, confidence: float) -> str:
    if amount.low is None or amount.high is None:
        return " (too few rows for an interval)"
    low, high = numbers.number(amount.low, places), numbers.number(amount.high, places)
    return f" ({100 * confidence:g}% interval {low} to {high})"
