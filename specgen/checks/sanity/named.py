"""Which sanity checks a spec asks for, and names in it that are none."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.registry import check_names
from specgen.spec.checks import SanityExcept
from specgen.spec.declared import all_gates
from specgen.spec.load import LoadedSpec
from specgen.spec.part import Key
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.spec import Spec

ALL = "all"


def asked_checks(spec: Spec) -> tuple[str, ...]:
    """Names of the checks to run: those under `sanity`; without it all, or the named ones, that gates ask for."""
    known = check_names()
    if isinstance(spec.sanity, SanityExcept):
        return tuple(name for name in known if name not in spec.sanity.except_)
    if isinstance(spec.sanity, tuple):
        return tuple(dict.fromkeys(spec.sanity))
    gates = {gate.sanity for _, gate in all_gates(spec) if gate.sanity}
    if spec.sanity == ALL or ALL in gates:
        return known
    return tuple(name for name in known if name in gates)


def named_checks(spec: Spec) -> frozenset[str]:
    """Checks that the spec names one by one: these must be able to say something."""
    listed = spec.sanity if isinstance(spec.sanity, tuple) else ()
    return frozenset(listed) | {gate.sanity for _, gate in all_gates(spec) if gate.sanity} - {ALL}


def sanity_problems(loaded: LoadedSpec) -> list[Problem]:
    """Names of checks that do not exist, and gates on checks that `sanity` leaves out."""
    return [loaded.problem(path, message) for path, message in _faults(loaded.spec)]


def _faults(spec: Spec) -> Iterator[tuple[Key, str]]:
    known = check_names()
    for path, name in _names(spec):
        if name not in known:
            hint = did_you_mean(name, known) or "; `specgen checks` lists them"
            yield path, f"no sanity check '{name}'{hint}"
    asked = asked_checks(spec)
    for path, gate in all_gates(spec):
        if gate.sanity in known and gate.sanity not in asked:
            yield (*path, "sanity"), f"'{gate.sanity}' is not among the checks under 'sanity'; add it there"


def _names(spec: Spec) -> Iterator[tuple[Key, str]]:
    if isinstance(spec.sanity, tuple):
        yield from ((("sanity", i), name) for i, name in enumerate(spec.sanity))
    elif isinstance(spec.sanity, SanityExcept):
        yield from ((("sanity", "except", i), name) for i, name in enumerate(spec.sanity.except_))
    for path, gate in all_gates(spec):
        if gate.sanity not in (None, ALL):
            yield (*path, "sanity"), str(gate.sanity)
