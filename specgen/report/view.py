"""The whole report as a view model: what HTML and PDF both show."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Result
from specgen.report.source import Source
from specgen.report.views.baselines import BaselineView, ModelsView, baselines, models
from specgen.report.views.business import BusinessView, business
from specgen.report.views.classes import ClassesView, classes
from specgen.report.views.findings import FindingRow, findings
from specgen.report.views.front import Front, front
from specgen.report.views.gates import MilestoneView, milestones
from specgen.report.views.method import MethodView, method
from specgen.report.views.slices import SlicesView, slices
from specgen.report.views.splits import SplitsView, splits

HTML_ROWS = 100
PDF_ROWS = 12


@dataclass(frozen=True)
class View:
    """All sections; those without content are empty or None."""

    title: str
    started: str
    split: str
    front: Front
    milestones: tuple[MilestoneView, ...]
    baselines: tuple[BaselineView, ...]
    models: ModelsView | None
    slices: SlicesView | None
    business: tuple[BusinessView, ...]
    classes: ClassesView | None
    splits: SplitsView | None
    findings: tuple[FindingRow, ...]
    method: MethodView
    contents: tuple[tuple[str, str], ...]


def view(result: Result, rows: int) -> View:
    """The report of a result; long tables are cut after `rows` rows."""
    source = Source(result, rows)
    page_one = front(source)
    parts = {
        "milestones": milestones(source), "baselines": baselines(source), "models": models(source),
        "slices": slices(source), "business": business(source), "classes": classes(source),
        "splits": splits(source), "findings": findings(source), "method": method(result),
    }  # fmt: skip
    headings = {
        "milestones": ("gates", "Gates"), "models": ("models", "Models"), "baselines": ("baselines", "Baselines"),
        "slices": ("slices", "Slices"), "business": ("business", "Business value"), "classes": ("labels", "Labels"),
        "splits": ("splits", "Splits"), "findings": ("findings", "Findings"), "method": ("method", "Notes and method"),
    }  # fmt: skip
    contents = tuple(headings[key] for key in headings if parts[key])
    return View(
        title=f"{page_one.project}: {page_one.word}", started=result.run.started, split=source.split,
        front=page_one, contents=contents, **parts,
    )  # type: ignore[arg-type]
