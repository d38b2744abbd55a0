"""`report`: how reports look."""

from __future__ import annotations

from pydantic import Field

from specgen.spec.part import Part, Text


class Report(Part):
    """How HTML and PDF reports look; what they say is the other sections' business."""

    templates: Text | None = Field(
        None,
        description="Folder with a team's own logo, colours and sections, from the spec's folder.",
    )
