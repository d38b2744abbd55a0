"""The pre-commit hook: which files it takes, and what it says of several."""

import re
import shlex

import pytest
from conftest import BINARY_SPEC, ROOT, call
from ruamel.yaml import YAML

(HOOK,) = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("spec.yaml", True),
        ("models/voice/spec.yml", True),
        ("voice.spec.yaml", True),
        ("voice-spec.yaml", True),
        ("voice.specgen.yaml", True),
        ("values.yaml", False),
        ("openapi/inspect.yaml", False),
        ("spec.yaml.j2", False),
    ],
)
def test_specs_are_told_by_their_names(name, taken):
    assert bool(re.search(HOOK["files"], name)) == taken


def test_all_mistakes_of_all_specs_are_told(project):
    right = project()
    wrong, other = right.with_name("wrong.yaml"), right.with_name("other.yaml")
    wrong.write_text(BINARY_SPEC.replace("[accuracy]", "[acuracy]"))
    other.write_text(BINARY_SPEC.replace("id: id", "id: key"))
    command = shlex.split(HOOK["entry"])[1:]
    called = call(*command, right, wrong, other)
    assert (called.code, called.out) == (2, "")
    first, second = called.err.splitlines()
    assert first == f"{wrong}:7:11: metrics[0].name: no metric 'acuracy'; did you mean 'accuracy'?"
    assert second.startswith(f"{other}:3:")
    assert "no column 'key' in data.test" in second
    assert call(*command, right).code == 0
