"""Coverage of 95% intervals of metrics of numbers, texts and a spec's own, by simulation.

    python tests/benchmarks/coverage_values.py [--replicates 2000] [--workers 2] [WORD ...]

prints one line a cell (those whose name contains a WORD): how often the shown interval holds the truth,
how often the truth lies below and above it, and how often a gate exactly at the truth, for which the
one-sided bounds at 95% decide, would wrongly pass or fail. Cells that break a promise are simulated again,
and those of heavy tails or few effective rows told apart (see `promises`).
"""

import argparse
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a worker; read when NumPy is first imported

import numpy as np
from promises import Kept, printed, settled

from specgen.engine.cells import MomentSums
from specgen.engine.samples import Sample
from specgen.inputs.ngrams import ngram_counts
from specgen.metrics.influence import Quantile
from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import all_metrics
from specgen.stats.influenced import influenced_difference, influenced_estimate
from specgen.stats.moment_estimates import moment_estimate
from specgen.stats.quantiles import quantile_difference, quantile_estimate
from specgen.stats.share_estimates import share_difference, share_estimate

CLUSTERS = 60
LARGE = 2_000_000
TAILED = 100

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Drawn:
    """Rows of two models, their weights and units."""

    one: Columns
    other: Columns
    weight: np.ndarray | None = None
    unit: np.ndarray | None = None


def shared(rng, unit, n, part=0.3):
    """Standard normal noise of n rows, of whose variance `part` is common to a unit."""
    if unit is None:
        return rng.standard_normal(n)
    common = rng.standard_normal(unit.max() + 1)[unit]
    return np.sqrt(part) * common + np.sqrt(1 - part) * rng.standard_normal(n)


def numbers(rng, n, unit, heavy=False):
    """A positive target and two models' predictions, whose errors are normal or lognormal."""
    y = np.exp(1 + 0.5 * shared(rng, unit, n))
    both = shared(rng, unit, n)
    models = []
    for spread in (0.9, 1.0):
        noise = 0.7 * both + 0.714 * shared(rng, unit, n)
        error = spread * (np.exp(noise) - 1 if heavy else noise)
        models.append({"y": y, "p": y + 0.2 + error})
    return models


@cache
def corpus():
    """Statistics of 600 speakers' 25 sentences by two models, as ngram_counts gives them."""
    rng = np.random.default_rng(7)
    words = np.array([f"w{i}" for i in range(400)])
    speakers, sentences = 600, 25
    quality = np.repeat(rng.beta(2, 8, speakers), sentences)
    texts = [words[np.minimum(rng.zipf(1.4, rng.integers(4, 20)) - 1, 399)] for _ in quality]
    references = [" ".join(text) for text in texts]
    heard = [
        [
            " ".join(
                w if rng.random() > worse * q else str(rng.choice(words)) for w in t if rng.random() > q / 3
            )
            for t, q in zip(texts, quality, strict=True)
        ]
        for worse in (1.0, 1.15)
    ]
    return {
        name: [ngram_counts(name, references, texts).reshape(speakers, sentences, -1) for texts in heard]
        for name in ("bleu", "chrf")
    }


def sentences(rng, n, unit, name):
    """Rows of the corpus, drawn with replacement; a unit's rows are of one speaker."""
    statistics = corpus()[name]
    speakers, each = statistics[0].shape[:2]
    speaker = (
        rng.integers(0, speakers, n) if unit is None else rng.integers(0, speakers, unit.max() + 1)[unit]
    )
    row = rng.integers(0, each, n)
    terms = all_metrics()[name].terms
    return [
        {term: found[speaker, row, int(sql.partition("_")[2])] for term, sql in terms.items()}
        for found in statistics
    ]


@dataclass(frozen=True)
class Cell:
    """A metric and where its rows come from: `terms` takes a model's columns to row values by name."""

    name: str
    state: str
    function: Callable
    terms: Callable[[Columns], Columns]
    draw: Callable
    low: float | None = None
    high: float | None = None


def error(c):
    return np.abs(c["p"] - c["y"])


def ones(c):
    return np.ones(len(c["y"]))


def light(rng, n, unit):
    return numbers(rng, n, unit)


def heavy(rng, n, unit):
    return numbers(rng, n, unit, heavy=True)


def moments(name, terms, draw, low=None, high=None, state="moments", function=ratio):
    return Cell(name, state, function, lambda c: dict(enumerate(terms(c))), draw, low, high)


def share(name, success, draw):
    return moments(name, lambda c: (success(c).astype(float), ones(c)), draw, 0.0, 1.0, "share")


def quantile(name, values, part, draw, low=None):
    return Cell(name, "sample", lambda s: Quantile(s["v"], part), lambda c: {"v": values(c)}, draw, low, None)


