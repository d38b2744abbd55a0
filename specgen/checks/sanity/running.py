"""The running model, as sanity checks ask it: one session for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from specgen.models.failure import ModelFailure

if TYPE_CHECKING:
    import pyarrow as pa

    from specgen.models.outputs import Outputs


class Answer(Protocol):
    """What a model answered: `table` is Arrow, a row for each row sent, in their order; `seconds` its own time."""

    @property
    def table(self) -> pa.Table: ...
    @property
    def seconds(self) -> float: ...


class Session(Protocol):
    """A model that is running in a process of its own; rows go and come as Arrow tables."""

    @property
    def can_fit(self) -> bool: ...
    def predict(self, rows: pa.Table, *, find_rows: bool = True) -> Answer: ...
    def fit_predict(self, train: pa.Table, labels: pa.Array, rows: pa.Table) -> Answer: ...


class LiveModel(Protocol):
    """The candidate, where it can be run: `features` are the columns it is given, `outputs` what it answers.

    `open` starts it in a new process. Its calls raise ModelFailure.
    """

    @property
    def features(self) -> Sequence[str]: ...
    @property
    def outputs(self) -> Outputs: ...
    def open(self) -> AbstractContextManager[Session]: ...


@dataclass
class RunningModel:
    """A live model whose session stays open from check to check; one that did not start is not started again.

    Rows may have more columns than the model's features, which alone are sent. All raise ModelFailure.
    """

    model: LiveModel
    _session: Session | None = None
    _failure: ModelFailure | None = None
    _closing: ExitStack = field(default_factory=ExitStack)

    @property
    def features(self) -> tuple[str, ...]:
        """The columns that it is given."""
        return tuple(self.model.features)

    @property
    def outputs(self) -> Outputs:
        """What it answers."""
        return self.model.outputs

    @property
    def can_fit(self) -> bool:
        """Whether it can be trained anew."""
        return self._opened().can_fit

    def predict(self, rows: pa.Table, *, find_rows: bool = True) -> pa.Table:
        """The answer; after a failure the rows that it comes from are searched for, unless `find_rows` is false."""
        return self._opened().predict(self._sent(rows), find_rows=find_rows).table

    def fit_predict(self, train: pa.Table, labels: pa.Array, rows: pa.Table) -> pa.Table:
        """The answer for rows of the model trained anew on others and their labels."""
        return self._opened().fit_predict(self._sent(train), labels, self._sent(rows)).table

    def predict_afresh(self, rows: pa.Table) -> pa.Table:
        """The answer of a process of its own, which ends with it."""
        with self.model.open() as session:
            return session.predict(self._sent(rows)).table

    def _sent(self, rows: pa.Table) -> pa.Table:
        return rows.select(list(self.features))

    def _opened(self) -> Session:
        if self._failure is not None:
            raise self._failure
        if self._session is None:
            try:
                self._session = self._closing.enter_context(self.model.open())
            except ModelFailure as failure:
                self._failure = failure
                raise
        return self._session

    def close(self) -> None:
        """End the session, if there is one."""
        self._closing.close()


@contextmanager
def running_model(live: LiveModel | None) -> Iterator[RunningModel | None]:
    """A live model for checks to ask, started when the first of them does."""
    if live is None:
        yield None
        return
    with closing(RunningModel(live)) as model:
        yield model
