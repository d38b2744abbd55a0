"""Cells → the measurements and baseline gaps of results.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from specgen.diagnosis.baselines import baseline_cells, baseline_model, compare, gap, published, share
from specgen.diagnosis.listed import listed_slices
from specgen.engine.cells import WHOLE, SplitCells
from specgen.metrics.uses import Use, measurable
from specgen.record.result import BaselineGap, Confusion, Measurement
from specgen.spec.spec import Spec
from specgen.stats.estimate import finite
from specgen.stats.many import Shown, shown_many
from specgen.stats.measure import measure
from specgen.stats.measured import Measured


@dataclass(slots=True)
class Number:
    """A measurement in the making, with a measurement's fields: what is made anyway needs no dictionary besides."""

    split: str
    model: str
    slice: str
    metric: str
    label: str | None
    value: float | None
    low: float | None
    high: float | None
    confidence: float
    n: int
    rows: int
    method: str
    reason: str | None
    shrunken: float | None = None


def numbers(
    spec: Spec, cells: SplitCells, uses: tuple[Use, ...], classes: tuple[Use, ...], seed: int
) -> Iterator[tuple[str, list[Number]]]:
    """By slice, every model by every metric; metrics of each class on the whole split."""
    names, asked = listed_slices(spec, cells), tuple(dict.fromkeys(uses))
    whole = tuple(dict.fromkeys(asked + classes))
    of_models = list(_by_model(spec, cells, asked, names))
    of_whole = of_models if whole == asked else list(_by_model(spec, cells, whole, (WHOLE,)))
    for name in names:
        yield name, [
            _number(spec, cells, name, model, use, known.get(name) or measure(use, cells, name, model, seed))
            for model, use, known in (of_whole if name == WHOLE else of_models)
        ] + [
            _number(spec, cells, name, people, use, measure(use, own, name, people, seed))
            for people, own in cells.of_people.items() if name in own.rows
            for use in (whole if name == WHOLE else asked) if measurable(use, people, own)
        ]  # fmt: skip


def _by_model(
    spec: Spec, cells: SplitCells, uses: Sequence[Use], names: Sequence[str]
) -> Iterator[tuple[str, Use, Mapping[str, Shown]]]:
    """What is measured of each model, and what arrays of slices tell of it at once."""
    for model in cells.models:
        for use in uses:
            if measurable(use, model, cells):
                yield model, use, shown_many(use, cells, names, model, spec.confidence)


def measurements(found: Sequence[Number]) -> tuple[Measurement, ...]:
    """The numbers of a split as results.json has them."""
    return _MEASUREMENTS.validate_python(found, from_attributes=True)


_MEASUREMENTS = TypeAdapter(tuple[Measurement, ...])


def _number(
    spec: Spec, cells: SplitCells, slice_name: str, model: str, use: Use, found: Shown | Measured
) -> Number:
    value: float | None
    if isinstance(found, Shown):
        value, low, high, n, method = found
        reason = None
    else:
        value, n, method = found.value, found.n, found.method
        ends = found.shown.interval(spec.confidence) if found.shown else (None, None)
        low, high, reason = finite(ends[0]), finite(ends[1]), found.reason or _unbounded(method, n, *ends)
    return Number(
        cells.split, model, slice_name, use.key, use.label, value, low, high, spec.confidence, n,
        cells.rows[slice_name], method, reason,
    )  # fmt: skip


def _unbounded(method: str, n: int, low: float | None, high: float | None) -> str | None:
    """Why an interval has an end missing; `n` rows or units say something of the value."""
    if (low is None or finite(low) is not None) and (high is None or finite(high) is not None):
        return None
    if n <= 1:
        return "a single row, or unit, tells nothing of how much others vary"
    if method.startswith("no spread"):
        return (
            "every row says the same, and the metric has no end that bounds how far another could be from it"
        )
    return "these rows are too few to bound it"


def baseline_gaps(
    spec: Spec, cells: SplitCells, slice_name: str, uses: tuple[Use, ...], seed: int
) -> Iterator[BaselineGap]:
    """The candidate against every baseline on a slice, for every metric that the baseline has.

    A number of which neither more nor less is better has no gap to close.
    """
    if spec.candidate_name not in cells.models:
        return
    for name in spec.baselines:
        model = baseline_model(spec, name, cells)
        for use in (use for use in uses if use.metric.better != "neither"):
            known = (
                measurable(use, model, baseline_cells(cells, name))
                if model
                else published(spec, name, use, cells.split, slice_name)
            )
            found = _gap(spec, cells, use, slice_name, name, seed) if known else None
            if found is not None:
                yield found


def _gap(
    spec: Spec, cells: SplitCells, use: Use, slice_name: str, name: str, seed: int
) -> BaselineGap | None:
    compared = compare(spec, cells, use, slice_name, name, seed)
    if compared.value is None:
        return None
    value, low, high = gap(use, compared, spec.confidence)
    part = share(spec, cells, slice_name)
    apart = compared.difference.value
    mine = None if apart is None else compared.value + apart
    return BaselineGap(
        baseline=name, split=cells.split, slice=slice_name, metric=use.key, label=use.label,
        value=compared.value, low=finite(compared.low), high=finite(compared.high), measured=mine,
        gap=value, gap_low=finite(low), gap_high=finite(high), share=part,
        potential=None if value is None else max(value, 0.0) * part, published_se=compared.published_se,
        method=compared.difference.method,
    )  # fmt: skip


def confusions(cells: SplitCells) -> Iterator[Confusion]:
    """Weighted counts of label against prediction of every model on the whole split; of each of several labels."""
    yield from _confusions(cells, None)
    if cells.task == "multilabel":
        for label, own in cells.of_label.items():
            yield from _confusions(own, label)


def _confusions(cells: SplitCells, label: str | None) -> Iterator[Confusion]:
    whole = cells.outcomes.get(WHOLE)
    if whole is None:
        return
    for model, predictions in whole.predictions.items():
        counts = [[0.0] * len(cells.labels) for _ in cells.labels]
        for actual, prediction, weight in zip(whole.label, predictions, whole.weight, strict=True):
            if prediction >= 0:
                counts[actual][prediction] += float(weight)
        rows = tuple(tuple(row) for row in counts)
        yield Confusion(split=cells.split, model=model, label=label, labels=cells.labels, counts=rows)
