"""What changed in a column, in words."""

from __future__ import annotations

import math

import numpy as np

from specgen.checks.drift.cells import Counted, short

NOTICEABLE = 0.005
MOVED = 0.02


def changed(counted: Counted, reference: str, split: str, *, most: int = 2) -> str:
    """The changes that say most: new categories, missing values, the median or the category that moved most.

    Nothing that concerns fewer than one row in 200.
    """
    told = [
        *_new(counted, split),
        *_beyond(counted, reference, split),
        *_missing(counted, reference, split),
        *(_median(counted, reference, split) if counted.numbers else _moved(counted, reference, split)),
    ]
    return "; ".join(told[:most]) or "nothing to speak of"


def _new(counted: Counted, split: str) -> list[str]:
    new, cells = counted.novelty.get(split), counted.of[split]
    if new is None or not new.categories or new.rows < NOTICEABLE * cells.rows:
        return []
    share = percent(new.rows / cells.rows)
    if new.categories == 1:
        return [f"new category {new.names[0]}: {share} of rows"]
    return [f"{new.categories:,} new categories, such as {new.names[0]}: {share} of rows"]


def _beyond(counted: Counted, reference: str, split: str) -> list[str]:
    share = beyond_range(counted, split)
    if share < NOTICEABLE:
        return []
    sample = counted.numbers[reference]
    return [
        f"{percent(share)} of rows beyond {reference}'s range, {short(sample.values[0])} to {short(sample.values[-1])}"
    ]


def beyond_range(counted: Counted, split: str) -> float:
    """Share of rows below the reference's smallest number or above its largest."""
    if not counted.numbers or counted.text or len(counted.names) < 4:
        return 0.0
    share = counted.of[split].share
    return float(share[0] + share[-2])


def _missing(counted: Counted, reference: str, split: str) -> list[str]:
    before, after = counted.missing_share(reference), counted.missing_share(split)
    return [f"missing {_both(before, after)}"] if abs(after - before) >= NOTICEABLE else []


def _median(counted: Counted, reference: str, split: str) -> list[str]:
    if split not in counted.numbers or reference not in counted.numbers:
        return []
    before, after = counted.numbers[reference], counted.numbers[split]
    moved = np.abs(before.share_up_to(after.values) - after.below).max()
    if moved < MOVED:
        return []
    if short(before.quantile(0.5)) != short(after.quantile(0.5)):
        return [f"median {short(before.quantile(0.5))} → {short(after.quantile(0.5))}"]
    tails = [(level, before.quantile(level), after.quantile(level)) for level in (0.1, 0.9)]
    level, low, high = max(tails, key=lambda tail: abs(tail[2] - tail[1]))
    if not math.isfinite(high - low) or short(low) == short(high):
        return []
    return [f"{level:.0%} of rows up to {short(low)} → {short(high)}"]


def _moved(counted: Counted, reference: str, split: str) -> list[str]:
    known = np.arange(len(counted.names)) != counted.missing
    before, after = counted.of[reference].share, counted.of[split].share
    apart = np.abs(after - before) * known
    cell = int(apart.argmax())
    new = counted.novelty.get(split)
    if apart[cell] < NOTICEABLE or (new is not None and counted.names[cell] in new.names):
        return []
    return [f"{counted.names[cell]}: {_both(before[cell], after[cell])}"]


def _both(before: float, after: float) -> str:
    """`12% → 18%`, with a digit more where the two would read alike."""
    if percent(before) == percent(after):
        return f"{100 * before:.1f}% → {100 * after:.1f}%"
    return f"{percent(before)} → {percent(after)}"


def percent(share: float) -> str:
    """`4.1%`, `12%`."""
    return f"{100 * share:.1f}%" if share < 0.0995 else f"{100 * share:.0f}%"
