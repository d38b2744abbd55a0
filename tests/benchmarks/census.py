"""The census showcase from cold start: to results.json, and with HTML and PDF."""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPECGEN = Path(sys.executable).with_name("specgen")


def seconds(formats: str) -> float:
    with tempfile.TemporaryDirectory() as out:
        command = [
            str(SPECGEN),
            "run",
            "specs/census/spec.yaml",
            "--out",
            out,
            "--format",
            formats,
            "--quiet",
        ]
        start = time.perf_counter()
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code != 1:
            raise SystemExit(f"the census model is a no-go, so exit code 1 was expected, not {code}")
        return time.perf_counter() - start


print(f"{'census, cold start to':<24} {'fastest s':>9} {'median s':>9} {'promise s':>9}")
for formats, promise in (("json", 8.0), ("html", 10.0), ("html,pdf", 10.0)):
    times = sorted(seconds(formats) for _ in range(3))
    print(f"{formats:<24} {times[0]:>9.2f} {statistics.median(times):>9.2f} {promise:>9.1f}")
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"peak memory of the largest run: {peak:,.0f} MB")
