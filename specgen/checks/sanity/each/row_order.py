"""Answers that depend on which row stands where."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.answers import apart, closeness
from specgen.checks.sanity.found import Finding, failed, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.sampled import asked_split, live_of, sampled
from specgen.checks.sanity.scene import Scene

ROWS = 1000
DO = "Make each answer depend on its row alone, and give answers in the order of the rows that came."


@sanity_check("row_order", "Row order does not matter", live=True)
def row_order(scene: Scene) -> Iterator[Finding]:
    """A row gets the same answer wherever it stands among the others.

    1,000 rows, shuffled. A model that sorts, looks at the row before, or mixes up answers shows here.
    """
    import numpy as np

    live, asked = live_of(scene), sampled(scene, asked_split(scene), ROWS)
    order = np.random.default_rng(scene.seed).permutation(len(asked.names))
    shuffled = live.predict(asked.rows.take(order)).take(np.argsort(order))
    differ = apart(live.predict(asked.rows), shuffled, live.outputs)
    rows = f"{len(asked.names):,} rows of {asked.split}"
    if not differ.count:
        found = f"shuffled, {rows} get the same answers, {closeness(differ.largest)}"
        yield passed(found, asked.split, statistic=differ.largest)
        return
    yield failed(
        f"shuffled, {differ.count:,} of {rows} get another answer, {differ.told}", DO, asked.split,
        rows=asked.named(differ.rows), count=differ.count, statistic=differ.largest,
    )  # fmt: skip
