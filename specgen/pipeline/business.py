"""What predictions are worth: comparisons and thresholds of every business metric of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specgen.diagnosis.choices import ThresholdChoice, Worth
from specgen.diagnosis.thresholds import score_terms, threshold_choice
from specgen.diagnosis.worth import worth
from specgen.engine.cells import WHOLE, SplitCells
from specgen.inputs.rows import Rows
from specgen.metrics.uses import business_use
from specgen.record.result import Note
from specgen.spec.business import BusinessMetric, missing_cells
from specgen.spec.problems import key_path
from specgen.spec.spec import Spec


def business_terms(spec: Spec, rows: Rows) -> list[str]:
    """Row values that the choice of a threshold asks of a split: the candidate's scores and the labels."""
    candidate = spec.candidate_name
    if spec.task.type != "binary" or candidate not in rows.scored:
        return []
    asked = any(business.cells for business in spec.business)
    return list(score_terms(rows.index(candidate)).values()) if asked else []


def worths(spec: Spec, cells: Mapping[str, SplitCells], seed: int) -> Iterator[Worth]:
    """Every business metric on every evaluated split."""
    for one in cells.values():
        for k, business in enumerate(spec.business):
            found = worth(spec, business, business_use(business, k, one.labels), one, seed)
            if found is not None:
                yield found


def threshold_choices(
    spec: Spec, cells: Mapping[str, SplitCells], judged: Sequence[str], seed: int
) -> Iterator[ThresholdChoice]:
    """The threshold that each payoff wants, worth what on the splits that had no part in the choice."""
    evaluated = [split for split in judged if split in cells]
    for k, business in enumerate(spec.business):
        if evaluated:
            use = business_use(business, k, cells[evaluated[-1]].labels)
            found = threshold_choice(spec, business, use, cells, evaluated[-1], seed)
            if found is not None:
                yield found


def business_notes(spec: Spec, cells: Mapping[str, SplitCells]) -> Iterator[Note]:
    """Payoffs of labels that the data lacks, and pairs of labels without a worth."""
    labels = next((one.labels for one in cells.values() if one.labels), ())
    for k, business in enumerate(spec.business):
        if business.matrix and labels:
            for path, message in missing_cells(business.matrix, labels):
                place = key_path(("business", k, *path))
                yield Note(level="warning", text=f"{business.name}: {message}.", place=place)
        for split, one in cells.items():
            yield from _without_rows(business, k, split, one)


def _without_rows(business: BusinessMetric, k: int, split: str, cells: SplitCells) -> Iterator[Note]:
    """Outcomes that have a worth, but no row of their label on a split."""
    whole = cells.outcomes.get(WHOLE)
    if whole is None or not business.cells:
        return
    for code, outcomes in enumerate(("tn and fp", "fn and tp")):
        if not whole.count[whole.label == code].any():
            text = (
                f"{business.name}: no row of {split} is '{cells.labels[code]}', so {outcomes} count nowhere."
            )
            yield Note(level="warning", text=text, place=key_path(("business", k, "payoff")))
