"""What the models are worth: business metrics of every model, side by side and in words."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Amount, Measurement, MetricInfo, Rival, Worth
from specgen.report import numbers
from specgen.report.source import WHOLE, Source
from specgen.report.text import name, sentence
from specgen.report.views.amounts import apart, given_for, spelled
from specgen.report.views.cells import Cell, Footnotes, cell, common_digits
from specgen.report.views.thresholds import ThresholdView, threshold_view

MOST_SENTENCES = 3


@dataclass(frozen=True)
class BusinessRow:
    """One model's value, what the candidate has more, and that in a period."""

    model: str
    candidate: bool
    cell: Cell
    apart: Cell
    total: Cell


@dataclass(frozen=True)
class BusinessView:
    """One business metric on the judged split."""

    title: str
    unit: str
    better: str
    definition: str
    total: str
    period: str
    sentences: tuple[str, ...]
    rows: tuple[BusinessRow, ...]
    threshold: ThresholdView | None
    notes: tuple[tuple[str, str], ...]


def business(source: Source) -> tuple[BusinessView, ...]:
    """One view a business metric that was measured on the judged split."""
    views: list[BusinessView] = []
    for metric in source.result.metrics:
        found = {
            m.model: m
            for m in source.result.measurements
            if m.metric == metric.key and m.split == source.split and m.slice == WHOLE
        }
        if metric.kind == "business" and found:
            views.append(_view(source, metric, found, len(views)))
    return tuple(views)


def _view(source: Source, metric: MetricInfo, found: dict[str, Measurement], k: int) -> BusinessView:
    key = (metric.key, source.split)
    worth = next((one for one in source.result.worths if (one.metric, one.split) == key), None)
    notes = Footnotes()
    return BusinessView(
        title=name(metric.title), unit=numbers.unit(metric).strip(), better=f"{metric.better} is better",
        definition=sentence(metric.definition, 240), total=_total(source, metric, worth),
        period=name(worth.period) if worth and worth.period else "",
        sentences=tuple(_sentences(source, metric, worth)) if worth else (),
        rows=tuple(_rows(source, metric, found, worth, notes)),
        threshold=threshold_view(source, metric, worth, k), notes=notes.listed(),
    )  # fmt: skip


def _rows(
    source: Source, metric: MetricInfo, found: dict[str, Measurement], worth: Worth | None, notes: Footnotes
) -> list[BusinessRow]:
    """The candidate, the models beside it, and answers that are always the same."""
    rivals = {rival.model: rival for rival in worth.rivals} if worth else {}
    digits = common_digits(found.values(), metric)
    ordered = sorted(found, key=lambda model: model != source.candidate)
    rows = []
    for model in [*ordered, *(model for model in rivals if model not in found)]:
        rival = rivals.get(model)
        value = cell(found[model], metric, notes, digits) if model in found else _amount(
            rival.value if rival else None, metric, digits
        )  # fmt: skip
        moved = _amount(rival.difference if rival else None, metric, digits)
        total = _amount(rival.total if rival else None, metric, None)
        rows.append(BusinessRow(name(model), model == source.candidate, value, moved, total))
    return rows


def _amount(found: Amount | None, metric: MetricInfo, digits: int | None) -> Cell:
    if found is None:
        return Cell("")
    places = numbers.decimals(metric, found.value) if digits is None else digits
    shown = numbers.interval(found.low, found.high, metric, places)
    return Cell(numbers.number(found.value, places), shown, numbers.unit(metric))


def _total(source: Source, metric: MetricInfo, worth: Worth | None) -> str:
    """What the candidate's mean comes to in a period."""
    if worth is None or worth.total is None or worth.volume_rows is None:
        return ""
    amount = spelled(worth.total, metric, source.result.about.confidence)
    rows = f"{numbers.count(worth.volume_rows)} rows a {name(worth.period or '')}"
    return f"At {rows} {name(source.candidate)} comes to {amount}."


def _sentences(source: Source, metric: MetricInfo, worth: Worth) -> list[str]:
    """The candidate against the models beside it and the better of the constant answers."""
    confidence, said = source.result.about.confidence, []
    for rival in _told(metric, worth):
        if rival.difference is None:
            continue
        text = apart(rival.difference, metric, name(rival.model), confidence, given_for(worth))
        text = f"{name(source.candidate)}: {text}{_what(source, rival)}"
        if rival.total is not None:
            text += f". A {worth.period}: {spelled(rival.total, metric, confidence)}"
        said.append(f"{text}.")
    return said


def _told(metric: MetricInfo, worth: Worth) -> list[Rival]:
    """Other models, the constant ones last, and of those that are no model the better one."""
    named = [rival for rival in worth.rivals if not rival.model.startswith("always '")]
    always = [rival for rival in worth.rivals if rival not in named and rival.value is not None]
    sign = -1 if metric.better == "higher" else 1
    best = sorted(always, key=lambda rival: sign * (rival.value.value if rival.value else 0.0))[:1]
    return [*sorted(named, key=lambda rival: rival.constant)[:MOST_SENTENCES], *best]


def _what(source: Source, rival: Rival) -> str:
    """What a naive baseline says, for those who read its name only."""
    info = next((one for one in source.result.baseline_sources if one.name == rival.model), None)
    return f"; {name(rival.model)} is {sentence(info.description, 120)}" if info and rival.constant else ""
