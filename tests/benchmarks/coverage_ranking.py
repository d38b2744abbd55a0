"""How often 95% intervals of ranking metrics hold the truth, through the real pass over real rankings.

Each replicate is a sample of queries from one population; many replicates are slices of one table. The
truth is the pooled value of all replicates of the largest size. Optional argument: replicates a cell.
"""

import sys

import numpy as np
import pyarrow as pa
from promises import Kept, printed

from specgen.engine.collapse import collapse
from specgen.engine.rankings import add_rankings
from specgen.inputs.rows import Family, Queries, Rows
from specgen.inputs.tables import connect
from specgen.metrics.registry import metrics_of
from specgen.metrics.uses import Use, model_terms, vector
from specgen.stats.measure import difference, group_influence, measure
from specgen.stats.shared_units import shared_units
from specgen.stats.unpaired import mover

REPLICATES = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
SIZES = (50, 200, 1000)
ROWS_AT_ONCE = 1_000_000
# Skill of the two models, and the rows of each query (None: 1 to 30). Where all queries are alike in size
# and all of it is shown, one group's exposure is the other's loss.
SCENARIOS = {"usual": (1.0, 1.6, None), "strong": (3.0, 2.5, None), "full page": (1.0, 1.6, 10)}
ALPHA = 0.025
GROUPS = ("large", "small")


def use(name, **parameters):
    metric = metrics_of("ranking")[name]
    return Use(
        "@".join([name, *(f"{value:g}" for value in parameters.values())]),
        metric,
        parameters=metric.parameters | parameters,
    )


QUERY_LEVEL = (use("ndcg", k=10.0), use("mrr"), use("map"), use("recall", k=10.0), use("hit_rate", k=1.0))
EXPOSURE = use("exposure", k=10.0)


def table(rng, replicates, queries, skills, size):
    """Columns of replicates × queries rankings, the rows' relevance from 0 to 3 and two models' scores."""
    total = replicates * queries
    sizes = np.full(total, size) if size else np.minimum(1 + rng.geometric(0.12, total), 30)
    query = np.repeat(np.arange(total), sizes)
    taste = rng.normal(0, 0.6, total)[query]
    seller = rng.random(len(query)) < rng.beta(2, 5, total)[query]
    quality = rng.normal(size=len(query)) + taste - 0.1 * seller
    relevance = np.clip(np.floor(quality), 0, 3)
    blur = rng.gamma(2.0, 0.5, total)[query]
    scores = [np.round(s * quality + blur * rng.normal(size=len(query)) - 0.4 * seller, 1) for s in skills]
    return {
        "weight": np.ones(len(query)), "unit": query, "query": query, "label": relevance,
        "query_rows": sizes[query], "p0": scores[0], "p1": scores[1],
        "relevant_rows": np.bincount(query, weights=relevance > 0, minlength=total)[query].astype(int),
        "f0": query // queries, "f1": (query // queries) * 2 + seller,
    }  # fmt: skip


def cells_of(columns, replicates):
    connection = connect()
    connection.register("made", pa.table(columns))
    connection.execute("CREATE TABLE t AS SELECT * FROM made")
    numbers = tuple(map(str, range(replicates)))
    families = (Family("r", "f0", (("r", numbers),)), Family("g", "f1", (("r", numbers), ("s", GROUPS))))
    rows = Rows(
        connection, "t", "test", len(columns["query"]), ("candidate", "other"), frozenset(), frozenset(), (),
        False, True, replicates, (), families, queries=Queries(1, 0),
    )  # fmt: skip
    vectors = [vector(one, which, "ranking", ()) for one in QUERY_LEVEL for which in ((0,), (0, 1))]
    terms = model_terms(EXPOSURE, 0)
    add_rankings(rows, [*terms, *(term for one in vectors for term in one.terms)])
    return collapse(rows, "ranking", vectors, terms)


def intervals(cells, replicates):
    """Cell name → (value, low, high) of each replicate."""
    for r in range(replicates):
        name = f"r={r}"
        for one in QUERY_LEVEL:
            yield one.key, measure(one, cells, name, "candidate", 0).shown
            yield f"{one.key} difference", difference(one, cells, name, "candidate", "other", 0).shown
        first, second = (f"{name} & s={group}" for group in GROUPS)
        own = [measure(EXPOSURE, cells, group, "candidate", 0).shown for group in (first, second)]
        moved = [group_influence(EXPOSURE, cells, group, "candidate") for group in (first, second)]
        yield EXPOSURE.key, own[0]
        yield "exposure gap", shared_units(*moved).difference(mover(*own))
        yield "exposure gap as if independent", mover(*own)


def simulate(scenario, queries, seed):
    rng, found, left = np.random.default_rng(seed), {}, REPLICATES
    while left:
        chunk = min(left, max(ROWS_AT_ONCE // (queries * 9), 1))
        *skills, size = SCENARIOS[scenario]
        cells = cells_of(table(rng, chunk, queries, skills, size), chunk)
        for name, estimate in intervals(cells, chunk):
            bounds = estimate.value, estimate.lower(ALPHA), estimate.upper(ALPHA)
            found.setdefault(name, []).append(bounds)
        left -= chunk
    return {name: np.array(bounds) for name, bounds in found.items()}


def told(cell, n, bounds, true):
    """One line of the table."""
    value, low, high = bounds.T
    missed = (true < low).mean(), (true > high).mean()
    apart = "every ranking has this value" if value.min() == value.max() == true else ""
    kept = Kept(f"{cell} n={n}", len(value), 1 - sum(missed), apart=apart)
    return f"{cell:<52} {n:>5} {1 - sum(missed):>9.3f} {missed[0]:>9.3f} {missed[1]:>9.3f}{kept.flags}", kept


found = []
print(f"{'cell':<52} {'n':>5} {'coverage':>9} {'low-miss':>9} {'high-miss':>9}")
for number, scenario in enumerate(SCENARIOS):
    by_size = {n: simulate(scenario, n, 100 * number + n) for n in SIZES}
    truth = {name: bounds[:, 0].mean() for name, bounds in by_size[SIZES[-1]].items()}
    for name, true in truth.items():
        for n in SIZES:
            line, kept = told(f"{scenario} {name} ({true:.3f})", n, by_size[n][name], true)
            # That of groups taken as independent is there to be compared with.
            found += [kept] if "as if" not in name else []
            print(line, flush=True)
printed(found)
