"""What scores and payoffs leave to choose from, as it stands in results.json: thresholds, worths, curves."""

from __future__ import annotations

from pydantic import Field

from specgen.frozen import Frozen


class Amount(Frozen):
    """A number with its two-sided interval; an end is null where the rows say too little for one."""

    value: float
    low: float | None
    high: float | None


class Rival(Frozen):
    """Another model, or always the same answer, beside the candidate on the same rows."""

    model: str = Field(description="A model's or baseline's name, or `always '1'`.")
    constant: bool = Field(description="Whether it gives every row the same answer.")
    value: Amount | None
    difference: Amount | None = Field(description="Candidate minus rival, paired.")
    total: Amount | None = Field(description="The difference in a period of the declared volume.")
    method: str = Field(description="Of the difference's interval.")
    reason: str | None = Field(default=None, description="Why there is no difference.")


class Worth(Frozen):
    """A business metric of the candidate on a whole split."""

    metric: str
    split: str
    per: float = Field(description="Rows that the metric is given for; 1 for a sum over the split.")
    sum_of_rows: bool = Field(description="Whether it is summed over the split's rows, no mean.")
    volume_rows: float | None = Field(description="Declared rows of real traffic in a period.")
    period: str | None
    total: Amount | None = Field(description="In such a period: mean × rows, the rows taken as exact.")
    rivals: tuple[Rival, ...]


class ThresholdCurve(Frozen):
    """A business metric at each of the choice's `thresholds` on one split."""

    split: str
    values: tuple[float, ...]


class ThresholdValue(Frozen):
    """What thresholds are worth on a split that had no part in the choice."""

    split: str
    best: Amount = Field(description="At the threshold that was chosen.")
    in_use: Amount = Field(description="At the threshold of the spec.")
    difference: Amount = Field(description="Chosen minus in use, on the same rows.")
    method: str = Field(description="Of the difference's interval.")


class ThresholdChoice(Frozen):
    """The threshold of the candidate's score by which a business metric is best."""

    metric: str
    in_use: float = Field(description="The spec's `task.threshold`.")
    chosen_on: str | None = Field(
        description="The split on which `best` was found; null where there is none."
    )
    best: float | None = Field(description="Worth most there; null: none was chosen, see `reason`.")
    low: float | None = Field(
        description="Smallest threshold that is not shown to be worse, at `confidence`."
    )
    high: float | None = Field(description="Largest of them.")
    confidence: float
    break_even: float | None = Field(
        description="Share of positive rows above which a yes pays: the best threshold of calibrated scores."
    )
    thresholds: tuple[float, ...] = Field(description="At most 100, where the curves are given.")
    curves: tuple[ThresholdCurve, ...]
    values: tuple[ThresholdValue, ...]
    reason: str | None = None


class OperatingPoint(Frozen):
    """Where a model's own predictions lie, with the threshold that it uses."""

    recall: float
    false_positive_rate: float
    precision: float | None = Field(description="null: it predicts no row as positive.")


class ScoreCurve(Frozen):
    """Rates of a model on a whole split if rows are predicted positive from each threshold on.

    Points are at most 200 of the distinct scores, the highest first; they are rounded to five digits and are
    there to be drawn.
    """

    split: str
    model: str
    label: str | None = Field(description="Label that the score is of; null in binary tasks.")
    base_rate: float = Field(description="Share of positive rows: the precision of chance.")
    auc: Amount | None
    average_precision: Amount | None
    thresholds: tuple[float, ...]
    recall: tuple[float, ...]
    false_positive_rate: tuple[float, ...]
    precision: tuple[float, ...]
    in_use: OperatingPoint | None


class CalibrationBin(Frozen):
    """Rows of neighbouring scores."""

    low: float = Field(description="Lowest score.")
    high: float
    predicted: float = Field(description="Mean score.")
    observed: Amount = Field(description="Share of positive rows.")
    rows: int
    share: float = Field(description="Of the split's weight.")


class Calibration(Frozen):
    """The candidate's scores beside what came true, on a whole split, in at most ten bins of equal weight."""

    split: str
    model: str
    label: str | None
    error: Amount | None = Field(description="Calibration error, without what chance adds to it.")
    bins: tuple[CalibrationBin, ...]
