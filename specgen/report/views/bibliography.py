"""The publications that baselines come from, numbered in the order of the spec."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import BaselineInfo, Citation, Result
from specgen.report.text import clean, sentence


@dataclass(frozen=True)
class Work:
    """A publication; `url` is shown and linked where it is an address of the web."""

    number: int
    text: str
    title: str
    rest: str
    url: str
    link: str
    of: str


def bibliography(result: Result) -> tuple[Work, ...]:
    """Each publication once, with the baselines that rest on it."""
    works = _works(result)
    return tuple(
        _work(k + 1, one, [info.name for info in result.baseline_sources if info.citation == one])
        for k, one in enumerate(works)
    )


def number_of(result: Result, info: BaselineInfo) -> int | None:
    """The number under which a baseline's publication stands in the bibliography."""
    return _works(result).index(info.citation) + 1 if info.citation else None


def _works(result: Result) -> list[Citation]:
    found: list[Citation] = []
    for info in result.baseline_sources:
        if info.citation and info.citation not in found:
            found.append(info.citation)
    return found


def _work(number: int, one: Citation, baselines: list[str]) -> Work:
    rest = ", ".join(part for part in (one.venue, str(one.year) if one.year else None) if part)
    url = sentence(one.url or "", 200)
    return Work(
        number=number, text=sentence(one.authors or "", 200).rstrip("."), title=sentence(one.title, 300).rstrip("."),
        rest=clean(rest), url=url, of=", ".join(sentence(name, 72) for name in baselines),
        link=url if url.startswith(("https://", "http://")) else "",
    )  # fmt: skip
