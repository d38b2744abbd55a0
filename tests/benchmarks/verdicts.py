"""How often gates are wrong: exactly at the bound, over thirty slices, between groups, against baselines.

    python tests/benchmarks/verdicts.py [--replicates 2000] [--only REGEX] [--workers 2]

Every verdict comes from `specgen.verdict.gates.judge_gate`. `pass` and `fail` are what gates say; `point`
is how often the measured value alone would fail them, `single` how often some slice fails by itself
without correction for their number. At the bound neither pass nor fail should exceed 5%.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a worker; read when NumPy is first imported

import numpy as np
from promises import Kept, printed
from simulated_cells import MODELS, replicates
from simulated_rows import Design
from simulated_subjects import PAYOFF, Subject, subjects

from specgen.engine.cells import OutcomeCells, SplitCells
from specgen.spec.baselines import PublishedValue
from specgen.spec.spec import Spec
from specgen.verdict.evidence import Evidence
from specgen.verdict.gates import judge_gate

BLOCK = 100
AT_BOUND = "at the bound: "
GOOD, BAD, BOUND, BAD_ROWS = 0.92, 0.84, 0.90, 785
SIZES = np.round(np.geomspace(40, 3000, 30)).astype(int)
COLUMNS = {"binary": {"target": "y", "positive": "label1", "prediction": "p", "score": "s"},
           "multiclass": {"target": "y", "prediction": "p"}, "regression": {"target": "y", "prediction": "p"},
           "transcription": {"target": "y", "prediction": "p"}}  # fmt: skip

Replicates = Iterator[tuple[Spec, SplitCells]]


@dataclass(frozen=True)
class Case:
    """A kind of gate on a kind of data: `draw` gives that many replicates of the spec and the cells."""

    name: str
    n: str
    draw: Callable[[np.random.Generator, int], Replicates]


def spec(task: str, gate: Mapping[str, object], **more: object) -> Spec:
    """The smallest spec with one gate."""
    columns = {"columns": {key: key[0] for key in ("prediction", "score") if key in COLUMNS[task]}}
    return Spec.model_validate({
        "specgen": 1, "project": {"name": "simulated", "purpose": "deploy"},
        "task": {"type": task, **COLUMNS[task]}, "data": {"test": "rows.csv"},
        "models": dict.fromkeys(MODELS, columns), "candidate": MODELS[0],
        "metrics": [gate.get("metric", "accuracy")],
        "milestones": [{"name": "go", "split": "test", "gates": [gate]}], **more,
    })  # fmt: skip


def at_truth(subject: Subject, design: Design) -> Case:
    """A gate whose bound is the truth; paired, whose margin to the other model is."""
    truth, key = subject.truth(design), subject.use.key
    about = {"business": key} if subject.use.business else {"metric": key}
    bound = "at_least" if subject.use.metric.better == "higher" else "at_most"
    more: dict[str, object] = {"business": [PAYOFF]} if subject.use.business else {}
    value: object = truth
    if design.paired:
        value = {"baseline": "previous", "margin": truth}
        more["baselines"] = {"previous": {"kind": "previous", "model": MODELS[1]}}
    one = spec(subject.world.task, {**about, bound: value}, **more)

    def draw(rng: np.random.Generator, runs: int) -> Replicates:
        rows = subject.world.draw(rng, runs, design)
        return ((one, cells) for cells in replicates(subject.use, subject.world, rows, design.paired))

    return Case(f"{AT_BOUND}{subject.name}, {design.name}", str(design.n), draw)


def against_published(n: int, published_n: int) -> Case:
    """Accuracy against a published one of as many rows, both truly 0.9."""

    def draw(rng: np.random.Generator, runs: int) -> Replicates:
        for mine, theirs in zip(
            rng.binomial(n, 0.9, runs), rng.binomial(published_n, 0.9, runs), strict=True
        ):
            value = PublishedValue(metric="accuracy", value=theirs / published_n, n=published_n)
            gate = {"metric": "accuracy", "at_least": {"baseline": "paper"}}
            baselines = {"paper": {"kind": "literature", "values": [value], "source": {"title": "A paper"}}}
            yield spec("binary", gate, baselines=baselines), sliced({"all": (mine, n)})

    return Case(f"{AT_BOUND}accuracy against a published n", f"{n}/{published_n}", draw)


def between_groups(bound: str, truths: tuple[float, ...], n: int) -> Case:
    """Accuracy of groups that differ exactly as much as the gate allows."""
    at = max(truths) - min(truths) if bound == "gap_at_most" else min(truths) / max(truths)
    one = spec("binary", {"metric": "accuracy", "by": "region", bound: at})

    def draw(rng: np.random.Generator, runs: int) -> Replicates:
        for right in rng.binomial(n, truths, (runs, len(truths))):
            yield one, sliced({f"region={i}": (k, n) for i, k in enumerate(right)})

    return Case(f"{AT_BOUND}{bound} of {len(truths)} groups", f"{len(truths)}x{n}", draw)


def over_slices(truth: float, bad: bool) -> Case:
    """Thirty slices of a truth against 0.90, and perhaps a bad one."""
    one = spec("binary", {"metric": "accuracy", "slices": "every", "at_least": BOUND},
               slices=[{"by": ["region"]}])  # fmt: skip
    sizes = np.append(SIZES, BAD_ROWS) if bad else SIZES
    truths = np.append(np.full(30, truth), BAD) if bad else np.full(30, truth)

    def draw(rng: np.random.Generator, runs: int) -> Replicates:
        for right in rng.binomial(sizes, truths, (runs, len(sizes))):
            yield (
                one,
                sliced({f"region={i}": (k, n) for i, (k, n) in enumerate(zip(right, sizes, strict=True))}),
            )

    more = f" and one of {BAD_ROWS} rows at {BAD}" if bad else ""
    return Case(f"30 slices at {truth} against {BOUND}{more}", "40-3000", draw)


def sliced(counts: Mapping[str, tuple[int, int]]) -> SplitCells:
    """Right ones of all rows in each slice of one column, as cells; half of the rows have each label."""
    rows = {name: int(n) for name, (_, n) in counts.items()}
    names = tuple(name for name in rows if name != "all")
    total = sum(rows.values())
    return SplitCells(
        split="test", task="binary", models=MODELS, scored=frozenset(), partial=frozenset(), labelled={},
        rows={"all": total, **rows}, weight={"all": float(total), **{k: float(n) for k, n in rows.items()}},
        families={"region": names} if names else {}, min_rows={}, moments={},
        outcomes={name: _right(int(k), int(n)) for name, (k, n) in counts.items()},
        labels=("label0", "label1"), clustered=False, units=None, weighted=False,
    )  # fmt: skip


def _right(right: int, n: int) -> OutcomeCells:
    count = np.array([right // 2, right - right // 2, n - right])
    label, prediction, sums = np.array([0, 1, 1]), np.array([0, 1, 0]), count.astype(float)
    return OutcomeCells(
        label, dict.fromkeys(MODELS, prediction), count, sums, sums, sums, weighted=False, units=None
    )


AT_TRUTH = ("accuracy 0.9", "accuracy 0.99", "recall", "f1", "f1 of 10%", "balanced_accuracy", "mcc", "macro_f1 of 5",
            "payoff", "mae normal", "rmse normal", "r2 normal", "brier", "log_loss", "wer 0.1", "auc 0.8 of 50%",
            "auc 0.8 of 10%", "average_precision of 50%")  # fmt: skip
DESIGNS = [
    *(Design(n) for n in (100, 200, 1000)), Design(200, weighted=True), Design(1000, weighted=True),
    Design(200, units=20), Design(1000, units=60), Design(3000, units=200),
    *(Design(n, paired=True) for n in (100, 200, 1000)),
]  # fmt: skip


@cache
def cases() -> tuple[Case, ...]:
    """All that is simulated, set up once and for all workers."""
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    yield over_slices(GOOD, bad=False)
    yield over_slices(GOOD, bad=True)
    yield over_slices(BOUND, bad=False)
    for subject in subjects():
        if subject.name.removesuffix(" 0.8 of 10%") in AT_TRUTH or subject.name in AT_TRUTH:
            for design in DESIGNS:
                yield at_truth(subject, design)
    for n in (100, 200, 1000):
        yield against_published(n, 200)
        yield against_published(n, 1000)
        yield between_groups("gap_at_most", (0.9, 0.8), n)
        yield between_groups("gap_at_most", (0.9, 0.9, 0.9, 0.8), n)
        yield between_groups("ratio_at_least", (0.9, 0.8), n)
    yield between_groups("ratio_at_least", (0.9, 0.9, 0.9, 0.8), 200)


def verdicts(case: Case, runs: int) -> np.ndarray:
    """How often the gate passes, fails, is inconclusive or an error; fails by point estimates; has a single failure."""
    rng = np.random.default_rng(int.from_bytes(f"{case.name} {case.n}".encode(), "big") % 2**63)
    counts = np.zeros(6, dtype=int)
    for start in range(0, runs, BLOCK):
        for i, (one, cells) in enumerate(case.draw(rng, min(BLOCK, runs - start))):
            milestone = one.milestones[0]
            promise = milestone.gates[0]
            evidence = Evidence(one, {"test": cells}, {}, start + i)
            found = judge_gate(evidence, milestone, promise)
            naive = judge_gate(evidence, milestone, promise.model_copy(update={"evidence": "point"}))
            counts[("pass", "fail", "inconclusive", "error").index(found.verdict)] += 1
            counts[4] += naive.verdict == "fail"
            counts[5] += found.verdict == "fail" or any(member.suspect for member in found.members)
    return counts


def told(job: tuple[int, int]) -> tuple[str, Kept | None]:
    """One line of the table, and what a case at the bound came to; cases go by their number, since they hold functions, which do not travel."""
    case, start = cases()[job[0]], time.perf_counter()
    counts = verdicts(case, job[1])
    shares = counts / job[1]
    line = f"{case.name:<58} {case.n:>9} " + " ".join(f"{share:>7.1%}" for share in shares[[0, 1, 2, 4, 5]])
    error = f"  error {shares[3]:.1%}" if counts[3] else ""
    found = Kept(f"{case.name.removeprefix(AT_BOUND)} n={case.n}", job[1], None, shares[0], shares[1])
    at_bound = case.name.startswith(AT_BOUND)
    told_line = line + (found.flags if at_bound else "") + error
    return told_line + f"  {time.perf_counter() - start:.1f}s", found if at_bound else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--only", default="", help="regular expression on the case's name")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    jobs = [(i, options.replicates) for i, case in enumerate(cases()) if re.search(options.only, case.name)]
    error = math.sqrt(0.05 * 0.95 / options.replicates)
    print(
        f"{options.replicates} replicates a case; Monte-Carlo standard error at 5%: {error:.2%}; ! is beyond two of them"
    )
    print(f"{'case':<58} {'n':>9} {'pass':>7} {'fail':>7} {'open':>7} {'point':>7} {'single':>7}")
    with multiprocessing.Pool(options.workers) as pool:
        found = []
        for line, kept in pool.imap(told, jobs):
            print(line, flush=True)
            found += [kept] if kept else []
        printed(found)


if __name__ == "__main__":
    main()
