"""From files to a draft: looked at, guessed, measured once for its bounds, and checked as `specgen run` would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specgen.draft.choices import choose
from specgen.draft.columns import Look
from specgen.draft.gates import draft_gates, placeholder
from specgen.draft.guess import guess
from specgen.draft.lines import Choices, Line
from specgen.draft.others import Other, draft_others
from specgen.draft.render import render
from specgen.draft.roles import Asked, DraftError, Keys, Roles
from specgen.draft.scores import tasks_with
from specgen.draft.slices import FEWEST_ROWS, SlicesDraft, draft_slices
from specgen.draft.sources import Opened, with_labels_only
from specgen.draft.today import today
from specgen.inputs.logs.log import EvaluationLog


@dataclass(frozen=True)
class Draft:
    """A spec's text, and what to tell: what was found and what to check."""

    text: str
    roles: Roles
    choices: Choices
    slices: SlicesDraft
    others: tuple[Other, ...]


def make(opened: Opened, asked: Asked, folder: Path, project: str, force: bool = False) -> Draft:
    """A draft of a spec that will lie in `folder`.

    Raises DraftError where the columns cannot be told, SpecError where `specgen run` would refuse the data.
    """
    look, log = opened.look, opened.log
    roles = _of_log(log) if log and asked == Asked() else guess(look, asked)
    opened, roles = with_labels_only(opened, roles, folder, force)
    look = opened.look
    others = draft_others(look, roles)
    slices = draft_slices(look, roles, _outside(look, roles, log, others), opened.columns)
    choices = choose(look, roles, others, log, opened.predictions)
    candidate = next(iter(choices.models), "candidate")

    def text(gates: Sequence[Line]) -> str:
        return render(
            source=opened.source, project=project, roles=roles, doubts=roles.doubts, task=_task(roles),
            task_hints=_task_hints(roles), data=opened.data, models=choices.models, candidate=candidate,
            metrics=choices.metrics, baselines=choices.baselines, slices=[_slice(one) for one in slices.slices],
            left_out=slices.left_out, gates=gates, log=log is not None and not log.models,
        )  # fmt: skip

    now = today(text(placeholder(choices)), folder, choices, candidate)
    gates = draft_gates(choices, bool(slices.slices), now, candidate)
    return Draft(text(gates), roles, choices, slices, others)


def _of_log(log: EvaluationLog) -> Roles:
    if not log.scores:
        raise DraftError(f"the log of {log.tool} has no scores that are numbers")
    return Roles("scores", score=tuple(one.column for one in log.scores), keys=Keys(id="id", unit=log.unit))


def _outside(look: Look, roles: Roles, log: EvaluationLog | None, others: Sequence[Other]) -> list[str]:
    """Columns that are no properties of a row: others' answers, and what a tool noted of its own run."""
    found = [other.column for other in others]
    if log is None:
        return found
    noted = (
        "model",
        "input",
        "target",
        "answer",
        "error",
        "total_time_s",
        "output_tokens",
        "epoch",
        "latency_ms",
        "cost",
        "doc_hash",
    )
    # A score of one task has no value on the others', which would be errors of a gate over every slice.
    found += ["task"] if tasks_with(look, look.named(roles.score[0])) else []
    outcome = {own for columns in (log.models or {}).values() for own in columns.values()}
    ends = tuple(f" [{label}]" for label in log.models or {})
    found += [
        c.name
        for c in look.columns
        if c.name in noted or c.name in outcome or (ends and c.name.endswith(ends))
    ]
    return found + [
        c.name for c in look.columns if c.name.endswith(".answer") or c.name.startswith("answer,")
    ]


def _task(roles: Roles) -> list[tuple[str, Any]]:
    """Keys and values of `task` besides its type."""
    several = roles.type == "multilabel"
    many = several or roles.type == "multiclass"
    found: dict[str, Any] = {
        "target": list(roles.target) if several else next(iter(roles.target), None),
        "positive": _label(roles.positive) if roles.positive is not None else None,
        "prediction": list(roles.prediction) if several else next(iter(roles.prediction), None),
        "score": (list(roles.score) if many else roles.score[0]) if roles.score and roles.type != "scores" else None,
        "labels": list(roles.labels) if roles.type == "multiclass" else None,
        "query": roles.keys.query, "item": roles.keys.item, "id": roles.keys.id, "unit": roles.keys.unit,
        "time": roles.keys.time,
    }  # fmt: skip
    return [(key, value) for key, value in found.items() if value not in (None, [])]


def _label(text: str) -> Any:
    """A label as YAML has it: 1, true, or a word."""
    return {"true": True, "false": False}.get(
        text, int(text) if text.isdigit() and str(int(text)) == text else text
    )


def _task_hints(roles: Roles) -> list[str]:
    hints = []
    if roles.keys.id is None:
        hints.append("id: ...   # no column tells all rows apart; with one, errors name rows and files join")
    if roles.keys.unit:
        hints.append(
            f"check: rows of one '{roles.keys.unit}' hang together, which makes intervals wider; remove unit if not"
        )
    else:
        hints.append("unit: ...   # a column of which rows hang together: a person, a document, a device")
    if roles.keys.weight:
        hints.append(f"weight: {roles.keys.weight}   # looks like weights; uncomment if rows are to count so")
    return hints


def _slice(one: Any) -> Line:
    value: Mapping[str, Any] = (
        {"by": one.column} | ({"bins": list(one.bins)} if one.bins else {}) | {"min_rows": FEWEST_ROWS}
    )
    return Line(value, one.why)
