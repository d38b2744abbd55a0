"""Answers that depend on how many rows are asked about at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specgen.checks.sanity.answers import apart, closeness
from specgen.checks.sanity.found import Finding, failed, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.running import RunningModel
from specgen.checks.sanity.sampled import asked_split, live_of, sampled
from specgen.checks.sanity.scene import Scene

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 1000
# Rows at once, and calls with so many: a call costs a model's overhead.
BATCHES = ((1, 10), (7, 10))
DO = (
    "Use what was learnt in training instead of the batch's own means, ranks or lengths: batch "
    "normalisation in evaluation mode, fitted scalers, a padding mask."
)


@sanity_check("batch_size", "Batch size does not matter", live=True)
def batch_size(scene: Scene) -> Iterator[Finding]:
    """A row gets the same answer alone, among 7 and among 1,000.

    10 calls with one row, 10 with 7, and one with all. Batch normalisation left in training mode and
    scalers fitted on what comes in show here.
    """
    live, asked = live_of(scene), sampled(scene, asked_split(scene), ROWS)
    whole, largest = live.predict(asked.rows), 0.0
    for size, calls in BATCHES:
        some = asked.first(size * calls)
        differ = apart(whole.slice(0, size * calls), _in_batches(live, some.rows, size), live.outputs)
        largest = max(largest, differ.largest)
        if differ.count:
            yield failed(
                f"asked {'one by one' if size == 1 else f'{size} at a time'}, {differ.count:,} of {len(some.names)}"
                f" rows of {asked.split} get another answer than among {len(whole):,}, {differ.told}",
                DO, asked.split,
                rows=some.named(differ.rows), count=differ.count, statistic=differ.largest,
            )  # fmt: skip
            return
    found = f"rows of {asked.split} get the same answer alone, among 7 and among {len(whole):,}, {closeness(largest)}"
    yield passed(found, asked.split, statistic=largest)


def _in_batches(live: RunningModel, rows: pa.Table, size: int) -> pa.Table:
    import pyarrow as pa

    answers = [live.predict(rows.slice(start, size)) for start in range(0, len(rows), size)]
    return pa.concat_tables(answers, promote_options="permissive")
