"""Fairness: the metrics of groups of people, sellers, products, beside a reference group's.

Differences are called shown after Holm's correction over the groups and metrics of an entry. Values of
groups, largest differences and smallest ratios are Fairlearn's (MetricFrame's `by_group`, `difference()`,
`ratio()`), save that a metric without a denominator has no value there rather than 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from specgen.checks.four_fifths import four_fifths
from specgen.checks.gaps import FairnessCheck, Furthest, GapVerdict, GroupValue, MetricGaps
from specgen.engine.cells import SplitCells
from specgen.inputs.values import MISSING
from specgen.metrics.uses import Use, metric_use
from specgen.spec.checks import LARGEST, Fairness
from specgen.spec.declared import compared_metrics, family_name, metric_key
from specgen.spec.spec import Spec
from specgen.stats.apart import GroupEstimate, group_estimates, has_ratio, ratio_interval
from specgen.stats.estimate import Estimate, finite
from specgen.stats.extremes import Extreme, Pair, largest_difference, pair, smallest_ratio, without_bounds
from specgen.stats.measured import Measured
from specgen.stats.multiplicity import holm

# Groups that share sampling units are compared unit by unit: so many pairs take a second or so.
MOST_SHARING = 30


@dataclass(frozen=True)
class Compared:
    """A metric on all groups of an entry: what was measured, what has bounds and rows enough, and pairs of it."""

    use: Use
    measured: Mapping[str, Measured]
    usable: Mapping[str, GroupEstimate]
    beside: Mapping[str, Pair]
    pairs: Sequence[Pair]


def fairness_uses(spec: Spec, labels: Sequence[str]) -> tuple[Use, ...]:
    """Every metric that `fairness` compares."""
    asked = dict.fromkeys((key, label) for _, key, label in compared_metrics(spec))
    return tuple(metric_use(spec, labels, key, label) for key, label in asked)


def fairness(spec: Spec, cells: SplitCells, seed: int) -> Iterator[FairnessCheck]:
    """Every entry of `fairness` on a split; none where the candidate was not measured."""
    if spec.candidate_name in cells.models:
        yield from (_check(spec, part, cells, seed) for part in spec.fairness)


def reference_group(part: Fairness, cells: SplitCells) -> str | None:
    """The name of an entry's reference group on a split; None where the split has no such group.

    The largest is the one with the most rows, of those whose values are not missing if there are any.
    """
    names = cells.families.get(family_name(part.by), ())
    if part.reference == LARGEST:
        known = [name for name in names if f"={MISSING}" not in name] or names
        return max(known, key=lambda name: cells.rows[name], default=None)
    return next((name for name in reference_names(part) if name in names), None)


def reference_names(part: Fairness) -> tuple[str, ...]:
    """Names that a declared reference may stand for: `f`, [f, white] or `gender=f & race=white`."""
    if isinstance(part.reference, tuple):
        return (" & ".join(f"{c}={value}" for c, value in zip(part.by, part.reference, strict=True)),)
    return (f"{part.by[0]}={part.reference}", part.reference) if len(part.by) == 1 else (part.reference,)


def _check(spec: Spec, part: Fairness, cells: SplitCells, seed: int) -> FairnessCheck:
    names = cells.families.get(family_name(part.by), ())
    reference = reference_group(part, cells)
    compared = [
        _compared(spec, metric_use(spec, cells.labels, metric_key(spec, request.key, request.label), request.label),
                  part, cells, names, reference, seed)
        for request in part.metrics
    ]  # fmt: skip
    shown = _shown(compared, reference, 1 - spec.confidence)
    return FairnessCheck(
        split=cells.split, by=part.by, reference=reference,
        chosen="largest" if part.reference == LARGEST else "named",
        confidence=spec.confidence, min_rows=part.min_rows, comparisons=len(shown),
        metrics=tuple(
            _gaps(one, cells, reference, {g for u, g in shown if u == one.use and shown[u, g]}, part, spec.confidence)
            for one in compared
        ),
        four_fifths=tuple(
            found for one in compared if one.use.metric.name == "selection_rate"
            for found in four_fifths(one.pairs, names, one.use.label, spec.confidence)
        ),
        equalized_odds_difference=_equalized_odds(compared, spec.confidence),
        reason=_reason(names, reference, cells),
    )  # fmt: skip


def _reason(names: Sequence[str], reference: str | None, cells: SplitCells) -> str | None:
    if reference is None:
        return f"data.{cells.split} has no rows of the reference group"
    return (
        f"every row of data.{cells.split} has {names[0]}: there is nothing to compare"
        if len(names) < 2
        else None
    )


def _compared(
    spec: Spec, use: Use, part: Fairness, cells: SplitCells, names: tuple[str, ...], reference: str | None,
    seed: int,
) -> Compared:  # fmt: skip
    measured, usable = group_estimates(use, cells, names, spec.candidate_name, seed)
    usable = {name: one for name, one in usable.items() if cells.size(name).count >= part.min_rows}
    first = usable.get(reference) if reference else None
    beside = {name: pair(one, first) for name, one in usable.items() if first and name != reference}
    sharing = any(one.moves is not None for one in usable.values())
    between = permutations(usable.values(), 2) if not sharing or len(usable) <= MOST_SHARING else ()
    return Compared(use, measured, usable, beside, tuple(pair(a, b) for a, b in between))


def _shown(compared: Sequence[Compared], reference: str | None, alpha: float) -> dict[tuple[Use, str], bool]:
    """Whether each group's difference to the reference is shown, all of an entry together."""
    p_values = {
        (one.use, name): _p_value(two.decided(1.0), alpha) for one in compared for name, two in one.beside.items()
    }  # fmt: skip
    return dict(zip(p_values, holm(list(p_values.values()), alpha), strict=True)) if reference else {}


