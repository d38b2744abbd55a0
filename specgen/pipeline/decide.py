"""A decision on a run: what stands in its way, and its record with a signed copy of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from specgen.pipeline.formats import RENDERERS
from specgen.pipeline.look import same_look, wear
from specgen.record.decision import (
    Choice,
    RecordedDecision,
    attached_name,
    decision_texts,
    decisions_of,
    digest,
    record,
    to_json,
)
from specgen.record.digests import SUMS, DamagedSumsError, read_sums
from specgen.record.folder import RESULTS, SPEC, read_attached, read_result
from specgen.record.keys import Key, opened_key
from specgen.record.result import Result
from specgen.record.signing import sign
from specgen.spec.problems import did_you_mean

WORDS = {"go": "go", "no-go": "no-go", "conditional": "a conditional go"}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to decide. `expires` is given, or follows from the spec's `decision.expires_days`."""

    decision: Choice
    by: str
    reason: str
    conditions: tuple[str, ...] = ()
    expires: date | None = None
    override: str | None = None


@dataclass(frozen=True)
class Recorded:
    """A decision on disk, and its folder."""

    decision: RecordedDecision
    folder: Path


class OverruledError(Exception):
    """What stands in a decision's way. `by_verdict` is whether that is the report's verdict alone."""

    def __init__(self, reasons: Sequence[str], by_verdict: bool) -> None:
        super().__init__("\n".join(reasons))
        self.reasons, self.by_verdict = tuple(reasons), by_verdict


class NeedlessOverrideError(Exception):
    """An override of nothing."""


class ChangedRunError(Exception):
    """The run's files are not those that were written."""


def decide(run: Path, asked: Asked, keys: Sequence[tuple[str, str | None]], now: datetime) -> Recorded:
    """Record a decision beside a run, with a copy of its report that is signed by each key (written, password).

    Raises OverruledError where an override is needed and not given, NeedlessOverrideError, ChangedRunError,
    FolderError, RenderError and KeyFileError.
    """
    result = read_result(run)
    _unchanged(run)
    stands = tuple(_objections(result, asked, now.date()))
    if stands and asked.override is None:
        raise OverruledError([text for text, _ in stands], all(verdict for _, verdict in stands))
    if asked.override is not None and not stands:
        raise NeedlessOverrideError
    files, before = read_attached(run, result), decision_texts(run)
    with ExitStack() as stack:
        opened = [stack.enter_context(opened_key(*key)) for key in keys]
        decision = _decision(result, asked, stands, files[RESULTS], before, opened, now)
        name = attached_name(decision.number)
        pdf = _rendered(result, {**files, **before, name: to_json(decision)}, run)
        if opened:
            pdf = sign(pdf, opened, f"{WORDS[asked.decision]}: {asked.reason}")
    return Recorded(decision, record(run, decision, pdf))


def _rendered(result: Result, files: dict[str, str], run: Path) -> bytes:
    """The report in the look that the run was written with; plain where that has changed or gone since."""
    written = RENDERERS["pdf"][1](result, files, wear(same_look(result, run), result))
    return written.encode() if isinstance(written, str) else written


def _unchanged(run: Path) -> None:
    try:
        known = read_sums(run)
    except DamagedSumsError as error:
        raise ChangedRunError(f"{run / SUMS}: {error}") from error
    for file in (run / RESULTS, run / SPEC):
        if known and (not file.is_file() or known.get(file.name) != sha256(file.read_bytes()).hexdigest()):
            raise ChangedRunError(f"{file}: has changed since the run")


def _objections(result: Result, asked: Asked, today: date) -> Iterator[tuple[str, bool]]:
    """What stands in the way, and whether that is the report's verdict."""
    approvers, days = result.about.approvers, result.about.expires_days
    if approvers and asked.by not in approvers:
        hint = did_you_mean(asked.by, approvers) or f"; there are {', '.join(approvers)}"
        yield f"'{asked.by}' is none of the spec's decision.approvers{hint}", False
    last = _expiry(days, today)
    if last and asked.expires and asked.expires > last:
        yield f"the spec lets a decision hold {days} days, until {last}, and not until {asked.expires}", False
    if result.verdict == "no-go" and asked.decision != "no-go":
        yield f"the report says no-go: {_first(result)}", True
    if result.verdict == "inconclusive" and asked.decision == "go":
        yield f"the report does not settle it: {_first(result)}", True


def _first(result: Result) -> str:
    return (result.reasons[0] if result.reasons else "it gives no reason").rstrip(".")


def _expiry(days: int | None, today: date) -> date | None:
    return today + timedelta(days=days) if days else None


def _decision(
    result: Result, asked: Asked, stands: Sequence[tuple[str, bool]], results: str, before: dict[str, str],
    keys: Sequence[Key], now: datetime,
) -> RecordedDecision:  # fmt: skip
    expires = asked.expires or _expiry(result.about.expires_days, now.date())
    earlier = decisions_of(before)
    last = before[max(before)] if before else None
    return RecordedDecision(
        number=earlier[-1].number + 1 if earlier else 1,
        project=result.project, run=result.run.id, verdict=result.verdict,
        decision=asked.decision, by=asked.by, reason=asked.reason, conditions=asked.conditions,
        decided=now.astimezone(UTC).replace(microsecond=0),
        expires=expires,
        override=asked.override if stands else None, overridden=tuple(text for text, _ in stands),
        results_sha256=digest(results), previous_sha256=digest(last) if last else None,
        signers=tuple(key.who for key in keys),
    )  # fmt: skip
