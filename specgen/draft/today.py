"""What the primary metric of a draft is now, so that its bounds are no guesses."""

from __future__ import annotations

import tempfile
from pathlib import Path

from specgen.draft.gates import Today
from specgen.draft.lines import Choices


def today(text: str, folder: Path, choices: Choices, candidate: str) -> Today:
    """The primary metric measured by a draft's text, read as a spec in `folder`.

    Raises SpecError with everything that `specgen run` would refuse.
    """
    from specgen.draft.slices import FEWEST_ROWS
    from specgen.engine.cells import WHOLE
    from specgen.pipeline.check import checked_spec
    from specgen.pipeline.measured import measured

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=folder, prefix="init-", suffix=".yaml"
    ) as file:
        file.write(text)
        file.flush()
        found = measured(checked_spec(file.name), None, 0, lambda _: None)
    numbers = [
        one for split in found.splits.values() for one in split.measurements
        if one.metric == choices.primary.key and one.label is None and one.value is not None
    ]  # fmt: skip
    return Today(
        {one.model: one.value for one in numbers if one.slice == WHOLE and one.value is not None},
        {one.slice: one.value for one in numbers
         if one.slice != WHOLE and one.model == candidate and one.rows >= FEWEST_ROWS and one.value is not None},
    )  # fmt: skip
