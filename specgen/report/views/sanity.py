"""Sanity checks: what failed and what to do, what is open, what passed."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import SanityCheck, SanityFinding
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import listed, name, plural, sentence

STATES = {
    "failed": ("fail", "failed"),
    "inconclusive": ("inconclusive", "open"),
    "passed": ("pass", "passed"),
}
SHOWN_IDS, MOST_FINDINGS = 5, 4


@dataclass(frozen=True)
class FindingView:
    """One thing that a check found; `rows` are ids of some of the rows, `more` counts findings not shown."""

    found: str
    do: str
    rows: str


@dataclass(frozen=True)
class CheckView:
    """A check with its findings, the worst first."""

    title: str
    mark: str
    word: str
    findings: tuple[FindingView, ...]
    hidden: str


@dataclass(frozen=True)
class SanityView:
    """The section: `wrong` is what failed or is open, `passed` one line a check, `others` what could not be applied."""

    summary: str
    wrong: tuple[CheckView, ...]
    passed: tuple[CheckView, ...]
    others: str


def sanity(source: Source) -> SanityView | None:
    """None where no check was asked for."""
    checks = source.result.sanity
    if not checks:
        return None
    of = {state: [one for one in checks if one.verdict == state] for state in (*STATES, "not_applicable")}
    return SanityView(
        summary=_summary(of), wrong=tuple(map(_wrong, [*of["failed"], *of["inconclusive"]])),
        passed=tuple(map(_passed, of["passed"])), others=_others(of["not_applicable"]),
    )  # fmt: skip


def _summary(of: dict[str, list[SanityCheck]]) -> str:
    applied = sum(len(of[state]) for state in STATES)
    if of["failed"]:
        text = f"{len(of['failed'])} of {plural(applied, 'check')} failed: {_titles(of['failed'])}."
    elif of["inconclusive"]:
        text = f"None of {plural(applied, 'check')} failed."
    else:
        text = f"All {plural(applied, 'check')} passed." if applied else "No check could be applied."
    if of["inconclusive"]:
        text += f" Open: {_titles(of['inconclusive'])}."
    return text


def _titles(checks: list[SanityCheck]) -> str:
    return listed([name(check.title[:1].lower() + check.title[1:]) for check in checks])


def _wrong(check: SanityCheck) -> CheckView:
    told = [one for one in check.findings if one.verdict in ("failed", "inconclusive")]
    rest = len(told) - MOST_FINDINGS
    mark, word = STATES[check.verdict]
    hidden = f"and {plural(rest, 'finding')} more in results.json" if rest > 0 else ""
    return CheckView(name(check.title), mark, word, tuple(map(_finding, told[:MOST_FINDINGS])), hidden)


def _passed(check: SanityCheck) -> CheckView:
    told = [one for one in check.findings if one.verdict == "passed"]
    first = FindingView(
        sentence("; ".join(_capital(one.found) if k == 0 else one.found for k, one in enumerate(told)), 260),
        "",
        "",
    )
    return CheckView(name(check.title), *STATES["passed"], (first,), "")


def _finding(one: SanityFinding) -> FindingView:
    p_value = "" if one.p_value is None else f" (p {_p(one.p_value)})"
    rows = ", ".join(name(row) for row in one.rows[:SHOWN_IDS])
    more = ", …" if (one.count or 0) > SHOWN_IDS else ""
    return FindingView(
        sentence(f"{_capital(one.found)}{p_value}."), sentence(one.do), f"Rows: {rows}{more}" if rows else ""
    )


def _others(checks: list[SanityCheck]) -> str:
    """What could not be applied, by the reason why."""
    why: dict[str, list[SanityCheck]] = {}
    for check in checks:
        why.setdefault(check.findings[0].found, []).append(check)
    parts = [f"{_titles(some)} ({reason})" for reason, some in why.items()]
    return sentence(f"Not applicable: {'; '.join(parts)}.", 900) if parts else ""


def _p(p_value: float) -> str:
    return "< 0.001" if p_value < 0.001 else f"= {numbers.number(p_value, 3)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
