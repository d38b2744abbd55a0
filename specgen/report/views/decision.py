"""Who is to decide, who has decided what, and why: a line of page one, and the page of signatures."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.decision import RecordedDecision
from specgen.record.result import About
from specgen.report.text import clean, date, listed, name, plural, sentence

WORDS = {"go": "Go", "no-go": "No-go", "conditional": "Conditional go"}
MARKS = {"go": "go", "no-go": "no-go", "conditional": "inconclusive"}


@dataclass(frozen=True)
class DecisionView:
    """A decision: its heading, and what else there is to say, term by term; `to_sign` where ink may follow."""

    mark: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    conditions: tuple[str, ...]
    to_sign: bool


def decision_line(about: About, decisions: tuple[RecordedDecision, ...]) -> str:
    """What page one says: who has decided last, and who has yet to; empty where nobody is asked."""
    latest = {one.by: one for one in decisions}
    waiting = [name(who) for who in about.approvers if who not in latest]
    told = [_told(one) for one in latest.values()]
    if waiting and told:
        told.append(f"{listed(waiting)} yet to decide")
    elif waiting:
        days = f", for {plural(about.expires_days, 'day')}" if about.expires_days else ""
        told.append(f"by {listed(waiting)}{days}")
    return sentence("; ".join(told), 240)


def _told(one: RecordedDecision) -> str:
    until = f", until {date(one.expires.isoformat())}" if one.expires else ""
    against = f", against a report that says {one.verdict}" if one.override else ""
    return f"{WORDS[one.decision]} by {name(one.by)} on {date(one.decided.isoformat())}{until}{against}"


def decisions_view(decisions: tuple[RecordedDecision, ...]) -> tuple[DecisionView, ...]:
    """Every decision, in order; what is signed is never cut."""
    return tuple(
        DecisionView(
            mark=MARKS[one.decision],
            heading=f"{WORDS[one.decision]} by {name(one.by)}",
            facts=tuple((term, text) for term, text in _facts(one) if text),
            conditions=one.conditions,
            to_sign=not one.signers,
        )
        for one in decisions
    )


def _facts(one: RecordedDecision) -> tuple[tuple[str, str], ...]:
    signers = [f"{name(signer.name)}, certificate SHA-256 {signer.sha256}" for signer in one.signers]
    return (
        ("Date", f"{date(one.decided.isoformat())}, {one.decided:%H:%M} UTC"),
        ("Holds until", date(one.expires.isoformat()) if one.expires else ""),
        ("The report says", one.verdict),
        ("Reason", one.reason),
        ("Against", " ".join(f"{text[:1].upper()}{text[1:]}." for text in map(clean, one.overridden))),
        ("Why nevertheless", one.override or ""),
        ("About", f"run {one.run}, results.json SHA-256 {one.results_sha256}"),
        ("Signed by", "; ".join(signers)),
    )
