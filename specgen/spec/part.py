"""The base of every part of a spec, and the kinds of values that its keys take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from specgen.spec.label_text import label_text

Key: TypeAlias = tuple[str | int, ...]
Fault: TypeAlias = tuple[Key, str]

MAPPING, LIST, SCALAR = "<mapping>", "<list>", "<scalar>"


def shape_of(value: object) -> str:
    """The YAML shape of a value, which chooses among the forms that a key allows."""
    if isinstance(value, dict | BaseModel):
        return MAPPING
    return LIST if isinstance(value, list | tuple) else SCALAR


ByShape = Discriminator(shape_of)


class Part(BaseModel):
    """A frozen mapping of the spec that refuses unknown keys.

    `shorthand` is the key that a plain text in its place stands for. `rules` are told all together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)
    shorthand: ClassVar[str | None] = None

    def rules(self) -> Iterator[Fault]:
        """What is wrong with the keys together: the key at fault, seen from here, and the message."""
        return iter(())

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, value: object) -> object:
        return {cls.shorthand: value} if cls.shorthand and isinstance(value, str) else value

    @model_validator(mode="after")
    def _keep_rules(self) -> Part:
        faults = tuple(self.rules())
        if faults:
            text = "; ".join(message for _, message in faults)
            raise PydanticCustomError("rules", "{text}", {"text": text, "faults": faults})
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        plain = handler(schema)
        if cls.shorthand is None:
            return plain
        return {"anyOf": [{"type": "string", "minLength": 1}, handler.resolve_ref_schema(plain)]}


def given(part: Part, *keys: str) -> list[str]:
    """Those of the keys that have a value."""
    return [key for key in keys if getattr(part, key) not in (None, ())]


def _listed(value: object) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]
Name = Annotated[
    str, Field(min_length=1, max_length=120, pattern=r"^[^\s\x00-\x1f](?:[^\x00-\x1f]*[^\s\x00-\x1f])?$")
]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
Count = Annotated[int, Field(strict=True, ge=1)]
Confidence = Annotated[float, Field(strict=True, ge=0.5, lt=1)]
LABEL_SCHEMA = WithJsonSchema({"type": ["string", "number", "boolean"]})
Label = Annotated[str, BeforeValidator(label_text), LABEL_SCHEMA]
Names = Annotated[
    tuple[Text, ...],
    Field(min_length=1),
    BeforeValidator(_listed),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "minLength": 1},
                   {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}]}
    ),
]  # fmt: skip
TextList = Annotated[tuple[Text, ...], Field(min_length=1)]
OneOrMany = Annotated[Annotated[Text, Tag(SCALAR)] | Annotated[TextList, Tag(LIST)], ByShape]
