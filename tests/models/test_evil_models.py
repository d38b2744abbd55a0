"""Models that crash, hang, eat memory, print, lie, call out or delete: each is evidence, within its limits."""

from __future__ import annotations

import os
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psutil
import pyarrow as pa
import pytest

from specgen.models.failure import ModelFailure
from specgen.models.limits import Limits
from specgen.models.outputs import Outputs
from specgen.models.session import Session, open_session
from specgen.spec.models import Model

BINARY = Outputs("binary", ("p",), ("s",), ("no", "yes"), "yes", "id")
COUNT = 100
ROWS = pa.table({"id": [f"r{i}" for i in range(COUNT)], "a": [i / COUNT for i in range(COUNT)]})
BAD = 37
Open = Callable[..., AbstractContextManager[Session]]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Open a session of a `predict` function with this body; `rows` is a frame, `bad` whether the row at fault is there."""

    def open_(
        body: str,
        limits: Limits | None = None,
        guarded: tuple[Path, ...] = (),
        top: str = "",
        arrow: bool = False,
    ) -> AbstractContextManager[Session]:
        ids = "rows['id'].to_pylist()" if arrow else "set(rows['id'])"
        bad = f"    bad = 'r{BAD}' in {ids}\n"
        code = f"import os, sys, time\n{textwrap.dedent(top)}\ndef predict(rows):\n{bad}"
        code += textwrap.indent(textwrap.dedent(body), "    ") + f"\npredict.arrow = {arrow}\n"
        (tmp_path / "evil.py").write_text(code)
        model = Model(python="evil:predict")
        return open_session(model, BINARY, tmp_path, limits or Limits(), guarded=guarded)

    return open_


def failure(opened: AbstractContextManager[Session], rows: pa.Table = ROWS) -> ModelFailure:
    """How the model fails."""
    with pytest.raises(ModelFailure) as caught, opened as session:
        session.predict(rows)
    return caught.value


GOOD = "return rows['a']\n"


@pytest.mark.parametrize(
    ("crash", "words"),
    [
        ("os.abort()", "the model's process crashed (SIGABRT)"),
        ("os.kill(os.getpid(), 11)", "the model's process crashed (SIGSEGV)"),
        ("os._exit(0)", "the model's process ended by itself, with exit code 0"),
    ],
)
def test_a_crash_at_a_row_names_the_row(opened: Open, crash: str, words: str) -> None:
    found = failure(
        opened(f"if bad:\n    print('about to end', flush=True)\n    {crash}\n{GOOD}", arrow=True)
    )
    assert (found.kind, found.rows) == ("crash", (BAD,))
    assert found.message == f"{words}; the last line that it printed: about to end; this row alone is enough"


def test_after_a_crash_the_session_goes_on(opened: Open) -> None:
    with opened(f"if bad:\n    os.abort()\n{GOOD}", arrow=True) as session:
        with pytest.raises(ModelFailure):
            session.predict(ROWS)
        assert session.predict(ROWS.slice(0, BAD)).table["s"].to_pylist() == [i / COUNT for i in range(BAD)]


def test_an_exception_quotes_the_models_own_line(opened: Open) -> None:
    found = failure(opened(f"if bad:\n    raise KeyError('colour')\n{GOOD}"))
    assert (found.kind, found.rows) == ("exception", (BAD,))
    assert (
        found.message == "KeyError: 'colour' (evil.py:6: raise KeyError('colour')); this row alone is enough"
    )


def test_an_exception_at_every_row_is_not_put_on_one(opened: Open) -> None:
    found = failure(opened("return rows['colour']"))
    assert found.rows == ()
    assert found.message == (
        "KeyError: 'colour' (evil.py:5: return rows['colour']);"
        " it happens with single rows too, the first and the last"
    )


def test_a_model_that_exits_is_told(opened: Open) -> None:
    assert failure(opened("sys.exit(3)")).message.startswith("SystemExit: 3 (evil.py:5: sys.exit(3))")


def test_a_model_that_sleeps_forever_is_ended(opened: Open) -> None:
    began = time.monotonic()
    found = failure(opened(f"if bad:\n    time.sleep(1000)\n{GOOD}", Limits(batch_s=1), arrow=True))
    assert (found.kind, found.rows) == ("timeout", (BAD,))
    assert found.message == "no answer within 1 s; this row alone is enough"
    assert time.monotonic() - began < 60


def test_a_model_that_never_loads_is_ended(opened: Open) -> None:
    found = failure(opened(GOOD, Limits(start_s=1), top="time.sleep(1000)"))
    assert (found.kind, found.message) == ("start", "it was not loaded within 1 s")


def test_a_model_that_does_not_load_says_why(opened: Open) -> None:
    found = failure(opened(GOOD, top="raise RuntimeError('no weights')"))
    assert found.kind == "start"
    assert found.message == "RuntimeError: no weights (evil.py:2: raise RuntimeError('no weights'))"


def test_a_model_that_crashes_while_it_is_loaded(opened: Open) -> None:
    found = failure(opened(GOOD, top="os.abort()"))
    assert (found.kind, found.message) == (
        "start",
        "the model's process crashed (SIGABRT), while it was loaded",
    )


def test_a_model_that_eats_memory_is_ended(opened: Open) -> None:
    body = (
        "held = []\nwhile bad:\n    held.append(bytearray(os.urandom(1 << 20)) * 16)\n    time.sleep(0.01)\n"
        + GOOD
    )
    with opened(body, Limits(memory_mb=600)) as session:
        with pytest.raises(ModelFailure) as caught:
            session.predict(ROWS, find_rows=False)
        assert session.peak_memory_mb < 1200
    assert caught.value.kind == "memory"
    assert "MB of memory; the limit is 600 MB" in caught.value.message


def test_memory_of_child_processes_counts(opened: Open) -> None:
    body = "held = bytearray(os.urandom(1 << 20)) * 100\nfor _ in range(8):\n    if os.fork() == 0:\n        held = bytes(held[::-1])\n        time.sleep(100)\ntime.sleep(100)"
    with pytest.raises(ModelFailure) as caught, opened(body, Limits(memory_mb=600)) as session:
        session.predict(ROWS, find_rows=False)
    assert caught.value.kind == "memory"


def test_the_peak_of_memory_is_seen(opened: Open) -> None:
    with opened(f"held = bytearray(os.urandom(1 << 20)) * 300\ndel held\n{GOOD}", arrow=True) as session:
        assert session.predict(ROWS).table.num_rows == COUNT
        assert 300 < session.peak_memory_mb < 600


def test_a_request_for_more_memory_than_there_is(opened: Open) -> None:
    found = failure(opened(f"if bad:\n    bytearray(1 << 60)\n{GOOD}"))
    assert (found.kind, found.rows) == ("memory", (BAD,))


def test_garbage_on_standard_output_is_no_part_of_the_answer(opened: Open) -> None:
    body = f"os.write(1, os.urandom(1 << 20))\nprint('x' * 1000000)\nos.write(2, b'\\0\\xff' * 10000)\n{GOOD}"
    with opened(body) as session:
        assert session.predict(ROWS).table["s"].to_pylist() == ROWS["a"].to_pylist()


@pytest.mark.parametrize("body", ["os.closerange(3, 4096)", "for k in range(3, 50):\n    os.dup2(1, k)"])
def test_a_model_that_closes_descriptors_is_told(opened: Open, body: str) -> None:
    with pytest.raises(ModelFailure) as caught, opened(f"{body}\n{GOOD}", Limits(batch_s=5)) as session:
        session.predict(ROWS, find_rows=False)
    assert caught.value.kind == "crash"


def test_garbage_in_the_place_of_an_answer_is_told(opened: Open) -> None:
    body = f"""
    for k in range(3, 50):
        try:
            os.write(k, b'\\0' * 7 + b'\\x05hello')
        except OSError:
            pass
    {GOOD}"""
    found = failure(opened(body))
    assert found.kind == "output"
    assert "the model wrote to descriptors not its own" in found.message


@pytest.mark.parametrize(
    ("body", "message", "rows"),
    [
        ("return rows['a'][:-1].to_numpy()", "99 rows came back for 100 sent", ()),
        ("return list(rows['a']) * 2", "200 rows came back for 100 sent", ()),
        ("return rows[rows['a'] != 0.37]['a']", "99 rows came back for 100 sent; 1 is missing", (BAD,)),
        ("return rows.sort_values('a', ascending=False)['a']", "the rows came back in another order", tuple(range(20))),
        ("return rows.assign(s=0.5)[::-1].reset_index(drop=True)", "the rows came back in another order", tuple(range(20))),
        ("return rows.assign(s=0.5, id='x')", "ids came back that were not sent", tuple(range(20))),
        ("return rows['a'].where(rows['a'] != 0.37)", "1 row with no probability in column 's': nan", (BAD,)),
        ("return rows['a'].replace(0.37, float('inf'))", "1 row with no probability in column 's': inf", (BAD,)),
        ("return rows['a'].replace(0.37, 1.5)", "1 row with no probability in column 's': 1.5", (BAD,)),
        ("return ['yess' if i == 37 else 'no' for i in range(100)]", "1 row with none of the labels in column 'p': 'yess'; did you mean 'yes'?", (BAD,)),
        ("return [None if i == 37 else 'no' for i in range(100)]", "1 row with none of the labels in column 'p': nothing; the labels are no, yes", (BAD,)),
        ("return {'p': ['no'] * 100, 's': ['0.5'] * 100}", "column 's' holds string; scores are numbers", ()),
        ("return rows[['a']].rename(columns={'a': 'S'})", "the answer has no column 'p' or 's'; it has S; did you mean 's'?", ()),
        ("return None", "nothing came back: None; does the function end with return?", ()),
        ("return 'yes'", "a text came back where columns were expected", ()),
        ("return rows[['a', 'a', 'a']].to_numpy()", "an array of 100 × 3 came back; a column is expected for each of s", ()),
        ("return {'s': [[0.5, 0.5]] * 100}", "column 's' holds list<item: double>; scores are numbers", ()),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_what_the_task_asks_for(
    opened: Open, body: str, message: str, rows: tuple[int, ...]
) -> None:
    found = failure(opened(body))
    assert (found.kind, found.message, found.rows) == ("output", message, rows)


def test_numbers_that_are_none_in_a_regression(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def predict(rows):\n    return rows['a'] * float('-inf')\n")
    model, outputs = Model(python="mine:predict"), Outputs("regression", ("y",))
    with (
        pytest.raises(ModelFailure, match="100 rows with no number in column 'y': nan") as caught,
        open_session(model, outputs, tmp_path, Limits()) as session,
    ):
        session.predict(ROWS)
    assert (caught.value.rows, caught.value.row_count) == (tuple(range(20)), 100)


def test_a_model_that_opens_a_socket_cannot_reach_out(opened: Open) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = failure(opened(f"import socket\nsocket.create_connection(('127.0.0.1', {port}), 2)\n{GOOD}"))
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert found.kind == "exception"
    assert "socket.create_connection" in found.message


def test_a_model_may_use_the_network_where_its_limits_say_so(opened: Open) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        body = f"import socket\nsocket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)\n{GOOD}"
        with opened(body, Limits(network=True)) as session:
            answer = session.predict(ROWS)
        server.settimeout(1)
        server.accept()[0].close()
    assert answer.table.num_rows == ROWS.num_rows


@pytest.mark.parametrize(
    "deed",
    ["os.remove(data)", "open(data, 'a').write('x')", "os.truncate(data, 0)", "os.rename(data, data + '2')"],
)
def test_a_model_that_deletes_or_changes_its_input_cannot(opened: Open, tmp_path: Path, deed: str) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a\n1\n")
    found = failure(opened(f"data = {str(data)!r}\n{deed}\n{GOOD}", guarded=(data,)))
    assert found.kind == "exception"
    assert found.message.startswith("PermissionError")
    assert data.read_text() == "a\n1\n"


def test_a_change_that_the_system_lets_pass_is_told(opened: Open, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a\n1\n")
    found = failure(opened(f"os.utime({str(data)!r}, (1, 1))\n{GOOD}", guarded=(data,)))
    assert (found.kind, found.message) == ("input_changed", "it changed or removed data.csv")


def test_a_model_may_write_to_its_own_folder(opened: Open) -> None:
    body = f"import tempfile\nopen('here', 'w').write('x')\nassert open('here').read() == 'x'\nopen('/dev/null', 'w').write('x')\ntempfile.NamedTemporaryFile().write(b'x')\n{GOOD}"
    with opened(body) as session:
        answer = session.predict(ROWS)
    assert answer.table.num_rows == ROWS.num_rows


def test_no_process_outlives_the_model(opened: Open) -> None:
    mark = f"4{os.getpid()}.5"
    body = f"import subprocess\nsubprocess.Popen(['sleep', '{mark}'], start_new_session=True)\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execvp('sleep', ['sleep', '{mark}'])\n    os._exit(0)\n{GOOD}"
    with opened(body) as session:
        session.predict(ROWS)
        deadline = time.monotonic() + 10
        while len(list(_running(mark))) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(list(_running(mark))) == 2
    assert not list(_running(mark))


def test_a_fork_bomb_is_ended(opened: Open) -> None:
    body = "for _ in range(12):\n    os.fork()\ntime.sleep(100)"
    with pytest.raises(ModelFailure) as caught, opened(body, Limits(processes=50)) as session:
        session.predict(ROWS, find_rows=False)
    assert (caught.value.kind, caught.value.message) == ("processes", "it started more than 50 processes")


def test_the_environment_tells_nothing(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    with opened(f"assert 'SECRET_TOKEN' not in os.environ\n{GOOD}") as session:
        session.predict(ROWS)
    found = failure(opened(f"open('/proc/{os.getpid()}/environ').read()\n{GOOD}"))
    assert found.message.startswith(("FileNotFoundError", "PermissionError"))


def test_this_system_isolates_all(opened: Open) -> None:
    with opened(GOOD) as session:
        assert session.not_isolated == ()


def _running(mark: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter(["cmdline"]):
        if mark in (process.info["cmdline"] or []):
            yield process
