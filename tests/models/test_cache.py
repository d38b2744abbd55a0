"""Predictions are kept while model, data and libraries stay as they are, and no longer."""

from pathlib import Path

import pyarrow as pa
import pytest

from specgen.models.artifact import artifact, artifact_mb
from specgen.models.cache import cache_folder, digest, keep, kept
from specgen.models.outputs import Outputs
from specgen.models.session import Answer
from specgen.spec.models import Model, ModelLimits

BINARY = Outputs("binary", ("p",), ("s",), ("no", "yes"), "yes")
ROWS = pa.table({"a": [1.0, 2.0], "b": ["x", "y"]})
ANSWER = Answer(pa.table({"p": ["no", "yes"], "s": [0.2, 0.7]}), 0.25)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").write_text("")
    (tmp_path / "mine" / "model.py").write_text("def predict(rows): ...\n")
    (tmp_path / "weights.txt").write_text("1 2 3")
    (tmp_path / "spec.yaml").write_text("specgen: 1\n")
    return tmp_path


def key(folder: Path, rows: pa.Table = ROWS, outputs: Outputs = BINARY, **keys: object) -> str | None:
    return digest(
        Model(**{"python": "mine.model:predict", "features": ("a",), **keys}), outputs, folder, rows
    )


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    keep(tmp_path / "c", "0" * 64, ANSWER)
    assert kept(tmp_path / "c", "0" * 64) == ANSWER
    assert kept(tmp_path / "c", "1" * 64) is None


@pytest.mark.parametrize("damage", [b"", b"x" * 300])
def test_what_is_damaged_is_not_used(tmp_path: Path, damage: bytes) -> None:
    keep(tmp_path, "0" * 64, ANSWER)
    file = tmp_path / f"{'0' * 64}.arrow"
    file.write_bytes(damage)
    assert kept(tmp_path, "0" * 64) is None


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    keep(tmp_path, "0" * 64, ANSWER)
    file = tmp_path / f"{'0' * 64}.arrow"
    raw = bytearray(file.read_bytes())
    raw[-20] ^= 1
    file.write_bytes(raw)
    assert kept(tmp_path, "0" * 64) is None


def test_the_same_again(folder: Path) -> None:
    assert key(folder) == key(folder) is not None
    assert key(folder, ROWS.set_column(1, "b", pa.array(["z", "z"]))) == key(folder), "b is no feature"
    assert key(folder, pa.concat_tables([ROWS.slice(0, 1), ROWS.slice(1)])) == key(folder), (
        "chunks do not matter"
    )
    (folder / "spec.yaml").write_text("specgen: 1\nconfidence: 0.9\n")
    (folder / "reports").mkdir()
    (folder / "reports" / "x.json").write_text("{}")
    assert key(folder, limits=ModelLimits(batch_s=3)) == key(folder)


def test_each_thing_that_counts(folder: Path) -> None:
    before = key(folder)
    found = {
        "rows": key(folder, ROWS.slice(1)),
        "values": key(folder, ROWS.set_column(0, "a", pa.array([1.0, 2.5]))),
        "features": key(folder, features=("a", "b")),
        "outputs": key(folder, outputs=Outputs("binary", ("p",), (), ("no", "yes"), "yes")),
        "files": key(folder, files=("weights.txt",)),
    }
    (folder / "mine" / "model.py").write_text("def predict(rows): pass\n")
    found["source"] = key(folder)
    (folder / "weights.txt").write_text("1 2 4 5")
    found["read"] = key(folder)
    assert len({before, *found.values()}) == len(found) + 1


def test_files_that_are_named_count_by_what_is_in_them(folder: Path) -> None:
    before = key(folder, files=("weights.txt",))
    (folder / "other.txt").write_text("x")
    assert key(folder, files=("weights.txt",)) == before
    (folder / "weights.txt").write_text("1 2 9")
    assert key(folder, files=("weights.txt",)) != before


def test_what_cannot_be_seen_is_not_kept(folder: Path) -> None:
    assert digest(Model(http="http://x/v2/models/m/infer"), BINARY, folder, ROWS) is None
    assert key(folder, limits=ModelLimits(network=True)) is None


def test_the_files_of_a_model(folder: Path) -> None:
    model = Model(python="mine.model:predict", files=("weights.txt",))
    assert [file.name for file in artifact(model, folder)] == ["__init__.py", "model.py", "weights.txt"]
    assert artifact_mb(Model(onnx="weights.txt"), folder) == 5 / 2**20
    assert artifact(Model(command="python3 mine/model.py --x"), folder) == (
        (folder / "mine" / "model.py").resolve(),
    )


def test_the_folder_may_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder(tmp_path) == tmp_path / ".specgen" / "predictions"
    monkeypatch.setenv("SPECGEN_CACHE", str(tmp_path / "x"))
    assert cache_folder(tmp_path) == tmp_path / "x" / "predictions"
