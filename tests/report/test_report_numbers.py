"""Numbers and names as the report writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specgen.record.result import MetricInfo
from specgen.report import numbers
from specgen.report.text import clean, clip, sentence


def metric(**changes: object) -> MetricInfo:
    given_values = {"low": 0.0, "high": 1.0, "unit": None} | changes
    return MetricInfo(key="m", title="M", kind="metric", better="higher", definition="", **given_values)  # type: ignore[arg-type]


MONEY = metric(low=None, high=None, unit="EUR")
ERROR = metric(high=None)


@pytest.mark.parametrize(
    ("amount", "info", "text"),
    [
        (0.8281, metric(), "0.828"),
        (0.9, metric(low=None), "0.900"),
        (12345.6, MONEY, "12,346"),
        (-10412.3, MONEY, "−10,412"),
        (3.14159, MONEY, "3.142"),
        (0.0971, ERROR, "0.097"),
        (31.257, ERROR, "31.26"),
        (-0.0001, metric(), "0.000"),
        (float("inf"), metric(), "∞"),
        (None, metric(), "—"),
    ],
)
def test_value(amount: float | None, info: MetricInfo, text: str) -> None:
    assert numbers.value(amount, info) == text


def test_interval() -> None:
    assert numbers.interval(0.825, 0.83, metric()) == "[0.825, 0.830]"
    assert numbers.interval(None, 0.83, metric()) == "≤ 0.830"
    assert numbers.interval(0.825, None, metric()) == "≥ 0.825"
    assert numbers.interval(None, None, metric()) == ""


def test_differences_of_shares_are_percentage_points() -> None:
    assert numbers.difference(0.04, metric()) == "+4.0\u202fpp"
    assert numbers.difference(-0.003, metric()) == "−0.3\u202fpp"
    assert numbers.difference(0.0, metric()) == "0.0\u202fpp"
    assert numbers.difference(120.0, MONEY) == "+120.0\u202fEUR"
    assert numbers.potential(0.0104, metric()) == "1.04\u202fpp"
    assert numbers.potential(0.00001, metric()) == "< 0.01\u202fpp"


@given(st.text())
def test_clean_text_has_no_control_characters(text: str) -> None:
    assert all(character >= " " and not 0xD800 <= ord(character) <= 0xDFFF for character in clean(text))


@given(st.text(), st.integers(min_value=8, max_value=90))
def test_cut_texts_are_short_enough(text: str, most: int) -> None:
    assert len(clip(text, most)) <= most
    assert len(sentence(text, most)) <= most
