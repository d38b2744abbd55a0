"""Latency as specgen measures it beside an independent timing loop, and how often its intervals hold.

    python tests/benchmarks/constraints.py [agree|cover] [RUNS]

agree: the same model called by a plain perf_counter loop without a line of specgen, in a process of its own,
and by what measures constraints. Both take turns call by call, so that they see the same machine; "in a row"
are calls of the plain loop one after the other, with nothing between them.
cover: simulated series of latencies whose percentiles are known, independent, autocorrelated,
and in spells of slowness; the share of runs in which the one-sided bounds at 95% miss the truth (5% was
promised), and in which the shown 95% interval holds it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from specgen.checks.constraints.timing import batches, timed
from specgen.models.limits import Limits
from specgen.models.outputs import Outputs
from specgen.models.session import open_session
from specgen.spec.models import Model
from specgen.stats.series import series_mean, series_quantile

FEATURES = [f"x{k}" for k in range(10)]
OUTPUTS = Outputs("binary", ("p",), ("s",), ("0", "1"), "1")
WARM_UP, CALLS, IN_A_ROW = 50, 1000, 50


# The plain loop: answers each line, a number of calls, with their seconds.
LOOP = """
import json, sys, time
import numpy as np, pandas as pd, pyarrow as pa
rows = pa.ipc.open_file("rows.arrow").read_all()
{load}
at = 0
for line in sys.stdin:
    calls, size = map(int, line.split())
    seconds = []
    for _ in range(calls):
        part = rows.slice(at % 1000, size)
        at += size
        began = time.perf_counter()
        frame = part.to_pandas()
        {call}
        seconds.append(time.perf_counter() - began)
    print(json.dumps(seconds), flush=True)