def cells():
    known = all_metrics()
    spearman = known["spearman"]
    columns = lambda c: {"prediction": c["p"], "label": c["y"]}  # noqa: E731
    found = [
        moments("mae", lambda c: (error(c), ones(c)), light, 0.0),
        moments("mae, lognormal", lambda c: (error(c), ones(c)), heavy, 0.0),
        moments("bias", lambda c: (c["p"] - c["y"], ones(c)), light),
        moments("bias, lognormal", lambda c: (c["p"] - c["y"], ones(c)), heavy),
        moments("mape", lambda c: (error(c) / c["y"], ones(c)), light, 0.0),
        moments("mape, lognormal", lambda c: (error(c) / c["y"], ones(c)), heavy, 0.0),
        moments("smape", lambda c: (2 * error(c) / (np.abs(c["p"]) + c["y"]), ones(c)), light, 0.0, 2.0),
        moments("wape", lambda c: (error(c), c["y"]), light, 0.0),
        moments("wape, lognormal", lambda c: (error(c), c["y"]), heavy, 0.0),
        moments("pinball 0.9", lambda c: (np.maximum(0.9 * (c["y"] - c["p"]), 0.1 * (c["p"] - c["y"])), ones(c)), light, 0.0),
        moments("own sum", lambda c: (c["p"], ones(c)), light, function=lambda v, _: v),
        share("within_tolerance", lambda c: error(c) <= 1, light),
        share("within_tolerance, rare", lambda c: error(c) <= 0.05, light),
        share("quantile_coverage", lambda c: c["y"] <= c["p"] + 0.9, light),
        quantile("median_absolute_error", error, 0.5, light, 0.0),
        quantile("median, lognormal", error, 0.5, heavy, 0.0),
        quantile("error quantile 0.9", error, 0.9, light, 0.0),
        quantile("error quantile 0.9, lognormal", error, 0.9, heavy, 0.0),
        quantile("column quantile 0.1", lambda c: c["p"], 0.1, light),
        Cell("spearman", "sample", spearman.function, columns, light, -1.0, 1.0),
        Cell("spearman, lognormal", "sample", spearman.function, columns, heavy, -1.0, 1.0),
    ]  # fmt: skip
    found += [
        Cell(name, "sample", known[name].function, lambda c: c,
             lambda rng, n, unit, name=name: sentences(rng, n, unit, name), 0.0, 100.0)
        for name in ("bleu", "chrf")
    ]  # fmt: skip
    return found


def drawn(cell, rng, n, design):
    """Rows of a design: i.i.d., 60 units of differing size, weights from 1 to 5, or paired (i.i.d.).

    A sum depends on how many rows the units bring, which must not be fixed for it: there n is the mean.
    """
    unit = None
    if "clusters" in design and cell.name == "own sum":
        unit = np.repeat(np.arange(CLUSTERS), rng.poisson(rng.gamma(3.0, n / CLUSTERS / 3, CLUSTERS)))
        n = len(unit)
    elif "clusters" in design:
        sizes = rng.dirichlet(np.full(CLUSTERS, 3.0))
        unit = np.sort(np.concatenate([np.arange(CLUSTERS), rng.choice(CLUSTERS, n - CLUSTERS, p=sizes)]))
    weight = rng.integers(1, 6, n).astype(float) if "weighted" in design else None
    one, other = cell.draw(rng, n, unit)
    return Drawn(cell.terms(one), cell.terms(other), weight, unit)


def summed(rows, weight, unit):
    """MomentSums of row values (k arrays of n), with fourth powers where the pass keeps them."""
    values = np.stack(rows, axis=1)
    if weight is not None:
        values = values * weight[:, None]
    if unit is not None:
        values = np.stack([np.bincount(unit, weights=column) for column in values.T], axis=1)
    second, third = values.T @ values, np.einsum("na,nb,nc->abc", values, values, values)
    flat = np.einsum("na,nb->nab", values, values).reshape(len(values), -1)
    plain = weight is None and unit is None and len(rows) == 2
    fourth = None if plain else (flat.T @ flat).reshape((values.shape[1],) * 4)
    return MomentSums(values.sum(0), second, third, len(values), len(rows[0]), fourth)


def estimated(cell, rows, paired):
    """What specgen measures on the rows."""
    if cell.state == "sample":
        n = len(next(iter(rows.one.values())))
        weight = np.ones(n) if rows.weight is None else rows.weight
        samples = [Sample(c, weight, rows.unit, rows.weight is not None) for c in (rows.one, rows.other)]
        found = [cell.function(sample) for sample in samples[: 1 + paired]]
        if isinstance(found[0], Quantile):
            method = quantile_difference if paired else quantile_estimate
            return method(*found, samples[0], cell.low, cell.high)
        return influenced_difference(*found, samples[0], None, None) if paired else influenced_estimate(
            found[0], samples[0], cell.low, cell.high)  # fmt: skip
    plain = rows.weight is None and rows.unit is None
    one = list(rows.one.values())
    if not paired:
        sums = summed(one, rows.weight, rows.unit)
        if cell.state == "share":
            return share_estimate(sums, plain=plain)
        statistic = lambda s: cell.function(s[..., 0], s[..., 1])  # noqa: E731
        return moment_estimate(statistic, sums, cell.low, cell.high, size=1)
    sums = summed([*one, *rows.other.values()], rows.weight, rows.unit)
    apart = lambda s: cell.function(s[..., 0], s[..., 1]) - cell.function(s[..., 2], s[..., 3])  # noqa: E731
    if cell.state == "share":
        return share_difference(apart, 0, 2, 1, sums, plain=plain)
    return moment_estimate(apart, sums, None, None, size=1)


