"""Columns that look like other models' predictions, or like what people said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from specgen.draft.alike import alike, is_classes, is_texts
from specgen.draft.columns import Column, Look
from specgen.draft.hints import says_human, says_prediction, says_score
from specgen.draft.pairs import LEAST_ALIKE, LEAST_ALIKE_TEXTS
from specgen.draft.roles import Roles, free

MOST = 4
NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class Other:
    """A baseline: of `kind` human (labels of a person) or previous (another model), `name` in the spec, and why."""

    name: str
    kind: str
    column: str
    why: str


def draft_others(look: Look, roles: Roles) -> tuple[Other, ...]:
    """Other models and people, told by names, or by values where classes or texts are words."""
    if roles.type in ("multilabel", "scores"):
        return ()
    target = look.named(roles.target[0])
    columns = free(look, roles.keys, *roles.target, *roles.prediction, *roles.score)
    if roles.type == "ranking":
        found = [
            c
            for c in columns
            if c.kind == "number" and not c.missing and (says_prediction(c) or says_score(c))
        ]
        return _named(found, roles, "a number to sort by, by its name")
    worth = alike(look, target, columns)
    least = LEAST_ALIKE_TEXTS if is_texts(target) else LEAST_ALIKE
    told = [
        c for c in columns if c.name in worth and (says_human(c) or says_prediction(c)) and _usable(c, target)
    ]
    worded = roles.type == "transcription" or (
        is_classes(target) and target.kind == "text" and not _digits(target)
    )
    if worded:
        told += [
            c for c in columns if worth.get(c.name, 0.0) >= least and c not in told and _usable(c, target)
        ]
    return _named(told, roles, f"its values are those of '{target.name}'")


def _usable(column: Column, target: Column) -> bool:
    """Whether the spec takes it: no labels that the target lacks, and of a model nothing is missing."""
    if target.values and is_classes(target) and not set(column.values) <= set(target.values):
        return False
    return says_human(column) or not column.missing


def _digits(column: Column) -> bool:
    return all(value.isdigit() for value in column.values)


def _named(columns: list[Column], roles: Roles, why: str) -> tuple[Other, ...]:
    taken = {"candidate", "naive"}
    found = []
    for column in columns[:MOST]:
        name = "_".join(NAME.findall(column.name))[:60] or "other"
        while name in taken:
            name += "_2"
        taken.add(name)
        human = says_human(column) and roles.type != "ranking"
        found.append(Other(name, "human" if human else "previous", column.name, why))
    return tuple(found)
