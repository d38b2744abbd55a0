"""What live models answered on the splits, and what they got wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specgen.inputs.found import LiveFailure, LiveRun
from specgen.inputs.predictions import Source
from specgen.inputs.tables import Table
from specgen.models.outputs import outputs_of
from specgen.spec.load import LoadedSpec

SHOWN = 3


@dataclass
class LiveAnswers:
    """Tables of answers by model and split, what went wrong, and how the models ran."""

    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    failures: list[LiveFailure] = field(default_factory=list)
    runs: list[LiveRun] = field(default_factory=list)

    def of(self, model: str) -> dict[str, Table]:
        """A model's answers by split."""
        return {split: table for (name, split), table in self.tables.items() if name == model}

    def failure(self, model: str, split: str) -> LiveFailure | None:
        """Why a model has no answers on a split, if it failed there."""
        return next((one for one in self.failures if (one.model, one.split) == (model, split)), None)


def told(failure: LiveFailure) -> str:
    """A failure in a sentence, without its end."""
    return f"the model {failure.model} failed: {failure.message.rstrip('.')}{at_rows(failure.rows, failure.row_count)}"


def at_rows(rows: Sequence[str], count: int, most: int = SHOWN) -> str:
    """` (rows a17, b2, …)`, at most so many of them; nothing where no rows are known."""
    if not rows:
        return ""
    return f" (row{'' if count == 1 else 's'} {', '.join(rows[:most])}{', …' if count > most else ''})"


def live_sources(loaded: LoadedSpec, live: LiveAnswers, split: str) -> dict[str, Source]:
    """The live models' answers on a split as sources of predictions."""
    found, outputs = {}, outputs_of(loaded.spec.task)
    for (name, of_split), table in live.tables.items():
        if of_split == split:
            place = ("models", name, loaded.spec.models[name].origin[0])
            scores = tuple(column for column in outputs.scores if table.column(column))
            scores = scores if len(scores) == len(outputs.scores) else ()
            predicted = tuple(column for column in outputs.prediction if table.column(column))
            several = outputs.task == "multilabel"
            found[name] = Source(
                name, place, "file", table, None if several or not predicted else predicted[0], scores,
                predictions=predicted if several else (),
            )  # fmt: skip
    return found
