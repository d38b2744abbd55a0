"""What cannot be isolated is told, limits hold all the same, and nothing outlives specgen."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

SCRIPT = """\
import json, sys
import pyarrow as pa
from pathlib import Path
from specgen.models.failure import ModelFailure
from specgen.models.limits import Limits
from specgen.models.outputs import Outputs
from specgen.models.session import open_session
from specgen.spec.models import Model

outputs, folder = Outputs("regression", ("y",)), Path(sys.argv[1])
with open_session(Model(python="mine:predict"), outputs, folder, Limits(batch_s=float(sys.argv[2]))) as session:
    try:
        session.predict(pa.table({"a": [1.0]}))
        kind = "none"
    except ModelFailure as failure:
        kind = failure.kind
    print(json.dumps({"not_isolated": session.not_isolated, "kind": kind}))
"""
HANGS = """\
import os, subprocess, time

def predict(rows):
    subprocess.Popen(["sleep", "{mark}"], start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        os.execvp("sleep", ["sleep", "{mark}"])
    time.sleep(1000)
predict.arrow = True
"""


def command(folder: Path, batch_s: float, mark: str, *before: str) -> list[str]:
    """A program of its own that asks a model which starts two processes and hangs."""
    code = HANGS.format(mark=mark)
    (folder / "mine.py").write_text(code)
    (folder / "ask.py").write_text(SCRIPT)
    return [*before, sys.executable, str(folder / "ask.py"), str(folder), str(batch_s)]


def running(mark: str, least: int) -> Sequence[psutil.Process]:
    """Processes with the mark, once there are at least so many, or after a while."""
    for _ in range(200):
        found = [p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or [])]
        if len(found) >= least:
            return found
        time.sleep(0.1)
    return found


def gone(mark: str) -> bool:
    """Whether no process with the mark is left, after a while."""
    for _ in range(100):
        if not running(mark, 0):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(
    not shutil.which("setpriv") or os.geteuid() != 0, reason="needs root's powers, to give them away"
)
def test_without_namespaces_it_is_told_and_limits_hold(tmp_path: Path) -> None:
    mark = f"5{os.getpid()}.1"
    asked = command(tmp_path, 1, mark, "setpriv", "--bounding-set", "-all", "--inh-caps", "-all")
    done = subprocess.run(asked, capture_output=True, check=True, timeout=120)
    found = json.loads(done.stdout)
    assert found["kind"] == "timeout"
    told = " ".join(found["not_isolated"])
    assert "the network can be reached" in told
    assert "processes are not in a namespace of their own" in told
    assert gone(mark)


def test_nothing_outlives_a_killed_specgen(tmp_path: Path) -> None:
    mark = f"5{os.getpid()}.2"
    asked = subprocess.Popen(command(tmp_path, 500, mark), stdout=subprocess.DEVNULL)
    assert len(running(mark, 2)) == 2
    asked.send_signal(signal.SIGKILL)
    asked.wait()
    assert gone(mark)
