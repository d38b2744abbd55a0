"""Error analysis of a split's rows, from the engine's table to findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from specgen.diagnosis.search.clusters import cluster_columns, is_embedding
from specgen.diagnosis.search.columns import Column
from specgen.diagnosis.search.found import Finding, SearchedSplit
from specgen.diagnosis.search.losses import RowLoss, loss_terms, row_loss
from specgen.diagnosis.search.read import Searched, column_codes, read, value_columns
from specgen.diagnosis.search.search import Coded, search
from specgen.diagnosis.search.texts import is_text, text_columns
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
    i, texts = rows.index(spec.candidate_name), _texts(spec, rows)
    terms = tuple(dict.fromkeys(term for use in uses for term in loss_terms(use, i)))
    searched = read(rows, i, terms, tuple(dict.fromkeys((*names, *texts))), seed)
    values = dict(zip(terms, searched.terms, strict=True))
    losses = _different(
        row_loss(use, [values[term] for term in loss_terms(use, i)], searched.weight) for use in uses
    )
    coded = _coded(searched, rows.split, names, texts, losses, max(-(-asked.min_rows // 2), 1), seed)
    findings = search(coded, losses, asked.max_conditions, asked.min_rows, spec.confidence)
    columns = coded.columns
    missing = {name: NO_SLICES for name in names if name not in {column.name for column in columns}}
    return findings, SearchedSplit(
        split=rows.split, rows=searched.rows, sampled=searched.every > 1, judged=judged,
        metrics=tuple(dict.fromkeys(one.use.key for one in losses)), columns=_names(columns),
        left_out={**left_out, **missing}, max_conditions=asked.max_conditions, min_rows=asked.min_rows,
        tested=len(findings), confidence=spec.confidence,
    )  # fmt: skip


def _different(losses: Iterable[RowLoss]) -> list[RowLoss]:
    """Without those that are another's once more, as the word error rate is word accuracy's."""
    found: list[RowLoss] = []
    for one in losses:
        if not any(
            np.array_equal(one.loss, other.loss) and np.array_equal(one.weight, other.weight)
            for other in found
        ):
            found.append(one)
    return found


def _texts(spec: Spec, rows: Rows) -> tuple[str, ...]:
    """The references of transcripts, of which slices are made as of texts of the data, unless columns are named."""
    target = spec.task.target
    if spec.task.type != "transcription" or not isinstance(target, str) or rows.joined is None:
        return ()
    named = [name.lower() for name in spec.error_analysis.named] if spec.error_analysis else []
    real = rows.joined.data.column(target)
    return (real,) if real and (not named or target.lower() in named) else ()


def _coded(
    searched: Searched, split: str, names: Sequence[str], texts: Sequence[str], losses: Sequence[RowLoss],
    min_rows: int, seed: int,
) -> Coded:  # fmt: skip
    """Columns of values, of texts and of embeddings, and the rows' codes in them."""
    embeddings = [name for name in names if is_embedding(searched.kinds[name])]
    free = [name for name in names if name not in texts and is_text(searched, name)]
    plain = [name for name in names if name not in {*embeddings, *free, *texts}]
    columns = list(value_columns(searched, plain, min_rows))
    if losses:
        columns += text_columns(searched, [*texts, *free], losses[0], min_rows)
    codes = column_codes(searched, columns)
    clustered = list(cluster_columns(searched, embeddings, min_rows, seed))
    together = np.vstack([codes, *(code[None] for _, code in clustered)])
    columns += [column for column, _ in clustered]
    return Coded(split, columns, together, searched.first_half, searched.unit)


def _names(columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.name for column in columns))
