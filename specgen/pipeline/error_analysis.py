"""Error analysis of a run: which split is searched, by what, and what a reader must know of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specgen.diagnosis.search.found import Finding, SearchedSplit
from specgen.inputs.features import not_features
from specgen.inputs.rows import Rows
from specgen.metrics.uses import Use
from specgen.pipeline.error_rows import ErrorRows, error_rows
from specgen.record.result import Note
from specgen.spec.load import LoadedSpec
from specgen.spec.spec import Spec
from specgen.verdict.words import listed

if TYPE_CHECKING:
    from specgen.pipeline.measured import MeasuredSpec, Progress

UNEVALUATED = ("ranking",)


@dataclass(frozen=True)
class Analysed:
    """What error analysis found, where it looked and by which metrics, what it says of single rows, and notes."""

    findings: tuple[Finding, ...] = ()
    searched: SearchedSplit | None = None
    notes: tuple[Note, ...] = ()
    uses: tuple[Use, ...] = ()
    rows: ErrorRows = field(default_factory=ErrorRows)


def error_analysis(loaded: LoadedSpec, found: MeasuredSpec, seed: int, progress: Progress) -> Analysed:
    """The slices that one half of a split shows and the other confirms; nothing where the spec asks for none."""
    spec = loaded.spec
    if spec.error_analysis is None:
        return Analysed()
    if spec.task.type in UNEVALUATED:
        text = f"Error analysis of {spec.task.type} tasks is declared, but not evaluated by this version of specgen."
        return Analysed(notes=(_warning(text),))
    split = searched_split(spec, found.inputs.rows)
    if split is None:
        return Analysed(
            notes=(_warning("Error analysis had no split with labels and predictions to search."),)
        )
    progress(f"searching {split} for slices with many errors")
    from specgen.diagnosis.search.losses import searched_uses
    from specgen.diagnosis.search.split import search_split

    rows = found.inputs.rows[split]
    names, left_out = _columns(spec, rows)
    judged = split in {stage.split for stage in spec.milestones}
    uses = searched_uses(spec, rows)
    findings, searched = search_split(spec, rows, uses, names, left_out, judged, seed)
    single = error_rows(loaded, rows, findings, uses, seed)
    return Analysed(findings, searched, (*_notes(spec, rows, searched), *single.notes), uses, single)


def searched_split(spec: Spec, rows: Mapping[str, Rows]) -> str | None:
    """The split that the spec names; else dev, else the first that is neither train nor the last judged."""
    asked = spec.error_analysis.split if spec.error_analysis else None
    known = [split for split in spec.data if split in rows and spec.candidate_name in rows[split].models]
    if asked is not None:
        return asked if asked in known else None
    last = spec.milestones[-1].split if spec.milestones else None
    later = [split for split in known if split != "train"]
    preferred = [
        *(["dev"] if "dev" in known else []),
        *(split for split in later if split != last),
        *later,
        *known,
    ]
    return preferred[0] if preferred else None


def _columns(spec: Spec, rows: Rows) -> tuple[list[str], dict[str, str]]:
    """Columns to search, as the data spells them, and why others are not."""
    asked, left_out = spec.error_analysis, dict[str, str]()
    assert asked is not None
    assert rows.joined is not None
    data = rows.joined.data
    if not asked.named:
        others = not_features(spec)
        return [name for name in data.columns if name.lower() not in others], left_out
    names = dict.fromkeys(real for name in asked.named if (real := data.column(name)) is not None)
    left_out |= {
        name: f"{rows.split} has no such column" for name in asked.named if data.column(name) is None
    }
    return list(names), left_out


def _notes(spec: Spec, rows: Rows, searched: SearchedSplit) -> Iterator[Note]:
    if not searched.metrics:
        text = (
            "Error analysis found no metric of the spec that rows have a share of; name one under 'metrics'."
        )
        yield _warning(text)
    by_reason: dict[str, list[str]] = {}
    for column, why in searched.left_out.items():
        by_reason.setdefault(why, []).append(column)
    for why, columns in by_reason.items():
        lost = why.endswith("no such column")
        text = f"Error analysis left out {listed(columns, 8)}: {why}."
        yield _warning(text) if lost else Note(level="info", text=text, place="error_analysis.columns")
    if searched.split != "dev" and spec.milestones and searched.split == spec.milestones[-1].split:
        text = (
            f"Error analysis searched {searched.split}, which the last milestone is judged on: whoever mends what it"
            " found needs other rows to judge the next model on. Give the spec a dev split, or name one to search."
        )
        yield _warning(text)
    if searched.sampled:
        text = f"Error analysis looked at {searched.rows:,} of {rows.count:,} rows of {searched.split}."
        yield Note(level="info", text=text, place="error_analysis")


def _warning(text: str) -> Note:
    return Note(level="warning", text=text, place="error_analysis")
