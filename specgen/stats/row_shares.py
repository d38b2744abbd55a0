"""Shares of rows from sums of row values that are 1 or 0: the exact methods of a proportion apply."""

from __future__ import annotations

from specgen.engine.cells import MomentSums
from specgen.stats.measured import Measured, certain, undefined
from specgen.stats.paired import tango
from specgen.stats.proportion import clopper_pearson, wilson


def share_of_rows(sums: MomentSums) -> Measured:
    """Share of rows whose value is 1, from the sums of (value, 1) over rows without weights or units.

    Wilson's interval to show, Clopper-Pearson's to decide.
    """
    successes, rows = round(float(sums.first[0])), sums.rows
    if rows == 0:
        return undefined("no row to measure it on")
    return certain(clopper_pearson(successes, rows), wilson(successes, rows))


def difference_of_shares(sums: MomentSums, first: int, second: int) -> Measured:
    """One model's share minus another's on the same rows by Tango's score interval.

    `first` and `second` are the positions of their values in the sums.
    """
    if sums.rows == 0:
        return undefined("no row to measure it on")
    both = float(sums.second[first, second])
    only = [round(float(sums.first[one]) - both) for one in (first, second)]
    return certain(tango(only[0], only[1], sums.rows))
