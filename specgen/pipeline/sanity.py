"""Sanity checks of a run: the scene that they look at, and what they find."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from specgen.checks.sanity.found import SanityCheck
from specgen.checks.sanity.named import asked_checks
from specgen.checks.sanity.registry import all_checks, run_check
from specgen.checks.sanity.running import LiveModel, RunningModel, running_model
from specgen.checks.sanity.scene import Scene
from specgen.pipeline.closer import measured_closer
from specgen.spec.load import LoadedSpec
from specgen.verdict.words import plural

if TYPE_CHECKING:
    from specgen.pipeline.measured import MeasuredSpec, Progress


def sanity_checks(
    loaded: LoadedSpec, found: MeasuredSpec, seed: int, progress: Progress, live: LiveModel | None = None
) -> tuple[SanityCheck, ...]:
    """Every check that the spec asks for; none where nothing could be read."""
    asked = asked_checks(loaded.spec)
    if not asked or found.connection is None:
        return ()
    progress(f"running {plural(len(asked), 'sanity check')}")
    known = all_checks()
    with running_model(live) as model:
        scene = scene_of(loaded, found, seed, model)
        return tuple(run_check(known[name], scene) for name in asked)


def scene_of(loaded: LoadedSpec, found: MeasuredSpec, seed: int, live: RunningModel | None = None) -> Scene:
    """What the checks may look at of what was measured; AssertionError where no data was read."""
    assert found.connection is not None
    again = partial(measured_closer, loaded, found)
    return Scene(
        loaded.spec, found.connection, found.tables, found.inputs.rows, found.cells, seed, live, again
    )
