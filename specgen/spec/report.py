"""`report`: how reports look."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from specgen.spec.part import Part, Text

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Report(Part):
    """How HTML and PDF reports look; what they say is the other sections' business."""

    templates: Text | None = Field(
        None,
        description="Folder with a team's own logo, colours and sections, from the spec's folder.",
    )
    language: Language = Field("en", description="Language of HTML and PDF: en, or de for German.")
