"""Whether intervals cover: the share of replicates whose interval holds the truth, per metric, design and n.

    python tests/benchmarks/coverage_counts.py [--replicates 2000] [--only REGEX] [--workers 2]

`coverage` and its two misses are of the 95% interval that readers see; `pass` and `fail` are how often a
gate exactly at the truth would pass or fail by its bound at 95%, of which neither should exceed 5%.
Cells whose counts are so few that no interval at all covers 93 to 97% are told apart, with the exact
coverage of Wilson's, mid-p and Clopper-Pearson intervals, and so are those that rest on fewer than 50
independent units. Cells that break a promise are simulated again (see `promises`). Replicates in which the
metric is undefined are left out and counted.

The second table is of stress: row values whose kurtosis is above 100 (absolute lognormal errors), above a
million (their squares) or infinite (errors by t with 3 degrees of freedom; their squares have no variance).
No sample's kurtosis exceeds its n, so that none shows such a tail, and no method that reads the rows alone
can promise coverage there (Bahadur and Savage 1956, Annals of Mathematical Statistics 27:1115).
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a worker; read when NumPy is first imported

import numpy as np
from promises import Kept, printed, settled, too_discrete
from simulated_cells import replicates
from simulated_rows import Design
from simulated_subjects import Subject, subjects

from specgen.stats.measured import Measured

BLOCK = 100


@dataclass(frozen=True)
class Cell:
    """A subject under a design."""

    subject: Subject
    design: Design

    @property
    def name(self) -> str:
        return f"{self.subject.name}, {self.design.name}"


DESIGNS = [
    *(Design(n) for n in (50, 100, 200, 1000, 3000)),
    *(Design(n, weighted=True) for n in (100, 1000)),
    *(Design(n, units=units) for n, units in ((200, 20), (1000, 60))),
    *(Design(n, paired=True) for n in (100, 1000)),
    Design(1000, units=60, paired=True),
]


def cells() -> Iterator[Cell]:
    """What is simulated."""
    for subject in subjects():
        for design in DESIGNS:
            yield Cell(subject, design)


@dataclass
class Tally:
    """What the replicates of one cell came to."""

    low: int = 0
    high: int = 0
    passes: int = 0
    fails: int = 0
    defined: int = 0
    undefined: int = 0
    width: float = 0.0
    sum: float = 0.0
    squares: float = 0.0

    @property
    def variance(self) -> float:
        """Of the metric's values."""
        return self.squares / self.defined - (self.sum / self.defined) ** 2

    def add(self, found: Measured, truth: float) -> None:
        if found.shown is None or found.decision is None:
            self.undefined += 1
            return
        low, high = found.shown.interval(0.95)
        slack = 1e-9
        self.defined += 1
        self.low += truth < low - slack
        self.high += truth > high + slack
        self.width += high - low
        self.sum += found.shown.value
        self.squares += found.shown.value**2
        self.passes += found.decision.lower(0.05) > truth + slack
        self.fails += found.decision.upper(0.05) < truth - slack


def simulate(cell: Cell, runs: int, seed: int) -> Tally:
    """Measure `runs` replicates of a cell."""
    rng = np.random.default_rng([int.from_bytes(cell.name.encode(), "big") % 2**32, cell.design.n, seed])
    truth, tally = cell.subject.truth(cell.design), Tally()
    for start in range(0, runs, BLOCK):
        rows = cell.subject.world.draw(rng, min(BLOCK, runs - start), cell.design)
        for i, split in enumerate(replicates(cell.subject.use, cell.subject.world, rows, cell.design.paired)):
            tally.add(cell.subject.measured(split, cell.design.paired, start + i), truth)
    return tally


def kept(cell: Cell, tally: Tally) -> Kept:
    """The cell's shares, what it rests on, and whether a proportion's counts are too few for any interval."""
    design, truth = cell.design, cell.subject.truth(cell.design)
    covered, passes, fails = (
        count / tally.defined for count in (tally.defined - tally.low - tally.high, tally.passes, tally.fails)
    )
    rows = design.effective_rows * cell.subject.bearing()
    units = min(rows, design.units or math.inf)
    single = cell.subject.use.metric.state == "proportion" and not design.paired
    if single and design.units:
        # As many independent trials would vary as much.
        units = min(units, truth * (1 - truth) / tally.variance)
    apart = too_discrete(round(rows), truth) if single and not design.units else ""
    return Kept(
        f"{cell.name} n={design.n}", tally.defined, covered, passes, fails, apart, units, cell.subject.stress
    )


def line(cell: Cell, tally: Tally, found: Kept) -> str:
    shares = [count / tally.defined for count in (tally.low, tally.high, tally.passes, tally.fails)]
    covered = 1 - shares[0] - shares[1]
    told = f"{cell.name:<44} {cell.design.n:>5} {covered:>8.1%} {shares[0]:>8.1%} {shares[1]:>9.1%} "
    told += f"{tally.width / tally.defined:>10.4g} {shares[2]:>6.1%} {shares[3]:>6.1%}"
    return told + found.flags + (f"  undefined {tally.undefined}" if tally.undefined else "")


def told(job: tuple[Cell, int]) -> tuple[str, Kept]:
    cell, runs = job
    start, tallies = time.perf_counter(), []

    def simulated(runs: int, seed: int) -> Kept:
        tallies.append(simulate(cell, runs, seed))
        return kept(cell, tallies[-1])

    found = settled(simulated, runs)
    again = f"  of {tallies[-1].defined}" if len(tallies) > 1 else ""
    return line(cell, tallies[-1], found) + f"{again}  {time.perf_counter() - start:.1f}s", found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--only", default="", help="regular expression on the cell's name")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chosen = [
        (number, options.replicates)
        for number, cell in enumerate(cells())
        if re.search(options.only, cell.name)
    ]
    error = math.sqrt(0.05 * 0.95 / options.replicates)
    print(f"{options.replicates} replicates a cell; Monte-Carlo standard error at 5%: {error:.2%}")
    print(
        f"{'cell':<44} {'n':>5} {'coverage':>8} {'low-miss':>8} {'high-miss':>9} {'mean width':>10} {'pass':>6} {'fail':>6}"
    )
    stress = [cell.subject.stress for cell in cells()]
    with multiprocessing.Pool(options.workers) as pool:
        for apart in (False, True):
            print("\nstress: tails that no sample shows" if apart else "", flush=True)
            cells_kept = []
            for text, found in pool.imap(numbered, [job for job in chosen if stress[job[0]] == apart]):
                print(text, flush=True)
                cells_kept.append(found)
            printed(cells_kept)


def numbered(job: tuple[int, int]) -> tuple[str, Kept]:
    """A cell by its number: worlds hold functions, which do not travel between processes."""
    return told((list(cells())[job[0]], job[1]))


if __name__ == "__main__":
    main()
