"""What following performance over time gives, as it stands in results.json."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen

Finding = Literal["shown", "small", "open"]


class TimeWindow(Frozen):
    """A span of time and the performance on the rows that fall into it."""

    name: str = Field(description="`2024-11`, `2024 Q4`.")
    start: str = Field(description="ISO 8601, in UTC unless times have no zone.")
    end: str = Field(description="The first instant after it.")
    rows: int = Field(description="0: a gap.")
    value: float | None = None
    low: float | None = Field(default=None, description="Two-sided bound at `confidence`.")
    high: float | None = None
    compared: bool = Field(default=False, description="Whether it has rows enough for the tests.")
    reason: str | None = Field(default=None, description="Why there is no value, or why it is not compared.")
    expected: float | None = Field(
        default=None, description="What the model's probabilities expect of `expected_metric`."
    )
    expected_low: float | None = Field(default=None, description="As far as other rows would change it.")
    expected_high: float | None = None
    surplus: float | None = Field(default=None, description="Observed minus expected.")
    surplus_low: float | None = None
    surplus_high: float | None = None


class TimeTest(Frozen):
    """One way to look for a change, and what it finds."""

    kind: Literal["change", "trend", "spread"] = Field(
        description="change: from one window on, the largest difference of after and before; trend: a line, the"
        " difference of its ends; spread: any difference, the standard deviation of the windows' true values."
    )
    statistic: float = Field(description="z of the largest step, z of the slope, Cochran's Q.")
    p_value: float = Field(description="Chance of one as large where nothing changes; of 10,000 draws.")
    effect: float
    low: float = Field(
        description="Bounds that hold at every place at once, after correction for three tests."
    )
    high: float
    material: float | None = Field(
        description="Smallest effect that matters: a tenth of the error; half of that for spread."
    )
    finding: Finding = Field(
        description="shown: significant after correction for three tests, and material; small: shown to be less"
        " than material; open: the rows do not tell."
    )


class ChangePoint(Frozen):
    """The most likely single change, where one is shown."""

    at: str = Field(description="Beginning of the first window after it, by name.")
    earliest: str = Field(description="Where it may have come at the earliest and latest, at `confidence`.")
    latest: str
    before: float = Field(description="On all rows before it, and on all after it.")
    after: float
    difference: float
    low: float = Field(description="Bounds that allow for having looked everywhere.")
    high: float


class Followed(Frozen):
    """A row of values over time, tested for change."""

    finding: Finding = Field(
        description="shown where a test shows it; small where neither a change nor a trend can be material."
    )
    tests: tuple[TimeTest, ...]
    change: ChangePoint | None = None


class OverTime(Frozen):
    """A metric of the candidate by windows of time, on one split or on several that follow each other."""

    splits: tuple[str, ...]
    labelled: bool = Field(description="false: no labels, so only what the model's probabilities expect.")
    metric: str
    label: str | None
    length: str = Field(description="Of a window: hour, 6 hours, day, week, month, quarter, year or decade.")
    read_as: str = Field(description="What the column of the time holds, and so how it was read.")
    rows: int = Field(description="Rows whose time can be read.")
    confidence: float
    windows: tuple[TimeWindow, ...]
    performance: Followed | None = Field(default=None, description="Whether the metric changes.")
    not_tested: str | None = Field(default=None, description="Why no test was made.")
    expected_metric: str | None = Field(
        default=None,
        description="Metric whose expected value the model's own probabilities give if they are calibrated.",
    )
    surplus: Followed | None = Field(
        default=None,
        description="Whether observed minus expected changes: then the labels mean something else than before"
        " (concept drift); where only the expected value changes, the rows are others (data drift).",
    )
