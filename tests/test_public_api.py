"""The names that a notebook imports."""

import pickle

import pytest

import specgen


def test_evaluate_a_spec(project):
    result = specgen.evaluate(specgen.load_spec(project()))
    assert isinstance(result, specgen.Result)
    assert (result.verdict, result.gates[0].verdict) == ("go", "pass")


def test_mistakes_are_raised_together(project):
    with pytest.raises(specgen.SpecError) as caught:
        specgen.load_spec(project("specgen: 1\nprojct: {}\n"))
    assert len(caught.value.problems) > 1


def test_unknown_names_are_told():
    with pytest.raises(AttributeError, match="no attribute 'evalute'"):
        _ = specgen.evalute


def test_a_copy_of_a_result_saves_what_the_result_saves(project, tmp_path):
    """Files beside results.json are made when they are asked for, also by a result that went to another process."""
    result = specgen.evaluate(specgen.load_spec(project()))
    copied = pickle.loads(pickle.dumps(result))
    assert copied.model_dump() == result.model_dump()
    saved, again = copied.save(tmp_path / "a", ()), result.save(tmp_path / "b", ())
    files = {file.name: file.read_bytes() for file in saved.iterdir()}
    assert {"results.json", "spec.yaml", "outcomes.parquet"} <= set(files)
    assert files == {file.name: file.read_bytes() for file in again.iterdir()}
