"""Where a result comes from: the spec's words about the project, and what was read, with what, on what machine."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen
from specgen.spec.report import Language


class InputFile(Frozen):
    """A file that the run read."""

    path: str = Field(description="As written in the spec, relative to the spec's folder.")
    sha256: str
    rows: int | None = Field(description="Rows read from it; null where it holds no rows.")
    role: str = Field(description="What it is for: `data.test`, `models.candidate`, …")


class Hardware(Frozen):
    """The machine that measured."""

    cpu: str
    cores: int
    memory_gb: float
    system: str


class TemplateFile(Frozen):
    """A file of a team's look; its path inside the folder."""

    path: str
    sha256: str


class UsedTemplates(Frozen):
    """A team's look of the reports that a run wrote."""

    folder: str = Field(description="Its folder, as seen from the spec's.")
    files: tuple[TemplateFile, ...]


class Run(Frozen):
    """Provenance: enough to find out a year later what was measured, on what, by what."""

    id: str
    started: str = Field(description="UTC, ISO 8601.")
    seconds: float = Field(description="Wall time from start to this document.")
    spec: str = Field(description="Path of the spec as it was given.")
    spec_sha256: str
    inputs: tuple[InputFile, ...]
    seed: int
    engine: str
    versions: dict[str, str] = Field(description="specgen, python and the libraries that compute.")
    hardware: Hardware
    templates: UsedTemplates | None = Field(
        default=None, description="The team's logo, colours and sections that reports were written with."
    )


class About(Frozen):
    """What the spec says about the project."""

    description: str | None
    owner: str | None
    purpose: Literal["explore", "deploy"]
    task: str
    target: str
    candidate: str
    models: tuple[str, ...]
    primary_metric: str = Field(description="Key of the first metric, as in `metrics`.")
    confidence: float
    unit: str | None = Field(
        default=None,
        description="Column whose values tell the sampling units apart: `speaker`, or the query's.",
    )
    approvers: tuple[str, ...] = Field(default=(), description="Who is to decide on the report.")
    expires_days: int | None = Field(default=None, description="Days that a decision holds.")
    language: Language = Field(
        default="en", description="Language of HTML and PDF; what stands here is English in each."
    )
