"""specgen: readiness as code.

from specgen import evaluate, load_spec
result = evaluate(load_spec("spec.yaml"))
result.verdict, result.reasons
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specgen.pipeline.check import checked_spec as load_spec
    from specgen.pipeline.evaluate import evaluate
    from specgen.record.result import Result
    from specgen.spec.problems import SpecError

__all__ = ["Result", "SpecError", "evaluate", "load_spec"]

_HOMES = {
    "load_spec": ("specgen.pipeline.check", "checked_spec"),
    "evaluate": ("specgen.pipeline.evaluate", "evaluate"),
    "Result": ("specgen.record.result", "Result"),
    "SpecError": ("specgen.spec.problems", "SpecError"),
}


def __getattr__(name: str) -> Any:
    """The public names, imported when first used, so that the command line starts fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'specgen' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
