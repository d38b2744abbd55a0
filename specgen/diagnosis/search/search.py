"""Error analysis of one split: search one half, merge, test on the other half, and tell what holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specgen.diagnosis.search.columns import Column, written
from specgen.diagnosis.search.confirm import Held, Tested, held
from specgen.diagnosis.search.found import Finding
from specgen.diagnosis.search.kernels import BoolArray, Codes
from specgen.diagnosis.search.lattice import Asked, Slice, top_slices
from specgen.diagnosis.search.losses import RowLoss
from specgen.diagnosis.search.merge import Candidate, Half, says_more, simplified, widened
from specgen.engine.cells import IntArray
from specgen.stats.multiplicity import holm_adjusted

# Slices of one metric that are tested at most, and those fetched to find each, of which most say the same.
MOST, BEST = 5, 10
WIDENED, ROUNDS = 5, 8


@dataclass(frozen=True, eq=False)
class Coded:
    """A split's rows for the search: columns with their codes (columns, n), the half (n,), units (n,) if there are."""

    split: str
    columns: Sequence[Column]
    codes: Codes
    first_half: BoolArray
    unit: IntArray | None


def search(
    coded: Coded, losses: Sequence[RowLoss], max_conditions: int, min_rows: int, confidence: float
) -> tuple[Finding, ...]:
    """All slices that were worth testing, by every loss; the confirmed ones first, metric by metric."""
    tried = [
        (one, candidate, _tested(coded, one, candidate, confidence))
        for one in losses for candidate in candidates(coded, one, max_conditions, min_rows)
    ]  # fmt: skip
    adjusted = holm_adjusted([result.p_value for _, _, result in tried])
    found = [
        _finding(coded, one, candidate, result, p, confidence)
        for (one, candidate, result), p in zip(tried, adjusted, strict=True)
    ]
    order = [(one.use.key, one.use.label) for one in losses]
    by_metric = {name: k for k, name in enumerate(order)}
    return tuple(
        sorted(
            found,
            key=lambda one: (not one.confirmed, by_metric[one.metric, one.label], -one.potential, one.where),
        )
    )


def candidates(coded: Coded, loss: RowLoss, max_conditions: int, min_rows: int) -> list[Candidate]:
    """Slices of the searched half that say different things, with at least half of `min_rows` rows there.

    One after the other, each on the rows that those before it leave: the best slices of all are mostly one
    slice in many words.
    """
    chosen = coded.first_half & (loss.weight > 0)
    if not chosen.any() or not coded.columns:
        return []
    half = Half(
        coded.columns, np.ascontiguousarray(coded.codes[:, chosen]), loss.loss[chosen], loss.weight[chosen]
    )
    least = max(-(-min_rows // 2), 1)
    asked = Asked(BEST, max_conditions, least)
    covered, found = np.zeros(int(chosen.sum()), dtype=bool), list[Candidate]()
    for _ in range(ROUNDS):
        if len(found) == MOST or covered.all():
            break
        left = half.part(~covered)
        slices = _on(left, asked)
        if not slices:
            break
        # The best slice is not always the one that widens best.
        wide = [widened(left, one) for one in slices[:WIDENED]]
        conditions = simplified(left, max(wide, key=lambda some: left.score(left.inside(some))))
        inside = half.inside(conditions)
        if half.score(inside) > 0 and says_more(half, inside, covered, least):
            same = sum(
                not says_more(half, half.inside_of(one), covered | inside, least) for one in slices[1:]
            )
            found.append(Candidate(conditions, half.score(inside), same))
        covered |= inside
    return [one for one in found if _inside(coded, one).sum() >= min_rows]


def _on(half: Half, asked: Asked) -> list[Slice]:
    weight = None if bool((half.weight == 1).all()) else half.weight
    return top_slices(half.codes, [one.codes for one in half.columns], half.loss, weight, asked)


def _inside(coded: Coded, candidate: Candidate) -> BoolArray:
    empty = np.empty(0)
    return Half(coded.columns, coded.codes, empty, empty).inside(candidate.conditions)


def _tested(coded: Coded, loss: RowLoss, candidate: Candidate, confidence: float) -> Held:
    """The candidate on the other half."""
    rest = ~coded.first_half
    tested = Tested(
        loss.loss[rest], loss.weight[rest], None if coded.unit is None else coded.unit[rest], loss.wrong
    )
    return held(tested, _inside(coded, candidate)[rest], confidence)


def _finding(
    coded: Coded, loss: RowLoss, candidate: Candidate, result: Held, p_value: float, confidence: float
) -> Finding:
    inside = _inside(coded, candidate)
    clusters = [one for one in candidate.conditions if coded.columns[one.column].examples]
    first = inside & coded.first_half
    lost, weight = float(loss.loss[first].sum()), float(loss.weight[first].sum())
    ends = [None if end is None else loss.value(end) for end in (result.low, result.high)]
    low, high = ends if loss.sign > 0 else reversed(ends)
    gap = (
        max(result.inside - result.outside, 0.0)
        if result.inside is not None and result.outside is not None
        else 0.0
    )
    return Finding(
        where=written(coded.columns, candidate.conditions), split=coded.split,
        metric=loss.use.key, label=loss.use.label,
        value=None if result.inside is None else loss.value(result.inside), low=low, high=high,
        other=None if result.outside is None else loss.value(result.outside),
        rows=int(inside.sum()), share=result.share, potential=gap * result.share,
        confirmed=p_value <= 1 - confidence, tested_rows=result.rows,
        found_value=loss.value(lost / weight) if weight else None, p_value=p_value,
        score=candidate.score, merged=candidate.merged, pasteable=not clusters,
        examples=tuple(row for one in clusters for row in coded.columns[one.column].examples[one.first]),
    )  # fmt: skip