def _p_value(gap: Estimate, alpha: float) -> float:
    """Two-sided p-value of no difference; 1 where it is above alpha and so of no use to Holm."""
    above = gap.value > 0
    if (gap.lower(alpha / 2) <= 0) if above else (gap.upper(alpha / 2) >= 0):
        return 1.0
    return min(1.0, 2 * (gap.p_above(0.0) if above else gap.p_below(0.0)))


def _gaps(
    one: Compared,
    cells: SplitCells,
    reference: str | None,
    shown: set[str],
    part: Fairness,
    confidence: float,
) -> MetricGaps:
    groups = tuple(
        _group(one, cells, name, reference, name in shown, part, confidence) for name in one.measured
    )
    to_reference = _to_reference(one)
    bare = without_bounds(tuple(one.usable.values()))
    return MetricGaps(
        metric=one.use.key, label=one.use.label, groups=groups,
        largest_difference=_furthest(largest_difference(one.pairs, confidence) if one.pairs else bare[0]),
        smallest_ratio=_furthest(smallest_ratio(one.pairs, confidence) if one.pairs else bare[1]),
        difference_to_reference=_furthest(largest_difference(to_reference, confidence)),
        ratio_to_reference=_furthest(smallest_ratio(to_reference, confidence)),
    )  # fmt: skip


def _to_reference(one: Compared) -> list[Pair]:
    """Each group and the reference, in both orders."""
    return [both for two in one.beside.values() for both in (two, pair(two.second, two.first))]


def _group(
    one: Compared, cells: SplitCells, name: str, reference: str | None, shown: bool, part: Fairness,
    confidence: float,
) -> GroupValue:  # fmt: skip
    found, alpha = one.measured[name], (1 - confidence) / 2
    ends = found.shown.interval(confidence) if found.shown else (None, None)
    gap: tuple[float | None, ...] = (None, None, None)
    ratio: tuple[float | None, ...] = (None, None, None)
    if name in one.beside:
        between = one.beside[name].shown
        mine, theirs = one.beside[name].first.value, one.beside[name].second.value
        gap = (mine - theirs, *between(1.0).interval(confidence))
        if has_ratio(mine, theirs):
            ratio = (mine / theirs if theirs else None, *ratio_interval(between, alpha))
    numbers = [finite(number) for number in (found.value, *ends, *gap, *ratio)]
    return GroupValue(
        group=name, rows=cells.rows[name], n=found.n, value=numbers[0], low=numbers[1], high=numbers[2],
        method=found.method, reason=_why(one, name, reference, cells, part),
        difference=numbers[3], difference_low=numbers[4], difference_high=numbers[5],
        ratio=numbers[6], ratio_low=numbers[7], ratio_high=numbers[8],
        verdict=_verdict(one, name, reference, shown),
    )  # fmt: skip


def _verdict(one: Compared, name: str, reference: str | None, shown: bool) -> GapVerdict:
    if name == reference:
        return "reference"
    if one.measured[name].shown is None:
        return "not measured"
    return "too few" if name not in one.beside else "shown" if shown else "not shown"


def _why(one: Compared, name: str, reference: str | None, cells: SplitCells, part: Fairness) -> str | None:
    """Why a group has no value or no comparison."""
    if one.measured[name].shown is None:
        return one.measured[name].reason or "it has no interval"
    if name not in one.usable:
        size = cells.size(name)
        what = "rows" if size.units is None else "units"
        return f"{size.count:,} of the {part.min_rows:,} {what} that the spec asks for"
    if reference is not None and reference not in one.usable:
        return "the reference group is too small to compare with"
    return None


def _equalized_odds(compared: Sequence[Compared], confidence: float) -> Furthest | None:
    """The largest difference of recall and false positive rate together (Hardt et al. 2016; Fairlearn's worst case)."""
    rates = [
        [one for one in compared if one.use.metric.name == name] for name in ("recall", "false_positive_rate")
    ]
    both = [(a, b) for a in rates[0] for b in rates[1] if a.use.label == b.use.label]
    if len(both) != 1 or not (both[0][0].pairs and both[0][1].pairs):
        return None
    return _furthest(largest_difference([*both[0][0].pairs, *both[0][1].pairs], confidence))


def _furthest(found: Extreme | None) -> Furthest | None:
    if found is None:
        return None
    return Furthest(
        value=found.value,
        low=finite(found.low),
        high=finite(found.high),
        first=found.first,
        second=found.second,
    )
