"""Scores over thresholds: what the pass has to keep for their curves."""

from __future__ import annotations

from specgen.diagnosis.thresholds import score_terms
from specgen.engine.binned import BINNED_FROM
from specgen.inputs.rows import Rows


def curve_terms(task: str, rows: Rows) -> list[str]:
    """Label and scores of every model of a binary task; of many rows only what metrics ask for is kept."""
    if task != "binary" or rows.count >= BINNED_FROM:
        return []
    scored = [rows.index(model) for model in rows.models if model in rows.scored]
    return [term for i in scored for term in score_terms(i).values()]
