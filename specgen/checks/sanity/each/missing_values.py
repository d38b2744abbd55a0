"""Missing values: whether they are as frequent in every split, and whether the model copes with them."""

from __future__ import annotations

from collections.abc import Iterator

from scipy import stats

from specgen.checks.drift.columns import Subject
from specgen.checks.drift.counts import count
from specgen.checks.sanity.columns import shared_columns, sides
from specgen.checks.sanity.found import Finding, failed, inconclusive, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import WITH, WITHOUT, Scene
from specgen.inputs.tables import quote
from specgen.inputs.values import FLOATS
from specgen.stats.estimate import Estimate, negate
from specgen.stats.measure import measure
from specgen.stats.unpaired import mover

# Share of rows that lack a value in one split and not in the other.
MOST_APART, LEAST_P = 0.05, 0.001
# How much worse, beside all rows' distance to the best value: as much again.
MUCH_WORSE = 1.0
FEWEST_ROWS = 30


@sanity_check("missing_values", "Missing values")
def missing_values(scene: Scene) -> Iterator[Finding]:
    """Every feature is missing about as often in later splits as in the first, and the model copes with it.

    A share of missing values fails where it differs by more than 5% of the rows and by more than chance
    (p < 0.001, Bonferroni over columns and splits). The primary metric on rows that lack a value fails
    where it is worse than on the others, with the same confidence, by as much as those are from the best value.
    """
    splits = list(scene.tables)
    columns = {split: shared_columns(scene, (splits[0], split)) for split in splits[1:]}
    trials = sum(map(len, columns.values()))
    empty = {split: _empty(scene, split) for split in splits}
    shares = [
        one for split in splits[1:] for column in columns[split]
        if column.name in empty[splits[0]] or (scene.tables[split].column(column.name) or "") in empty[split]
        if (one := _share(scene, column.name, splits[0], split, trials))
    ]  # fmt: skip
    cut = [(split, name.removeprefix(WITHOUT.format(""))) for split, cells in scene.closer.items()
           for name in cells.rows if name.startswith(WITHOUT.format(""))]  # fmt: skip
    scores = [one for split, column in cut if (one := _score(scene, split, column, len(cut)))]
    wrong = [one for one in (*shares, *scores) if one.verdict != "passed"]
    yield from wrong
    if not wrong and (trials or cut):
        lacking = sorted({column for _, column in cut})
        told = (
            f"{', '.join(lacking[:5])} lack values in some rows"
            if lacking
            else "no feature lacks a value where the model was measured"
        )
        yield passed(f"{trials} shares of missing values compared with {splits[0]}; {told}")
    elif not wrong:
        yield not_applicable("there is only one split, and no feature of it lacks a value")


def _empty(scene: Scene, split: str) -> frozenset[str]:
    """Features of which some rows have no value, or one that is no number."""
    table = scene.tables[split]
    columns = scene.features(split)
    if not columns:
        return frozenset()
    texts = [
        f"nullif(CAST({quote(one)} AS DOUBLE), 'nan'::DOUBLE)"
        if table.columns[one].upper() in FLOATS[:2]
        else quote(one)
        for one in columns
    ]
    counted = scene.ask(
        f"SELECT {', '.join(f'count(*) - count({text})' for text in texts)} FROM {table.sql}"
    )[0]
    return frozenset(one for one, n in zip(columns, counted, strict=True) if n)


def _share(scene: Scene, name: str, first: str, split: str, trials: int) -> Finding | None:
    subject = Subject(name, "column", sides(scene, name, (first, split)))
    counted = count(scene.connection, subject, scene.seed)
    before, after = counted.of[first], counted.of[split]
    p, q = counted.missing_share(first), counted.missing_share(split)
    if min(before.n, after.n) <= 1:
        return None
    pooled = (p * before.n + q * after.n) / (before.n + after.n)
    se = (pooled * (1 - pooled) * (1 / before.n + 1 / after.n)) ** 0.5
    p_value = min(float(2 * stats.norm.sf(abs(q - p) / se)) * trials, 1.0) if se else 1.0
    told = f"the column {name} is missing in {p:.1%} of {first} and {q:.1%} of {split}"
    if abs(q - p) > MOST_APART and p_value < LEAST_P:
        do = f"Find out why {name} is filled otherwise; the model has learned from {first} what its absence means."
        return failed(told, do, split, count=round(q * after.rows), statistic=q - p, p_value=p_value)
    return passed(told, split, statistic=q - p, p_value=p_value)


def _score(scene: Scene, split: str, column: str, trials: int) -> Finding | None:
    """The primary metric on rows without a value against that on rows with one."""
    use, cells = scene.primary, scene.closer[split]
    names = (WITHOUT.format(column), WITH.format(column))
    if use.metric.better == "neither" or min(cells.rows.get(name, 0) for name in names) < FEWEST_ROWS:
        return None
    lacking, having = (measure(use, cells, name, scene.candidate, scene.seed) for name in names)
    if lacking.decision is None or having.decision is None:
        return None
    apart = mover(having.decision, lacking.decision)
    worse = apart if use.metric.better == "higher" else negate(apart)
    alpha = LEAST_P / trials
    told = (
        f"{use.title} on {split} is {lacking.value:.4g} where {column} is missing and {having.value:.4g} elsewhere"
        f" (worse by {worse.value:.3g}, {worse.lower(alpha):.3g} to {worse.upper(alpha):.3g})"
    )
    limit = MUCH_WORSE * _left(scene, having.decision)
    rows = cells.rows[names[0]]
    do = f"Look at how the model fills {column}, or train it on rows that lack it."
    if worse.lower(alpha) > limit:
        return failed(told, do, split, count=rows, statistic=worse.value)
    if worse.value > limit and worse.lower(alpha) > 0:
        return inconclusive(told, do, split, count=rows, statistic=worse.value)
    return passed(told, split, statistic=worse.value)


def _left(scene: Scene, found: Estimate) -> float:
    """How far a value is from the best one; of an unlimited score, its size."""
    metric = scene.primary.metric
    best = metric.high if metric.better == "higher" else metric.low
    return abs((0.0 if best is None else best) - found.value)
