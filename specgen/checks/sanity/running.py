"""The running model, as sanity checks ask it: one session for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from specgen.models.failure import ModelFailure

# After any other failure the model's process is gone, or cannot be relied on.
STILL_THERE = ("input", "exception", "output")


class Answer(Protocol):
    """What a model answered: `table` is Arrow, a row for each row sent, in their order; `seconds` its own time."""

    @property
    def table(self) -> Any: ...
    @property
    def seconds(self) -> float: ...


class Session(Protocol):
    """A model that is running in a process of its own; rows go and come as Arrow tables."""

    @property
    def can_fit(self) -> bool: ...
    def predict(self, rows: Any) -> Answer: ...
    def fit_predict(self, train: Any, labels: Any, rows: Any) -> Answer: ...


class LiveModel(Protocol):
    """The candidate, where it can be run: `features` are the columns it is given, `outputs` what it answers.

    `open` starts it in a new process. Its calls raise ModelFailure.
    """

    @property
    def features(self) -> Sequence[str]: ...
    @property
    def outputs(self) -> Any: ...
    def open(self) -> AbstractContextManager[Session]: ...


@dataclass
class Running:
    """A live model whose session stays open from check to check; one that ended is replaced by another.

    Rows may have more columns than the model's features, which alone are sent. All raise ModelFailure.
    """

    model: LiveModel
    _session: Session | None = None
    _closing: ExitStack = field(default_factory=ExitStack)

    @property
    def can_fit(self) -> bool:
        """Whether it can be trained anew."""
        return self._opened().can_fit

    def predict(self, rows: Any) -> Any:
        """The answer's Arrow table."""
        return self._asked(lambda session: session.predict(self._features(rows)))

    def fit_predict(self, train: Any, labels: Any, rows: Any) -> Any:
        """The answer's Arrow table for rows, by a model trained anew on others and their labels."""
        features = self._features(train), labels, self._features(rows)
        return self._asked(lambda session: session.fit_predict(*features))

    def predict_afresh(self, rows: Any) -> Any:
        """The answer's Arrow table of a process of its own, which ends with it."""
        with self.model.open() as session:
            return session.predict(self._features(rows)).table

    def close(self) -> None:
        """End the session, if there is one."""
        self._session = None
        self._closing.close()

    def _features(self, rows: Any) -> Any:
        return rows.select(list(self.model.features))

    def _opened(self) -> Session:
        if self._session is None:
            self._session = self._closing.enter_context(self.model.open())
        return self._session

    def _asked(self, ask: Callable[[Session], Answer]) -> Any:
        try:
            return ask(self._opened()).table
        except ModelFailure as failure:
            if failure.kind not in STILL_THERE:
                self.close()
            raise


@contextmanager
def running(live: LiveModel | None) -> Iterator[Running | None]:
    """A live model for checks to ask, started when the first of them does."""
    if live is None:
        yield None
        return
    model = Running(live)
    try:
        yield model
    finally:
        model.close()
