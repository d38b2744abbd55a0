"""The JSON Schema of specs, for editors."""

from __future__ import annotations

from typing import Any

from specgen.spec.spec import Spec


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the spec format, with a description of every key."""
    schema = {key: _tidy(value) for key, value in Spec.model_json_schema().items()}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "specgen project spec, format 1",
        "description": 'One file that says what "ready" means for a model.',
    }
    return {**head, **{key: value for key, value in schema.items() if key not in head}}


def _tidy(value: Any) -> Any:
    """Without the titles that repeat keys, and without null: an optional key is left out, not empty."""
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    tidy = {key: _tidy(item) for key, item in value.items() if not (key == "title" and isinstance(item, str))}
    forms = tidy.get("anyOf")
    if isinstance(forms, list) and {"type": "null"} in forms:
        kept = [form for form in forms if form != {"type": "null"}]
        rest = {
            key: item
            for key, item in tidy.items()
            if key != "anyOf" and not (key == "default" and item is None)
        }
        # A reference beside a description is valid since draft 2019-09.
        return {**kept[0], **rest} if len(kept) == 1 else {"anyOf": kept, **rest}
    return tidy
