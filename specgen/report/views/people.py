"""Several people behind one baseline: how good each is, and how far they agree."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.record.result import Agreed, Agreement, MetricInfo
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import listed, name, plural

MOST_PEOPLE = 8
# Krippendorff 2004, Content Analysis, 2nd ed., p. 241: reliable from 0.8 on, tentative conclusions from 0.667.
RELIABLE, TENTATIVE = 0.8, 0.667


def people(source: Source, baseline: str) -> tuple[str, ...]:
    """Sentences on the people of a baseline on the judged split; empty where it is not of several."""
    found = next(
        (one for one in source.result.agreements if (one.baseline, one.split) == (baseline, source.split)),
        None,
    )
    return tuple(_sentences(source, found)) if found else ()


def _sentences(source: Source, found: Agreement) -> Iterator[str]:
    key, label = source.primary
    metric = source.metrics.get(key)
    known = [one for one in found.values if (one.metric, one.label) == (key, label) and one.value is not None]
    if known:
        shown = [
            f"{name(one.person)} {numbers.value(one.value, metric)} {_interval(one.low, one.high, metric)}"
            f" on {plural(found.labelled[one.person], 'row')}"
            for one in known[:MOST_PEOPLE]
        ]
        rest = f"; {len(known) - MOST_PEOPLE} more in results.json" if len(known) > MOST_PEOPLE else ""
        yield (
            f"{source.title(key, label)} of each: {listed(shown)}{rest}. The baseline is the mean over those who"
            " labelled a row."
        )
    told = [text for text in (_alpha(found.alpha, found.level), _pairwise(found.pairwise)) if text]
    if told:
        yield f"Agreement on the {plural(found.shared, 'row')} that two or more labelled: {'; '.join(told)}."


def _alpha(found: Agreed | None, level: str | None) -> str:
    if found is None:
        return ""
    if found.value is None:
        return f"Krippendorff's alpha is undefined: {found.reason}"
    meaning = (
        "reliable" if found.value >= RELIABLE
        else "enough for tentative conclusions" if found.value >= TENTATIVE
        else "too little to rely on the labels"
    )  # fmt: skip
    ends = _interval(found.low, found.high, None)
    return (
        f"Krippendorff's alpha ({level}; 1 is full agreement, 0 chance) {found.value:.2f} {ends}, {meaning}"
    )


def _pairwise(found: Agreed | None) -> str:
    if found is None or found.value is None:
        return ""
    return f"two people give the same label {numbers.percent(found.value)} of the time"


def _interval(low: float | None, high: float | None, metric: MetricInfo | None) -> str:
    return numbers.interval(low, high, metric)
