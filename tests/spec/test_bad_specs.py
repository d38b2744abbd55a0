"""Every file of tests/bad_specs says in its first lines what the program must say about it."""

from pathlib import Path

import pytest

from specgen.spec.load import load_spec
from specgen.spec.problems import SpecError

FILES = sorted((Path(__file__).parents[1] / "bad_specs").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_says_what_is_wrong_and_where(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: ")]
    with pytest.raises(SpecError) as caught:
        load_spec(file)
    assert [str(problem).removeprefix(f"{file}:") for problem in caught.value.problems] == expected
    assert expected


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"specgen: 1\nproject: {name: caf\xe9}\n", "2:20: not UTF-8; save the file with the encoding UTF-8"),
        (b"#" * (1 << 20) + b"\n", "1:1: the file has 1,048,577 bytes; a spec has at most 1,048,576"),
        (b"a: " + b"[" * 5000, "1:1: nested too deeply"),
    ],
)
def test_refuses_bytes_that_are_no_spec(tmp_path: Path, raw: bytes, message: str) -> None:
    file = tmp_path / "spec.yaml"
    file.write_bytes(raw)
    with pytest.raises(SpecError) as caught:
        load_spec(file)
    assert str(caught.value) == f"{file}:{message}"


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot read the spec: No such file or directory"):
        load_spec(tmp_path / "none.yaml")
