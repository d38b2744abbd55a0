"""How many simulated cells keep the promises: 95% intervals cover 93 to 97%, and gates at the bound err at most 5%.

A share over a bound is a broken promise only by more than two Monte-Carlo standard errors of the bound itself.
Where some hundred cells are simulated a few are beyond it by chance, so that those beyond are simulated again,
by five times as many new replicates, which alone count. The promise is of 50 independent units at least; cells
of fewer, and those of tails that no sample of their size shows, are told under headings of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from specgen.stats.proportion import clopper_pearson, mid_p, wilson

LEAST, MOST, ERROR = 0.93, 0.97, 0.05
UNITS, AGAIN = 50, 5
FEWER = (
    f"fewer than {UNITS} independent units (sampling units, trials of a proportion, rows of the rarer label,"
    " effective rows where weights differ)"
)
TAILS = "tails that no sample of its size shows (kurtosis above 100, or above the number of rows)"
AT_END = (
    "the truth is the end of the range, so that an interval of equal tails can miss on one side only: 97.5%"
)
REFERENCES = (("Wilson", wilson), ("mid-p", mid_p), ("Clopper-Pearson", clopper_pearson))


@dataclass(frozen=True)
class Kept:
    """What the replicates of a cell came to: shares of them, None where it was not asked.

    `apart` says why no interval could keep the promise of coverage there, `units` how many independent units
    the metric rests on, and `heading` under which others than the promised cells are told.
    """

    name: str
    runs: int
    coverage: float | None = None
    passes: float | None = None
    fails: float | None = None
    apart: str = ""
    units: float = math.inf
    tails: bool = False

    @property
    def heading(self) -> str:
        """What the promise is not made for, if this is such a cell."""
        return TAILS if self.tails else FEWER if self.units < UNITS - 0.5 else ""

    @property
    def unsettled(self) -> bool:
        """Whether more replicates would say whether a promise is broken."""
        return not self.heading and (self.errs or bool(self.side and not self.apart))

    @property
    def errs(self) -> bool:
        """Whether gates at the bound err more often than 5%, beyond doubt."""
        most = ERROR + 2 * math.sqrt(ERROR * (1 - ERROR) / max(self.runs, 1))
        return max(self.passes or 0.0, self.fails or 0.0) > most

    @property
    def side(self) -> str:
        """Where the coverage lies: `<` below what is promised, `>` above, nothing within."""
        if self.coverage is None or LEAST <= self.coverage <= MOST:
            return ""
        return "<" if self.coverage < LEAST else ">"

    @property
    def flags(self) -> str:
        """The marks of a line."""
        return (f" {self.side}" if self.side else "") + (" !" if self.errs else "")


def settled(simulated: Callable[[int, int], Kept], runs: int) -> Kept:
    """What `simulated(runs, seed)` says, or what more and new replicates do where the first break a promise."""
    found = simulated(runs, 0)
    return simulated(AGAIN * runs, 1) if found.unsettled else found


def summary(cells: Sequence[Kept]) -> Iterator[str]:
    """Lines that say how many cells keep each promise, and which do not."""
    for heading in ("", FEWER, TAILS):
        some = [one for one in cells if one.heading == heading]
        if not some:
            continue
        yield f"{heading}:" if heading else f"at least {UNITS} independent units:"
        covered = [one for one in some if one.coverage is not None]
        if covered:
            yield from _of_coverage(covered)
        judged = [one for one in some if one.passes is not None]
        if judged:
            yield from _of_verdicts(judged)


def _of_verdicts(judged: Sequence[Kept]) -> Iterator[str]:
    beyond = [one for one in judged if one.errs]
    worst = [max(getattr(one, side) for one in judged) for side in ("passes", "fails")]
    yield (
        f"  at the bound: {len(judged) - len(beyond)} of {len(judged)} cells pass and fail at most 5%, or more by less"
        f" than two Monte-Carlo standard errors; most {worst[0]:.1%} pass, {worst[1]:.1%} fail"
    )
    yield from (f"    {one.name}: pass {one.passes:.1%}, fail {one.fails:.1%}" for one in beyond)


def _of_coverage(cells: Sequence[Kept]) -> Iterator[str]:
    apart = [one for one in cells if one.apart and one.side]
    usual = [one for one in cells if one not in apart]
    below, above = ([one for one in usual if one.side == side] for side in "<>")
    inside = len(usual) - len(below) - len(above)
    yield (
        f"  coverage: {inside} of {len(cells)} cells within 93 to 97%, {len(above)} above, {len(below)} below,"
        f" {len(apart)} where no interval can be within"
    )
    for title, some in (("below", below), ("above", above)):
        for one in some:
            # Nearer to an end than two standard errors may be chance.
            end = LEAST if title == "below" else MOST
            near = abs((one.coverage or 0) - end) < 2 * math.sqrt(end * (1 - end) / max(one.runs, 1))
            units = f" of {one.units:.0f} units" if one.heading == FEWER else ""
            yield f"    {title}: {one.name} {one.coverage:.1%}{units}" + (", may be chance" if near else "")
    yield from (f"    apart: {one.name} {one.coverage:.1%}; {one.apart}" for one in apart)


def too_discrete(n: int, truth: float) -> str:
    """Why no interval of a proportion of n rows covers a truth in 93 to 97%, with three methods' exact coverage.

    An interval that is not drawn by lot covers a truth for certain counts, which lie side by side and hold the
    likeliest; where no such set of counts has a chance of 93 to 97%, no method does. Empty where one has.
    """
    counts = np.arange(n + 1)
    chance = np.exp(
        special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)
        + special.xlogy(counts, truth) + special.xlog1py(n - counts, -truth)
    )  # fmt: skip
    up_to, mode = np.append(0.0, np.cumsum(chance)), int(chance.argmax())
    sets = up_to[mode + 1 :][None, :] - up_to[: mode + 1][:, None]
    if ((sets >= LEAST) & (sets <= MOST)).any():
        return ""
    parts = []
    for name, method in REFERENCES:
        likely = np.flatnonzero(chance > 1e-9)
        ends = [method(float(k), n).interval(0.95) for k in likely]
        held = sum(chance[k] for k, (low, high) in zip(likely, ends, strict=True) if low <= truth <= high)
        parts.append(f"{name} {held:.1%}")
    return "exactly " + ", ".join(parts)


def printed(cells: Sequence[Kept]) -> None:
    """Print the summary."""
    print()
    for line in summary(cells):
        print(line, flush=True)
