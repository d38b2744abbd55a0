"""Look-ups in a result that several sections share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from specgen.record.decision import RecordedDecision
from specgen.record.result import Gate, Measurement, MetricInfo, Result, SliceInfo

WHOLE = "all"
MOST_SLICES = 200
Key = tuple[str, str, str, str, str | None]


@dataclass(frozen=True)
class Source:
    """A result with indices. `cap` is the most rows that a long table shows, `searchable` the most of one that
    readers can search and sort, 0 where they cannot.
    """

    result: Result
    cap: int
    searchable: int = 0
    decisions: tuple[RecordedDecision, ...] = ()

    @cached_property
    def metrics(self) -> dict[str, MetricInfo]:
        """Metrics by key."""
        return {metric.key: metric for metric in self.result.metrics}

    @cached_property
    def slices(self) -> dict[str, SliceInfo]:
        """Slices by name."""
        return {part.name: part for part in self.result.slices}

    @cached_property
    def measured(self) -> dict[Key, Measurement]:
        """Measurements by split, model, slice, metric and label."""
        return {(m.split, m.model, m.slice, m.metric, m.label): m for m in self.result.measurements}

    @property
    def candidate(self) -> str:
        """The model under review."""
        return self.result.about.candidate

    @cached_property
    def split(self) -> str:
        """The split of the last milestone that was evaluated: what page one speaks of."""
        evaluated = [split.name for split in self.result.splits if split.evaluated]
        judged = [milestone.split for milestone in self.result.milestones if milestone.split in evaluated]
        return judged[-1] if judged else evaluated[-1] if evaluated else ""

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Slices measured on the judged split, families together in the spec's order."""
        measured = {
            m.slice
            for m in self.result.measurements
            if m.split == self.split and m.model == self.candidate and m.slice != WHOLE
        }
        named = [part for part in self.result.slices if part.name in measured]
        families = {part.family: k for k, part in reversed([*enumerate(named)])}
        return tuple(part.name for part in sorted(named, key=lambda part: families[part.family]))

    @cached_property
    def listed(self) -> dict[str, None]:
        """Slices that the table of slices shows, in order."""
        return dict.fromkeys(self.parts[: max(self.searchable, MOST_SLICES)])

    @cached_property
    def units(self) -> str:
        """What sampling units are called: `speakers` of a column `speaker_id`, else `units`."""
        column = self.result.about.unit or ""
        word = column.removesuffix("_id").replace("_", " ")
        if not word.replace(" ", "").isalpha() or not word.islower() or word.endswith("s") or word == "id":
            return "units"
        return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"

    @cached_property
    def uses(self) -> tuple[tuple[str, str | None], ...]:
        """(metric, label) of the candidate on the whole of any split, in the spec's order."""
        found = dict.fromkeys(
            (m.metric, m.label)
            for m in self.result.measurements
            if m.model == self.candidate and m.slice == WHOLE
        )
        order = list(self.metrics)
        return tuple(sorted(found, key=lambda use: order.index(use[0]) if use[0] in order else len(order)))

    @cached_property
    def primary(self) -> tuple[str, str | None]:
        """The primary metric, with its label if it is of one label only."""
        key = self.result.about.primary_metric
        labels = [label for metric, label in self.uses if metric == key]
        return key, None if not labels or None in labels else labels[0]

    def get(
        self, model: str, metric: str, label: str | None = None, part: str = WHOLE, split: str | None = None
    ) -> Measurement | None:
        """One measurement, on the judged split unless another is named."""
        return self.measured.get((self.split if split is None else split, model, part, metric, label))

    def title(self, metric: str, label: str | None = None) -> str:
        """The metric's name for people: `Recall of hernia`."""
        info = self.metrics.get(metric)
        text = info.title if info else metric[:1].upper() + metric[1:].replace("_", " ")
        return f"{text} of {label}" if label else text

    def metric_of(self, gate: Gate) -> MetricInfo | None:
        """What a gate measures, where it is a metric."""
        return self.metrics.get(gate.metric) if gate.metric else None
