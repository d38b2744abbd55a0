"""The whole report as a view model: what HTML and PDF both show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from specgen.record.decision import RecordedDecision
from specgen.record.result import Result
from specgen.report.brand.place import placed
from specgen.report.source import Source
from specgen.report.text import name
from specgen.report.views.baselines import BaselineView, baselines
from specgen.report.views.bibliography import Work, bibliography
from specgen.report.views.business import BusinessView, business
from specgen.report.views.classes import ClassesView, classes
from specgen.report.views.climb import ClimbView, climb
from specgen.report.views.constraints import ConstraintsView, constraints
from specgen.report.views.decision import DecisionView, decisions_view
from specgen.report.views.drift import DriftView, drift
from specgen.report.views.earlier import EarlierView, earlier
from specgen.report.views.errors import ErrorsView, errors
from specgen.report.views.examples import ExamplesView, examples
from specgen.report.views.fairness import FairnessView, fairness
from specgen.report.views.findings import FindingsView, findings
from specgen.report.views.flips import FlipsView, flips
from specgen.report.views.front import Front, front
from specgen.report.views.gates import MilestoneView, milestones
from specgen.report.views.ladder import LadderView, ladder
from specgen.report.views.live import LiveView, live
from specgen.report.views.method import MethodView, method
from specgen.report.views.models import ModelsView, models
from specgen.report.views.over_time import OverTimeView, over_time
from specgen.report.views.rare import LabelGaps, RareView, label_gaps, rare
from specgen.report.views.sanity import SanityView, sanity
from specgen.report.views.scores import ScoresView, scores
from specgen.report.views.slices import SlicesView, slices
from specgen.report.views.splits import SplitsView, splits

if TYPE_CHECKING:
    from specgen.report.brand.look import Look

HTML_ROWS = 100
PDF_ROWS = 12
SEARCHABLE_ROWS = 3_000


@dataclass(frozen=True)
class View:
    """All sections; those without content are empty or None."""

    title: str
    started: str
    owner: str
    confidence: str
    split: str
    front: Front
    milestones: tuple[MilestoneView, ...]
    climb: ClimbView | None
    ladder: LadderView | None
    baselines: tuple[BaselineView, ...]
    bibliography: tuple[Work, ...]
    models: ModelsView | None
    slices: SlicesView | None
    fairness: tuple[FairnessView, ...]
    business: tuple[BusinessView, ...]
    classes: ClassesView | None
    rare: RareView | None
    label_gaps: tuple[LabelGaps, ...]
    scores: ScoresView | None
    examples: tuple[ExamplesView, ...]
    flips: tuple[FlipsView, ...]
    earlier: EarlierView | None
    splits: SplitsView | None
    constraints: ConstraintsView | None
    drift: DriftView | None
    over_time: OverTimeView | None
    live: LiveView | None
    sanity: SanityView | None
    findings: FindingsView | None
    errors: ErrorsView | None
    method: MethodView
    definitions: dict[str, str]
    decisions: tuple[DecisionView, ...]
    look: Look | None

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """Anchors and headings of the sections that are there."""
        sections = (
            (self.milestones, "gates", "Gates"),
            (self.ladder, "ladder", "Where it is lost"),
            (self.models, "models", "Models"),
            (self.live, "live-models", "Live models"),
            (self.baselines, "baselines", "Baselines"),
            (self.slices, "slices", "Slices"),
            (self.findings, "findings", "Error analysis"),
            (self.errors, "errors", "Errors one by one"),
            (self.examples, "examples", "Key examples"),
            (self.flips, "flips", "Breaks and mends"),
            (self.classes, "labels", "Labels"),
            (self.rare, "rare", "Rare labels"),
            (self.scores, "scores", "Scores"),
            (self.fairness, "fairness", "Fairness"),
            (self.business, "business", "Business value"),
            (self.constraints, "constraints", "Constraints"),
            (self.drift, "drift", "Drift"),
            (self.over_time, "over-time", "Over time"),
            (self.sanity, "sanity", "Sanity checks"),
            (self.earlier, "history", "History"),
            (self.splits, "splits", "Splits"),
            (self.bibliography, "bibliography", "Bibliography"),
            (self.method, "method", "Notes and method"),
            (self.decisions, "decision", "Decision"),
        )
        there = [(anchor, heading) for section, anchor, heading in sections if section]
        return placed(there, self.look.sections if self.look else ())


def view(
    result: Result, rows: int, searchable: int = 0, decisions: tuple[RecordedDecision, ...] = (),
    look: Look | None = None,
) -> View:  # fmt: skip
    """The report of a result; long tables are cut after `rows` rows, those that can be searched later."""
    source = Source(result, rows, searchable, decisions)
    page_one = front(source)
    return View(
        title=f"{page_one.project}: {page_one.word}",
        started=result.run.started,
        owner=name(result.about.owner or ""),
        confidence=f"{100 * result.about.confidence:g}%",
        split=source.split,
        front=page_one,
        milestones=milestones(source),
        climb=climb(source),
        ladder=ladder(source),
        baselines=baselines(source),
        bibliography=bibliography(result),
        models=models(source),
        slices=slices(source),
        fairness=fairness(source),
        business=business(source),
        classes=classes(source),
        rare=rare(source),
        label_gaps=label_gaps(source),
        scores=scores(source),
        examples=examples(source),
        flips=flips(source),
        earlier=earlier(source),
        splits=splits(source),
        constraints=constraints(source),
        drift=drift(source),
        over_time=over_time(source),
        live=live(source),
        sanity=sanity(source),
        findings=findings(source),
        errors=errors(source),
        method=method(result, look.used if look else None),
        definitions={metric.title: metric.definition for metric in result.metrics},
        decisions=decisions_view(decisions),
        look=look,
    )
