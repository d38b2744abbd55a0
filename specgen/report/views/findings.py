"""Slices that nobody declared, found by error analysis."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import clip


@dataclass(frozen=True)
class FindingRow:
    """One slice found."""

    where: str
    split: str
    metric: str
    value: str
    rows: str
    potential: str
    confirmed: str


def findings(source: Source) -> tuple[FindingRow, ...]:
    """The findings, the largest potential first."""
    ranked = sorted(source.result.findings, key=lambda finding: -finding.potential)[: source.cap]
    return tuple(
        FindingRow(
            clip(f.where, 160),
            f.split,
            source.title(f.metric),
            numbers.value(f.value, source.metrics.get(f.metric)),
            numbers.count(f.rows),
            numbers.potential(f.potential, source.metrics.get(f.metric)),
            "confirmed" if f.confirmed else "not confirmed",
        )
        for f in ranked
    )
