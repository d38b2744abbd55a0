"""Labels that may be wrong."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import LabelDoubts
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import name, plural

FOOT = (
    "In doubt: the candidate gives another label more probability than the given one, and no less than it gives that"
    " label on average where it is given (confident learning; Northcutt, Jiang and Chuang 2021). By chance: as the"
    " candidate's probabilities have it; one that learnt from labels with the same mistakes expects these. A list to"
    " look at, no proof: specgen errors export --doubts writes it with the rows' columns."
)


@dataclass(frozen=True)
class DoubtRow:
    """One label in doubt."""

    id: str
    label: str
    suggested: str
    given: str
    probability: str


@dataclass(frozen=True)
class DoubtsView:
    """Labels in doubt: how many, what that means, and as many as may be listed."""

    sentence: str
    foot: str
    rows: tuple[DoubtRow, ...]
    hidden: str


def doubts(source: Source) -> DoubtsView | None:
    """None where no labels could be doubted."""
    found = source.result.label_doubts
    if found is None:
        return None
    most = max(source.cap, source.searchable)
    rest = found.count - min(len(found.listed), most)
    return DoubtsView(
        sentence=_sentence(found), foot=FOOT,
        rows=tuple(
            DoubtRow(
                name(one.id), name(one.label), name(one.suggested), numbers.number(one.given, 3),
                numbers.number(one.probability, 3),
            )
            for one in found.listed[:most]
        ),
        hidden=f"and {rest:,} less doubtful" if rest > 0 else "",
    )  # fmt: skip


def _sentence(found: LabelDoubts) -> str:
    share = numbers.percent(found.count / found.rows) if found.rows else numbers.MISSING
    about = numbers.number(found.expected, 0 if found.expected >= 10 else 1)
    meaning = (
        f"more than the {about} that right labels would give by chance, so wrong labels are likely among them"
        if found.beyond_chance
        else f"no more than the {about} that right labels would give by chance where classes overlap"
    )
    be = "is" if found.count == 1 else "are"
    return f"{found.count:,} of {plural(found.rows, 'label')} ({share}) {be} in doubt: {meaning}."
