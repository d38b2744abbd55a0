"""`project`: what the spec is about."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.spec.part import Name, Part, Text


class Project(Part):
    """The project, for the reader of its reports."""

    name: Name = Field(description="Name of the project; its reports are kept under it.")
    owner: Text | None = Field(None, description="Who answers for the model; printed on the report.")
    description: Text | None = Field(None, description="What the model is for, in a sentence or two.")
    purpose: Literal["explore", "deploy"] = Field(
        "deploy", description="explore: constraints are measured and shown, never gate; deploy: they gate."
    )
