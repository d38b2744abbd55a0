"""The names that a notebook imports."""

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
