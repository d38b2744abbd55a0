"""Latency as specgen measures it beside an independent timing loop, and how often its intervals hold.

    python tests/benchmarks/constraints.py [agree|cover] [RUNS]

agree: the same model, called in this process by a plain perf_counter loop without a line of specgen, and in
a process of its own by what measures constraints. Both take turns, call by call, so that they see the same
machine. cover: simulated series of latencies whose percentiles are known, independent, autocorrelated,
and in spells of slowness; the share of runs in which the one-sided bounds at 95% miss the truth (5% was
promised), and in which the shown 95% interval holds it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
WARM_UP, CALLS = 50, 1500


@dataclass(frozen=True)
class Subject:
    """A live model, and the same model as a function of an Arrow table, loaded without specgen."""

    name: str
    model: Model
    call: Callable[[pa.Table], Any]


def subjects(folder: Path) -> list[Subject]:
    """Two estimators of scikit-learn in skops files, and a function that waits."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from skops import io

    rows = table(2000)
    frame = rows.to_pandas()
    y = (frame["x0"] + frame["x1"] > 0).astype(int)
    found = []
    for name, estimator in (
        ("logistic regression", make_pipeline(StandardScaler(), LogisticRegression())),
        ("forest of 30 trees", RandomForestClassifier(30, max_depth=8, random_state=0)),
    ):
        file = folder / f"{name.split()[0]}.skops"
        io.dump(estimator.fit(frame, y), file)
        own = io.load(file, trusted=io.get_untrusted_types(file=file))
        trusted = tuple(io.get_untrusted_types(file=file)) or None
        model = Model(skops=file.name, features=tuple(FEATURES), trusted=trusted)
        # The candidate's adapter answers labels and probabilities, as a service would.
        found.append(Subject(name, model, lambda rows, own=own: scored(own, rows)))
    (folder / "waits.py").write_text(
        "import time\ndef wait(rows):\n    time.sleep(0.004)\n    return rows['x0'] * 0\n"
    )
    found.append(Subject("waits 4 ms", Model(python="waits:wait", features=tuple(FEATURES)), waits))
    return found


def scored(estimator: Any, rows: pa.Table) -> Any:
    """What a service would do with a table."""
    frame = rows.to_pandas()
    return estimator.predict(frame), estimator.predict_proba(frame)


def waits(rows: pa.Table) -> Any:
    """The waiting model."""
    frame = rows.to_pandas()
    time.sleep(0.004)
    return frame["x0"] * 0


def table(count: int) -> pa.Table:
    """Random features."""
    values = np.random.default_rng(0).normal(size=(count, len(FEATURES)))
    return pa.table({name: values[:, k] for k, name in enumerate(FEATURES)})


def agree() -> None:
    """Both ways beside each other, by batch size."""
    rows = table(2000)
    print(f"{'model':22}{'batch':>6}{'':4}{'specgen p50':>12}{'loop p50':>10}{'ratio':>7}{'':4}"
          f"{'specgen p95':>12}{'loop p95':>10}{'ratio':>7}   ms, {CALLS} calls each")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for subject in subjects(folder):
            for size in (1, 256):
                with open_session(subject.model, OUTPUTS, folder, Limits()) as session:
                    ours, theirs = _side_by_side(subject, session, rows, size)
                line = f"{subject.name:22}{size:>6}{'':4}"
                for share in (0.5, 0.95):
                    one = series_quantile(ours * 1000, share).value or 0.0
                    other = float(np.quantile(theirs * 1000, share))
                    line += f"{one:>12.3f}{other:>10.3f}{one / other:>7.3f}{'':4}"
                print(line, flush=True)


def _side_by_side(subject: Subject, session: Any, rows: pa.Table, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of calls one way and the other, in turns, the first ones of both left out."""
    mixed = batches(rows, 0, size)
    ours, theirs = [], []
    for number in range(WARM_UP + CALLS):
        ours.append(timed(session, mixed, size, 1, 1e9, number).inside[0])
        part = mixed.batch(number, size)
        began = time.perf_counter()
        subject.call(part)
        theirs.append(time.perf_counter() - began)
    return np.array(ours[WARM_UP:]), np.array(theirs[WARM_UP:])


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
