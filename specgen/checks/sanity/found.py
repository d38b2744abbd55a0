"""What a sanity check finds, as it stands in results.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from specgen.frozen import Frozen

Verdict = Literal["passed", "failed", "inconclusive", "not_applicable"]
# The verdict of a check is the first of these that one of its findings has.
ORDER: tuple[Verdict, ...] = ("failed", "inconclusive", "passed", "not_applicable")
MOST_ROWS = 10


class SanityFinding(Frozen):
    """What a check found on one split, or on all of them."""

    verdict: Verdict
    found: str = Field(description="In plain words, with its numbers; a sentence without a full stop.")
    do: str = Field(default="", description="What to do about it; empty where there is nothing to do.")
    split: str = Field(default="", description="The split it is about; empty for several or none.")
    rows: tuple[str, ...] = Field(default=(), description="Ids of some of the rows, ten at most.")
    count: int | None = Field(default=None, description="Rows that it is about.")
    statistic: float | None = Field(default=None, description="What was held against a limit.")
    p_value: float | None = Field(
        default=None, description="Where chance plays a part: corrected for all that the check looked at."
    )


# What the checks themselves call it; results.json has findings of error analysis, too.
Finding = SanityFinding


class SanityCheck(Frozen):
    """A check that was run, and all that it found; its verdict is the worst of its findings."""

    name: str = Field(description="As in `sanity`, and as `specgen checks` lists it.")
    title: str = Field(description="For people: `Rows shared between splits`.")
    verdict: Verdict
    findings: tuple[SanityFinding, ...] = Field(description="The worst first.")


def worst(findings: Sequence[SanityFinding]) -> Verdict:
    """The verdict of several findings together; what was not looked at never excuses what was."""
    verdicts = {finding.verdict for finding in findings}
    return next(verdict for verdict in ORDER if verdict in verdicts)


def passed(
    found: str, split: str = "", *, statistic: float | None = None, p_value: float | None = None
) -> SanityFinding:
    """Nothing is wrong."""
    return SanityFinding(verdict="passed", found=found, split=split, statistic=statistic, p_value=p_value)


def failed(
    found: str, do: str, split: str = "", *, rows: Sequence[str] = (), count: int | None = None,
    statistic: float | None = None, p_value: float | None = None,
) -> SanityFinding:  # fmt: skip
    """Something is wrong, and this is what to do."""
    return SanityFinding(
        verdict="failed", found=found, do=do, split=split, rows=tuple(map(str, rows[:MOST_ROWS])), count=count,
        statistic=statistic, p_value=p_value,
    )  # fmt: skip


def inconclusive(
    found: str, do: str, split: str = "", *, rows: Sequence[str] = (), count: int | None = None,
    statistic: float | None = None, p_value: float | None = None,
) -> SanityFinding:  # fmt: skip
    """It may be wrong, or could not be told: this is what would settle it."""
    one = failed(found, do, split, rows=rows, count=count, statistic=statistic, p_value=p_value)
    return one.model_copy(update={"verdict": "inconclusive"})


def not_applicable(why: str, split: str = "") -> SanityFinding:
    """There is nothing here that the check could look at."""
    return SanityFinding(verdict="not_applicable", found=why, split=split)
