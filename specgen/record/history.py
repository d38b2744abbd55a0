"""Many runs in order of time: the document behind `specgen history`."""

from __future__ import annotations

from pydantic import Field

from specgen.frozen import Frozen
from specgen.record.comparison import MetricChange
from specgen.record.summary import Summary


class KeptRun(Frozen):
    """A run and where it lies."""

    folder: str
    summary: Summary
    decided: str = Field(
        default="", description="The last decision on it, and by whom; empty where there is none."
    )


class Unread(Frozen):
    """A folder among the runs that is none, and why."""

    folder: str
    reason: str


class ProjectHistory(Frozen):
    """The runs of one project, the oldest first."""

    project: str
    runs: tuple[KeptRun, ...]
    worse: tuple[MetricChange, ...] = Field(
        default=(),
        description="Slices on which the primary metric got worse from the last run but one to the last.",
    )
    compared: str = Field(
        default="", description="What the last two runs were compared on, or why they were not."
    )


class History(Frozen):
    """A folder of runs."""

    folder: str
    projects: tuple[ProjectHistory, ...]
    unread: tuple[Unread, ...]
    unfinished: int = Field(description="Temporary folders of runs that are being written, or were killed.")
