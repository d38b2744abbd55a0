"""The registry of sanity checks: one decorated function in a file of its own is a whole check.

The file stands in `specgen.checks.sanity.each` and is called like the check, so that its name is known
before anything is imported.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from specgen.checks.sanity.found import ORDER, Finding, SanityCheck, failed, not_applicable, worst
from specgen.checks.sanity.scene import Scene
from specgen.models.failure import ModelFailure

EACH = "specgen.checks.sanity.each"
Function = Callable[[Scene], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """A registered check. `live` says that it can do nothing without the running model."""

    name: str
    title: str
    function: Function
    live: bool = False

    @property
    def definition(self) -> str:
        """The docstring's first paragraph, on one line."""
        return " ".join((self.function.__doc__ or "").split("\n\n")[0].split())

    @property
    def help(self) -> str:
        """The whole docstring, without indentation."""
        return "\n".join(line.strip() for line in (self.function.__doc__ or "").strip().splitlines())


_CHECKS: dict[str, Check] = {}


def sanity_check(name: str, title: str, *, live: bool = False) -> Callable[[Function], Function]:
    """Register the decorated function as a check; see `Check` for the fields.

    It gives at least one finding, one for each split where that tells more. ValueError where its file is
    not called like it.
    """

    def register(function: Function) -> Function:
        if function.__module__ != f"{EACH}.{name}":
            raise ValueError(f"the check {name!r} belongs in {EACH}.{name}, not in {function.__module__}")
        _CHECKS[name] = Check(name, title, function, live)
        return function

    return register


@cache
def check_names() -> tuple[str, ...]:
    """Names of all checks, without importing them."""
    return tuple(
        sorted(module.name for module in pkgutil.iter_modules(importlib.import_module(EACH).__path__))
    )


@cache
def all_checks() -> dict[str, Check]:
    """Every check by its name."""
    for name in check_names():
        importlib.import_module(f"{EACH}.{name}")
    return dict(sorted(_CHECKS.items()))


def run_check(check: Check, scene: Scene) -> SanityCheck:
    """What a check finds in a scene, the worst first; not applicable where no split has what it looks at."""
    found = _findings(check, scene) or [not_applicable("no split has answers of the candidate to look at")]
    findings = sorted(found, key=lambda one: ORDER.index(one.verdict))
    return SanityCheck(name=check.name, title=check.title, verdict=worst(findings), findings=tuple(findings))


def _findings(check: Check, scene: Scene) -> list[Finding]:
    if check.live and scene.live is None:
        return [not_applicable("there are predictions, and no model that could be run")]
    try:
        return list(check.function(scene))
    except ModelFailure as failure:
        return [
            failed(
                f"the model could not be asked: {failure.message}",
                "Make the model run on its own data first.",
            )
        ]
