"""The view of a model card: what was evaluated, on what, with which result, and where it falls short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import name, sentence
from specgen.report.views.baselines import BaselineView, baselines
from specgen.report.views.cells import Cell, Footnotes, cell
from specgen.report.views.constraints import ConstraintRow, constraint_rows
from specgen.report.views.fairness_words import gaps_sentence, rules
from specgen.report.views.summary import Summary, summary

# What the Hub calls a task depends on what the rows are, which no spec says; it takes `other`.
TASKS = {
    "binary": ("other", "Binary classification"),
    "multiclass": ("other", "Classification"),
    "multilabel": ("other", "Multi-label classification"),
    "regression": ("other", "Regression"),
    "ranking": ("other", "Ranking"),
    "transcription": ("automatic-speech-recognition", "Transcription"),
    "scores": ("other", "Scored examples"),
}
PURPOSES = {
    "explore": "An exploration: what deployment needs may be measured, and decides nothing.",
    "deploy": "For deployment, once this page says go.",
}


@dataclass(frozen=True)
class SplitLine:
    """A split; `note` says why it was not evaluated."""

    name: str
    rows: str
    note: str


@dataclass(frozen=True)
class CardView:
    """All sections of the card below its metadata."""

    summary: Summary
    candidate: str
    facts: tuple[tuple[str, str], ...]
    purpose: str
    splits: tuple[SplitLine, ...]
    evaluated: tuple[str, ...]
    confidence: str
    results: tuple[tuple[str, tuple[Cell, ...]], ...]
    notes: tuple[tuple[str, str], ...]
    metrics: tuple[tuple[str, str], ...]
    split: str
    baselines: tuple[BaselineView, ...]
    fairness: tuple[str, ...]
    constraints: tuple[ConstraintRow, ...]


def card(source: Source) -> CardView:
    """The card of a result."""
    result = source.result
    notes = Footnotes()
    evaluated = [split.name for split in result.splits if split.evaluated]
    uses = reported(source)
    keys = {metric for metric, _ in uses}
    return CardView(
        summary=summary(result, source.cap),
        candidate=name(result.about.candidate), facts=tuple(_facts(source)), purpose=PURPOSES[result.about.purpose],
        splits=tuple(
            SplitLine(name(split.name), numbers.count(split.rows), sentence(split.note, 160))
            for split in result.splits
        ),
        evaluated=tuple(map(name, evaluated)), confidence=f"{100 * result.about.confidence:g}%",
        results=tuple((source.title(*use), _cells(source, use, evaluated, notes)) for use in uses),
        notes=notes.listed(),
        metrics=tuple((m.title, sentence(m.definition, 300)) for m in result.metrics if m.key in keys),
        split=name(source.split), baselines=tuple(one for one in baselines(source) if one.whole),
        fairness=tuple(_fairness(source)), constraints=constraint_rows(source),
    )  # fmt: skip


def reported(source: Source) -> tuple[tuple[str, str | None], ...]:
    """(metric, label) of the spec: of single labels only those that a gate, or the primary metric, is about."""
    gated = {(gate.metric, gate.label) for gate in source.result.gates}
    return tuple(use for use in source.uses if use[1] is None or use in gated or use == source.primary)


def _facts(source: Source) -> Iterator[tuple[str, str]]:
    about = source.result.about
    yield "Project", name(source.result.project)
    if about.owner:
        yield "Owner", name(about.owner)
    task = TASKS[about.task][1] if about.task in TASKS else about.task
    yield "Task", f"{task}, target {name(about.target)}" if about.target else task
    others = [name(model) for model in about.models if model != about.candidate]
    if others:
        yield "Measured beside", ", ".join(others[: source.cap])


def _cells(
    source: Source, use: tuple[str, str | None], splits: list[str], notes: Footnotes
) -> tuple[Cell, ...]:
    info = source.metrics.get(use[0])
    return tuple(cell(source.get(source.candidate, *use, split=split), info, notes) for split in splits)


def _fairness(source: Source) -> Iterator[str]:
    """What is shown between groups of the judged split."""
    for check in source.result.fairness:
        if check.split != source.split:
            continue
        by = name(" & ".join(check.by))
        if check.reason:
            yield f"{by}: not compared, {sentence(check.reason)}."
        for gaps in check.metrics[: source.cap]:
            told = gaps_sentence(check, gaps, source.metrics.get(gaps.metric))
            yield f"{by}: {source.title(gaps.metric, gaps.label)}{told}"
        yield from (f"{by}: {rule}" for rule in rules(check))
