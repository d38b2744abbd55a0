"""Another answer for the same rows."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.answers import apart, closeness
from specgen.checks.sanity.found import Finding, failed, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.sampled import asked_split, live_of, sampled
from specgen.checks.sanity.scene import Scene

ROWS = 500
RANDOM = (
    "Fix the seed, and switch off what is random or learns on when the model answers: dropout, sampling, "
    "running means."
)
STATE = (
    "Make each answer depend on its row alone: something is kept from one call to the next, or drawn anew from "
    "the same seed."
)
START = "Fix the seed of what happens while the model loads, and do not rely on the order of sets and hashes."


@sanity_check("repeatable", "Same answer for the same rows", live=True)
def repeatable(scene: Scene) -> Iterator[Finding]:
    """Asked twice, and in a process of its own, the model answers the same for the same rows.

    500 rows. Probabilities may differ by 0.001, other numbers by a thousandth of their standard deviation.
    """
    live, asked = live_of(scene), sampled(scene, asked_split(scene), ROWS)
    first, second = live.predict(asked.rows), live.predict(asked.rows)
    anew = live.predict_afresh(asked.rows)
    again, fresh = apart(first, second, live.outputs), apart(first, anew, live.outputs)
    rows = f"{len(asked.names):,} rows of {asked.split}"
    if again.count:
        starts_alike = not apart(anew, live.predict_afresh(asked.rows), live.outputs).count
        yield failed(
            f"asked again at once, the model answers {again.count:,} of {rows} differently, {again.told}"
            + ("; new processes start with the same answers" if starts_alike else ""),
            STATE if starts_alike else RANDOM, asked.split,
            rows=asked.named(again.rows), count=again.count, statistic=again.largest,
        )  # fmt: skip
    elif fresh.count:
        yield failed(
            f"in a new process the model answers {fresh.count:,} of {rows} differently, {fresh.told}",
            START, asked.split,
            rows=asked.named(fresh.rows), count=fresh.count, statistic=fresh.largest,
        )  # fmt: skip
    else:
        found = f"{rows} get the same answer twice and in a new process, {closeness(fresh.largest)}"
        yield passed(found, asked.split, statistic=fresh.largest)
