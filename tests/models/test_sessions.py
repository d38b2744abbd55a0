"""Live models answer from a process of their own."""

from pathlib import Path

import pyarrow as pa
import pytest

from specgen.models.failure import ModelFailure
from specgen.models.limits import Limits
from specgen.models.outputs import Outputs
from specgen.models.session import open_session
from specgen.spec.models import Model

BINARY = Outputs("binary", ("p",), ("s",), ("no", "yes"), "yes")
ROWS = pa.table({"a": [0.25, 0.5, 0.75], "b": ["x", "y", "z"]})


def test_a_python_function_answers(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "def score(rows):\n    print('noise')\n    return rows['a'].to_numpy()\n"
    )
    with open_session(Model(python="mine:score", features=("a",)), BINARY, tmp_path, Limits()) as session:
        answer = session.predict(ROWS)
    assert answer.table.to_pydict() == {"s": [0.25, 0.5, 0.75]}
    assert session.start_s > 0
    assert session.first_predict_s is not None


def test_a_missing_function_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("")
    with (
        pytest.raises(ModelFailure, match="'mine' has no 'score'"),
        open_session(Model(python="mine:score"), BINARY, tmp_path, Limits()),
    ):
        pass