def truth(cell, paired, n):
    """The population's value, from two million rows (for texts: from the corpus itself)."""
    if cell.name in ("bleu", "chrf"):
        names = all_metrics()[cell.name].terms
        whole = [found.reshape(-1, found.shape[-1]) for found in corpus()[cell.name]]
        one, other = ({t: w[:, int(sql.partition("_")[2])] for t, sql in names.items()} for w in whole)
    else:
        one, other = (cell.terms(c) for c in cell.draw(np.random.default_rng(11), LARGE, None))
    values = []
    for columns in (one, other)[: 1 + paired]:
        if cell.state == "sample":
            rows = Sample(columns, np.ones(len(next(iter(columns.values())))), None, False)
            found = cell.function(rows)
            values.append(
                np.quantile(found.values, found.share) if isinstance(found, Quantile) else found.value
            )
        else:
            mean = [float(v.mean()) for v in columns.values()]
            values.append(float(cell.function(mean[0] * (n if cell.name == "own sum" else 1), mean[1])))
    return values[0] - values[1] if paired else values[0]


def kurtosis(cell, paired):
    """Kurtosis of how the rows move a metric of moments, from two million rows; 0 of other metrics."""
    if cell.state != "moments":
        return 0.0
    models = [cell.terms(c) for c in cell.draw(np.random.default_rng(12), LARGE, None)][: 1 + paired]
    moved = []
    for columns in models:
        one, other = columns.values()
        moved.append(one if cell.name == "own sum" else one - other * one.mean() / other.mean())
    apart = moved[0] - moved[1] if paired else moved[0]
    apart = apart - apart.mean()
    return float((apart**4).mean() / (apart**2).mean() ** 2)


def simulate(cell, n, design, replicates, again):
    """Shares of replicates: covered, truth below, truth above, wrong pass, wrong fail."""
    paired = "paired" in design
    value = truth(cell, paired, n * (3 if "weighted" in design else 1))
    tallies = np.zeros(5)
    for seed in range(replicates):
        found = estimated(cell, drawn(cell, np.random.default_rng([seed, n, again]), n, design), paired)
        low, high = found.shown.interval(0.95)
        below, above = value < low, value > high
        tallies += [not below and not above, below, above,
                    found.decision.lower(0.05) > value, found.decision.upper(0.05) < value]  # fmt: skip
    return tallies / replicates


DESIGNS = [("i.i.d.", n) for n in (50, 200, 1000)] + [("60 clusters", n) for n in (200, 1000)]
DESIGNS += [("weighted", n) for n in (50, 200, 1000)] + [("paired", n) for n in (50, 200, 1000)]
DESIGNS += [("paired, 60 clusters", 1000)]


def told(job):
    """One line of the table; a cell goes by its number, since it holds functions, which do not travel."""
    number, design, n, replicates = job
    cell = cells()[number]
    name, line = f"{cell.name}; {design}", ""
    # Kish's number of rows as good as n of weights 1 to 5, which are alike likely.
    units = CLUSTERS if "clusters" in design else n * 9 / 11 if "weighted" in design else n
    tails = kurtosis(cell, "paired" in design) > min(TAILED, units)

    def simulated(runs, again):
        nonlocal line
        covered, below, above, passed, failed = simulate(cell, n, design, runs, again)
        line = f"{name:<52} {n:>5} {covered:>8.3f} {below:>8.3f} {above:>9.3f} {passed:>6.3f} {failed:>6.3f}"
        line += f"  of {runs}" if again else ""
        return Kept(f"{name} n={n}", runs, covered, passed, failed, units=units, tails=tails)

    found = settled(simulated, replicates)
    return line + found.flags, found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    jobs = [
        (number, design, n, asked.replicates) for number, cell in enumerate(cells()) for design, n in DESIGNS
        if not asked.words or any(word in f"{cell.name}; {design}" for word in asked.words)
    ]  # fmt: skip
    print(f"{'cell':<52} {'n':>5} {'coverage':>8} {'low-miss':>8} {'high-miss':>9} {'pass':>6} {'fail':>6}")
    found = []
    with multiprocessing.Pool(asked.workers) as pool:
        for line, kept in pool.imap(told, jobs):
            print(line, flush=True)
            found.append(kept)
    printed(found)


if __name__ == "__main__":
    main()
