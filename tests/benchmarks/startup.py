"""How long the commands take that people wait for: each five times, the fastest and the median told."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPECGEN = Path(sys.executable).with_name("specgen")
COMMANDS = {
    "specgen --help": ([str(SPECGEN), "--help"], 0.3),
    "specgen validate specs/census/spec.yaml": ([str(SPECGEN), "validate", "specs/census/spec.yaml"], 0.5),
    "specgen validate specs/speech_baseline/spec.yaml": (
        [str(SPECGEN), "validate", "specs/speech_baseline/spec.yaml"],
        0.5,
    ),
    "python -c pass": ([sys.executable, "-c", "pass"], None),
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


print(f"{'command':<52} {'fastest s':>9} {'median s':>9} {'promise s':>9}")
for name, (command, promise) in COMMANDS.items():
    times = sorted(seconds(command) for _ in range(5))
    promised = "" if promise is None else f"{promise:>9.1f}"
    print(f"{name:<52} {times[0]:>9.3f} {statistics.median(times):>9.3f} {promised}")
