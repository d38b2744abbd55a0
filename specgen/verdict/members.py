"""What the members of a gate say together, whatever the gate is about."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.spec.milestones import Gate as Promise
from specgen.verdict.judged import GateMember, GateVerdict

# Worst first: what is not known never excuses what is.
SEVERITY: dict[GateVerdict, int] = {"fail": 0, "error": 1, "inconclusive": 2, "pass": 3}


def first_to_fail(members: Sequence[GateMember]) -> int | None:
    """Rows at which the first open member would fail, which is enough for the gate to fail."""
    known = [m.more_to_fail for m in members if m.verdict == "inconclusive" and m.more_to_fail is not None]
    return min(known, default=None)


def method_of(worst: GateMember, many: bool, promise: Promise) -> str:
    """How the member that says most was judged, in the report's words."""
    if promise.evidence == "point":
        return "point estimate"
    return f"{worst.method}, Holm over members for failures" if many else worst.method
