from pathlib import Path
from typing import Any

import jsonschema
import pytest

from specgen.spec.schema import json_schema
from specgen.spec.yaml_nodes import read_nodes

ROOT = Path(__file__).parents[2]
SPECS = [Path(__file__).parent / "data" / "full.yaml", ROOT / "templates" / "init.yaml",
         *sorted((ROOT / "specs").glob("*/spec.yaml"))]  # fmt: skip


def _errors(data: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(json_schema()).iter_errors(data)]


def _data(file: Path) -> dict[str, Any]:
    data = read_nodes(file.read_text(encoding="utf-8")).data
    assert isinstance(data, dict)
    return data


def test_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json_schema()["title"] == "specgen project spec, format 1"
    assert "$id" not in json_schema()


@pytest.mark.parametrize("file", SPECS, ids=[f"{file.parent.name}/{file.name}" for file in SPECS])
def test_schema_accepts_valid_specs(file: Path) -> None:
    assert _errors(_data(file)) == []


@pytest.mark.parametrize(
    "change",
    [{"metrcs": []}, {"metrics": [{"name": "wer", "kk": 1}]}, {"data": {"test": {"pth": "x"}}},
     {"milestones": [{"name": "a", "split": "test", "gates": [{"metric": "wer", "atleast": 1}]}]},
     {"confidence": "high"}, {"task": None}, {"sanity": "none"}, {"slices": [{"by": 3}]}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_schema_refuses_what_the_loader_refuses(change: dict[str, Any]) -> None:
    assert _errors({**_data(ROOT / "templates" / "init.yaml"), **change})


def test_every_key_has_a_description() -> None:
    schema = json_schema()
    parts = {"Spec": schema, **schema["$defs"]}
    objects = [(name, form) for name, part in parts.items() for form in (part, *part.get("anyOf", ()))]
    lacking = [
        f"{name}.{key}" for name, form in objects for key, value in form.get("properties", {}).items()
        if not value.get("description")
    ]  # fmt: skip
    assert lacking == []
    assert sum(len(form.get("properties", ())) for _, form in objects) > 100
