"""A hundred runs killed at random moments, each beside another that goes on: what is whole, and what is left.

python tests/benchmarks/kills.py [KILLS]
"""

import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "record")]

from conftest import call  # noqa: E402
from killing import grow_old, kill_some, leftovers, runs, small_project  # noqa: E402

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 100

with tempfile.TemporaryDirectory() as place:
    folder = small_project(Path(place))
    killed = kill_some(folder, KILLS, "html,pdf", seed=0)
    whole = [run for run in runs(folder) if call("verify", run).code == 0]
    print(f"{KILLS} runs killed (SIGKILL), each beside another that went on")
    print(f"runs that verify: {len(whole)} of {len(runs(folder))}; {killed.others} of them were not killed")
    print(f"unfinished folders left: {killed.left}")
    grow_old(leftovers(folder))
    call("run", folder / "spec.yaml", "--out", folder / "reports", "--format", "json")
    print(f"left after another run, two days later: {len(leftovers(folder))}")
