"""`specgen watch`, as a process whose files change under it."""

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
from conftest import BINARY_SPEC, ROOT, binary_rows, call, write_csv

WAIT_S = 60
SPEC = BINARY_SPEC.replace("metrics:", "slices: [{by: region}]\nmetrics:").replace(
    "0.5}", "0.7, evidence: point}"
)


class Watching:
    """A running `specgen watch`, its output read as it comes."""

    def __init__(self, folder, *options):
        self.folder, self.file = folder, folder / "told"
        environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "temporary")}
        (folder / "temporary").mkdir()
        with self.file.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "specgen.cli", "watch", "spec.yaml", *options], cwd=folder,
                env=environment, stdout=out, stderr=subprocess.STDOUT,
                # What a shell starts in the background, tests too, has Ctrl-C ignored, and passes that on.
                preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
            )  # fmt: skip
        self.seen = 0

    def next(self, pattern):
        """What is told from here to the pattern."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            told = self.file.read_text()[self.seen :]
            if found := re.search(pattern, told, re.MULTILINE):
                self.seen += found.end()
                return told[: found.end()]
            assert self.process.poll() is None, f"it has ended: {told}"
            time.sleep(0.1)
        raise AssertionError(f"never told: {pattern} in {told!r}")

    def interrupt(self):
        """Ctrl-C; gives the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(WAIT_S)


@pytest.fixture
def watching(tmp_path):
    """Start watching the test's folder; what is left is killed."""
    started = []

    def start(*options):
        started.append(Watching(tmp_path, *options))
        return started[0]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def worse(rows, every):
    """Rows of which a share is wrong by now."""
    return [
        row | {"p": "no" if row["y"] == "yes" else "yes"} if k % every == 0 else row
        for k, row in enumerate(rows)
    ]


def test_what_changes_is_told(project, watching, tmp_path):
    rows = binary_rows(400)
    path = project(SPEC, rows)
    seen = watching()
    assert seen.next("^GO  small").startswith("GO")
    seen.next("^note")

    write_csv(tmp_path / "test.csv", worse(rows, 3))
    told = seen.next("of test: .*$")
    assert re.search(r"^\d\d:\d\d:\d\d test.csv changed$", told, re.MULTILINE)
    assert "GO → NO-GO" in told
    assert re.search(r"↓ test: accuracy at least 0\.7 \(.*\): pass → fail \(0\.75 → 0\.\d+\)", told)
    assert re.search(r"↓ Accuracy on all rows of test: 0\.750 → 0\.\d+ \(−.*\spp \[.*\]\): worse", told)

    path.write_text(SPEC.replace("metrics: [accuracy]", "metrics: [acuracy]"))
    assert "spec.yaml:8:11: metrics[0].name: no metric 'acuracy'" in seen.next("did you mean 'accuracy'")

    other = path.with_name("other")
    other.write_text(SPEC.replace("at_least: 0.7", "at_least: 0.1"))
    other.replace(path)
    told = seen.next("of test: .*$")
    assert "NO-GO → GO" in told
    assert re.search(r"\+ test: accuracy at least 0\.1 .*: new", told)

    (tmp_path / "test.csv").unlink()
    assert "test.csv changed" in seen.next("no file 'test.csv'")
    write_csv(tmp_path / "test.csv", rows)
    assert "no gate has another verdict" in seen.next("of test: .*$")

    assert seen.interrupt() == 130
    assert "Traceback" not in seen.file.read_text()
    assert "\x1b" not in seen.file.read_text()
    assert list((tmp_path / "temporary").iterdir()) == [], "temporary folders are removed"
    assert not (tmp_path / "reports").exists()


def test_predictions_and_models_are_watched(project, watching, tmp_path):
    spec = SPEC.replace("  candidate: {columns: {prediction: p, score: s}}",
                        "  candidate: {python: 'model:predict', features: [region, s]}")  # fmt: skip
    model = "def predict(rows):\n    return ['yes' if s > {} else 'no' for s in rows['s']], rows['s']\n"
    project(spec, binary_rows(200), model__py=model.format(0.5))
    seen = watching()
    seen.next("^GO  small")
    seen.next("^note")
    (tmp_path / "model.py").write_text(model.format(2))
    told = seen.next("of test: .*$")
    assert "model.py changed" in told
    assert "GO → " in told
    assert seen.interrupt() == 130


def test_ctrl_c_while_it_evaluates(project, watching):
    spec = SPEC.replace("{columns: {prediction: p, score: s}}", "{python: 'model:predict', features: [s]}")
    project(spec, model__py="import time, pathlib\ndef predict(rows):\n    time.sleep(60)\n")
    seen = watching()
    time.sleep(6)
    begun = time.monotonic()
    assert seen.interrupt() == 130
    assert time.monotonic() - begun < 20
    assert "Traceback" not in seen.file.read_text()


def test_strangers_mistakes(project, watching):
    path = project()
    called = call("watch", path.with_name("spek.yaml"))
    assert called.code == 2
    assert "spek.yaml" in called.err
    seen = watching("--milestone", "tset")
    assert "did you mean 'test'?" in seen.next("tset.*$")
    path.write_text(BINARY_SPEC.replace("name: test", "name: tset"))
    seen.next("^GO  small")
    assert seen.interrupt() == 130
