"""Files that belong to a run besides results.json, made when somebody wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

Files = Mapping[str, str | bytes]


class Beside:
    """Files by name; making them takes a pass over the rows, which a look at a result does not need."""

    def __init__(self, made: Callable[[], Files]) -> None:
        """`made` makes them."""
        self._made: Callable[[], Files] | None = made

    @cached_property
    def files(self) -> Files:
        """The files, made once; what they were made of is let go then."""
        assert self._made is not None
        made, self._made = self._made, None
        return made()

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy in another process has the files themselves."""
        return _ready, (dict(self.files),)


def _ready(files: dict[str, str | bytes]) -> Beside:
    return Beside(lambda: files)
