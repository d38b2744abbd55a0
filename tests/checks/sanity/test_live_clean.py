"""No sanity check of the running model speaks up on sound data and models."""

from pathlib import Path

import pytest
from live_models import SOUND

from specgen.checks.sanity.registry import all_checks

LIVE = [name for name, check in all_checks().items() if check.live]


@pytest.mark.parametrize("data", SOUND)
@pytest.mark.parametrize("check", LIVE)
def test_silent_on_sound_models(check: str, data: str, tmp_path: Path) -> None:
    found = SOUND[data]().look(check, tmp_path)
    assert {one.verdict for one in found} <= {"passed", "not_applicable"}, found
    assert all(not one.do and not one.rows for one in found)
