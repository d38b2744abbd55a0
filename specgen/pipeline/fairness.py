"""Fairness within a run: references that no split has, and what page one must warn of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from specgen.checks.fairness import reference_group, reference_names
from specgen.checks.gaps import FairnessCheck, FourFifths
from specgen.engine.cells import SplitCells
from specgen.record.result import Note
from specgen.spec.declared import family_name
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import Problem, did_you_mean


def unknown_references(
    loaded: LoadedSpec, splits: Mapping[str, SplitCells], required: Collection[str]
) -> list[Problem]:
    """Reference groups that have no row in a split that is judged, or in none of all."""
    problems = []
    for i, part in enumerate(loaded.spec.fairness):
        lacking = [split for split, cells in splits.items() if reference_group(part, cells) is None]
        judged = [split for split in lacking if split in required]
        if not lacking or not (judged or len(lacking) == len(splits)):
            continue
        split = (judged or lacking)[0]
        message = f"data.{split} has no group '{reference_names(part)[0]}'"
        problems.append(
            loaded.problem(
                ("fairness", i, "reference"),
                message + _known(part.by, reference_names(part)[0], splits[split]),
            )
        )
    return problems


def _known(by: Sequence[str], name: str, cells: SplitCells) -> str:
    """What a group may have been meant to be called."""
    groups = cells.families.get(family_name(by), ())
    listed = f"; there are {', '.join(groups)}" if 0 < len(groups) <= 6 else ""
    return did_you_mean(name, groups) or listed


def fairness_notes(checks: Sequence[FairnessCheck], judged: Sequence[str]) -> Iterator[Note]:
    """Groups shown to be selected less than four fifths as often, and entries that compare nothing.

    Of the last split that a milestone is judged on and that was evaluated.
    """
    evaluated = [split for split in judged if any(check.split == split for check in checks)]
    if not evaluated:
        return
    found = [check for check in checks if check.split == evaluated[-1]]
    for i, check in enumerate(found):
        below = [one for one in check.four_fifths if one.verdict == "below"]
        if below:
            text = f"Four-fifths rule, {check.split}: {'; '.join(map(_below, below))}."
            yield Note(level="warning", text=text, place=f"fairness[{i}]")
        if check.reason:
            text = f"{family_name(check.by)} could not be compared: {check.reason}."
            yield Note(level="warning", text=text, place=f"fairness[{i}]")


def _below(one: FourFifths) -> str:
    of = f" as {one.label}" if one.label else ""
    high = "" if one.high is None else f" (at most {one.high:.2f})"
    return f"{one.group} is selected{of} {one.ratio or 0.0:.2f} times as often as {one.beside}{high}"
