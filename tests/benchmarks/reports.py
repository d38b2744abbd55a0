"""Reports from results.json, from cold start: of the census showcase, and of a result with 3,000 slices."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS), str(TESTS / "report")]

from many_samples import many  # noqa: E402 - tests are no package

from specgen.record.folder import to_json  # noqa: E402

SPECGEN = Path(sys.executable).with_name("specgen")
PROMISED = {
    ("census", "html"): 1.0,
    ("census", "pdf"): 4.0,
    ("3,000 slices", "html"): 3.0,
    ("3,000 slices", "pdf"): 6.0,
}


def seconds(run: Path, format_: str) -> float:
    """One report, until it is on disk and the command has ended."""
    with tempfile.TemporaryDirectory() as out:
        command = [str(SPECGEN), "report", str(run), "--format", format_, "--out", out, "--quiet"]
        start = time.perf_counter()
        subprocess.run(command, check=True)
        return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    out = Path(folder)
    spec = TESTS.parent / "specs/census/spec.yaml"
    subprocess.run(
        [str(SPECGEN), "run", str(spec), "--out", folder, "--format", "md", "--quiet"], check=False
    )
    (out / "many").mkdir()
    (out / "many/results.json").write_text(to_json(many(3_000)))
    runs = {"census": next(out.glob("census*/*/results.json")).parent, "3,000 slices": out / "many"}
    print(f"{'report from results.json':<26} {'fastest s':>9} {'median s':>9} {'promise s':>9}")
    for (name, format_), promise in PROMISED.items():
        times = sorted(seconds(runs[name], format_) for _ in range(5))
        print(
            f"{name + ', ' + format_:<26} {times[0]:>9.2f} {statistics.median(times):>9.2f} {promise:>9.1f}"
        )
