"""Error analysis of a split's rows, from the engine's table to findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specgen.diagnosis.search.columns import Column
from specgen.diagnosis.search.found import Finding, SearchedSplit
from specgen.diagnosis.search.losses import loss_terms, row_loss
from specgen.diagnosis.search.read import read, read_columns
from specgen.diagnosis.search.search import Coded, search
from specgen.inputs.rows import Rows
from specgen.metrics.uses import Use
from specgen.spec.spec import Spec

NO_SLICES = "no value of it has enough rows to be a slice"


def search_split(
    spec: Spec, rows: Rows, uses: Sequence[Use], names: Sequence[str], left_out: Mapping[str, str], judged: bool,
    seed: int,
) -> tuple[tuple[Finding, ...], SearchedSplit]:  # fmt: skip
    """Findings over the columns `names` of a split, and how it was searched; `left_out` says why columns are not."""
    asked = spec.error_analysis
    assert asked is not None
    i = rows.index(spec.candidate_name)
    terms = tuple(dict.fromkeys(term for use in uses for term in loss_terms(use, i)))
    searched = read(rows, terms, names, seed)
    columns, codes = read_columns(searched, names, max(-(-asked.min_rows // 2), 1))
    values = dict(zip(terms, searched.terms, strict=True))
    losses = [row_loss(use, [values[term] for term in loss_terms(use, i)], searched.weight) for use in uses]
    coded = Coded(rows.split, columns, codes, searched.first_half, searched.unit)
    findings = search(coded, losses, asked.max_conditions, asked.min_rows, spec.confidence)
    missing = {name: NO_SLICES for name in names if name not in {column.name for column in columns}}
    return findings, SearchedSplit(
        split=rows.split, rows=searched.rows, sampled=searched.every > 1, judged=judged,
        metrics=tuple(dict.fromkeys(use.key for use in uses)), columns=_names(columns),
        left_out={**left_out, **missing}, max_conditions=asked.max_conditions, min_rows=asked.min_rows,
        tested=len(findings), confidence=spec.confidence,
    )  # fmt: skip


def _names(columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.name for column in columns))