"""
SKOPS = """
from skops import io
own = io.load("{file}", trusted=io.get_untrusted_types(file="{file}"))
"""


@dataclass(frozen=True)
class Subject:
    """A live model, and the plain loop around the same one."""

    name: str
    model: Model
    loop: str


def subjects(folder: Path) -> list[Subject]:
    """Two estimators of scikit-learn in skops files, and a function that waits."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from skops import io

    rows = table(2000)
    with pa.OSFile(str(folder / "rows.arrow"), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_table(rows)
    frame = rows.to_pandas()
    y = (frame["x0"] + frame["x1"] > 0).astype(int)
    found = []
    for name, estimator in (
        ("logistic regression", make_pipeline(StandardScaler(), LogisticRegression())),
        ("forest of 30 trees", RandomForestClassifier(30, max_depth=8, random_state=0)),
    ):
        path = folder / f"{name.split()[0]}.skops"
        io.dump(estimator.fit(frame, y), path)
        trusted = tuple(io.get_untrusted_types(file=path)) or None
        model = Model(skops=path.name, features=tuple(FEATURES), trusted=trusted)
        # As the adapter, and as a service would: labels and probabilities.
        call = "own.predict(frame), own.predict_proba(frame)"
        found.append(Subject(name, model, LOOP.format(load=SKOPS.format(file=path.name), call=call)))
    (folder / "waits.py").write_text(
        "import time\ndef wait(rows):\n    time.sleep(0.004)\n    return rows['x0'] * 0\n"
    )
    waits = Model(python="waits:wait", features=tuple(FEATURES))
    loop = LOOP.format(load="from waits import wait", call="wait(frame)")
    return [*found, Subject("waits 4 ms", waits, loop)]


def table(count: int) -> pa.Table:
    """Random features."""
    values = np.random.default_rng(0).normal(size=(count, len(FEATURES)))
    return pa.table({name: values[:, k] for k, name in enumerate(FEATURES)})


def agree() -> None:
    """Both ways beside each other, by batch size."""
    rows = table(2000)
    heads = "".join(f"{one:>9}" for p in ("p50", "p95") for one in (p, "loop", "ratio", "in a row"))
    print(f"{'model':20}{'batch':>6}  {heads}   ms; {CALLS} calls each")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for subject in subjects(folder):
            for size in (1, 256):
                ours, theirs, row = (1000 * one for one in _side_by_side(subject, folder, rows, size))
                line = f"{subject.name:20}{size:>6}  "
                for share in (0.5, 0.95):
                    found = [float(series_quantile(ours, share).value or 0.0)]
                    found += [float(np.quantile(one, share)) for one in (theirs, row)]
                    line += f"{found[0]:>9.3f}{found[1]:>9.3f}{found[0] / found[1]:>9.3f}{found[2]:>9.3f}"
                print(line, flush=True)


def _side_by_side(
    subject: Subject, folder: Path, rows: pa.Table, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seconds of calls by specgen, by the plain loop in turns with it, and by the loop in a row."""
    mixed = batches(rows, 0, size)
    loop = subprocess.Popen(
        [sys.executable, "-c", subject.loop], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=folder, start_new_session=True, env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip

    def plain(calls: int) -> list[float]:
        assert loop.stdin is not None
        assert loop.stdout is not None
        print(calls, size, file=loop.stdin, flush=True)
        return list(json.loads(loop.stdout.readline()))

    ours, theirs, row = [], [], []
    with loop, open_session(subject.model, OUTPUTS, folder, Limits()) as session:
        for number in range(WARM_UP + CALLS):
            ours.append(timed(session, mixed, size, 1, 1e9, number).inside[0])
            theirs += plain(1)
            if number % IN_A_ROW == 0:
                row += plain(IN_A_ROW)
    return np.array(ours[WARM_UP:]), np.array(theirs[WARM_UP:]), np.array(row[WARM_UP:])


def autocorrelated(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    """Lognormal latencies whose logarithms are an autoregression of first order."""
    from scipy.signal import lfilter

    noise = rng.normal(size=n + 500) * np.sqrt(1 - rho**2)
    return np.asarray(np.exp(0.5 * lfilter([1], [1, -rho], noise)[500:]))


def spells(rng: np.random.Generator, n: int, length: int) -> np.ndarray:
    """Lognormal latencies, three times as long in spells that are a tenth of the time."""
    slow, at, now = np.zeros(n, bool), 0, rng.random() < 0.1
    while at < n:
        span = rng.geometric(1 / (length if now else 9 * length))
        slow[at : at + span] = now
        at, now = at + span, not now
    return np.exp(0.2 * rng.normal(size=n)) * np.where(slow, 3.0, 1.0)


SERIES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "independent": lambda rng, n: autocorrelated(rng, n, 0.0),
    "autocorrelated 0.9": lambda rng, n: autocorrelated(rng, n, 0.9),
    "autocorrelated 0.97": lambda rng, n: autocorrelated(rng, n, 0.97),
    "slow spells of 20": lambda rng, n: spells(rng, n, 20),
    "slow spells of 100": lambda rng, n: spells(rng, n, 100),
}


def cover(runs: int) -> None:
    """Errors of the bounds."""
    rng = np.random.default_rng(0)
    print(f"{'series':22}{'calls':>7}{'of':>6}{'too high':>10}{'too low':>9}{'covered':>9}{'open':>7}")
    for name, draw in SERIES.items():
        long = np.concatenate([draw(rng, 100_000) for _ in range(20)])
        for n in (1000, 5000, 20000):
            for share in (0.5, 0.95, 0.99, None):
                truth = float(long.mean()) if share is None else float(np.quantile(long, share))
                _row(name, n, share, truth, [draw(rng, n) for _ in range(runs)])


def _row(name: str, n: int, share: float | None, truth: float, drawn: list[np.ndarray]) -> None:
    above = below = covered = unbounded = 0
    for values in drawn:
        if share is None:
            decision = shown = series_mean(values)
        else:
            found = series_quantile(values, share)
            assert found.decision is not None
            assert found.shown is not None
            decision, shown = found.decision, found.shown
        above += decision.lower(0.05) > truth
        below += decision.upper(0.05) < truth
        low, high = shown.interval(0.95)
        covered += low <= truth <= high
        unbounded += not np.isfinite(high)
    of = "mean" if share is None else f"p{100 * share:g}"
    counts = (above, below, covered, unbounded)
    print(f"{name:22}{n:>7,}{of:>6}" + "".join(f"{100 * c / len(drawn):>8.1f}%" for c in counts), flush=True)


if __name__ == "__main__":
    if "cover" in sys.argv:
        cover(int(sys.argv[-1]) if sys.argv[-1].isdigit() else 400)
    else:
        agree()
