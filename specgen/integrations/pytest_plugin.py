"""pytest collects specs: `pytest spec.yaml` makes a test of each gate, and of each slice that a gate judges.

A spec is collected where it is named, on the command line or in `testpaths`. pytest loads this file at every
start wherever specgen is installed, so it imports nothing that takes time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from specgen.integrations.pytest_gates import Judged

SUFFIXES = (".yaml", ".yml")
# At the start of a line in every spec, also in one with mistakes.
KEY = re.compile(r"^(specgen|milestones)\s*:", re.MULTILINE)


@dataclass(frozen=True)
class Evaluated:
    """A spec's run: its results.json, the line of each gate, where the run was written; or why there is none."""

    results: str = ""
    lines: Sequence[int] = ()
    folder: str = ""
    problems: str = ""


EVALUATED = pytest.StashKey[dict[str, Evaluated]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of specs."""
    group = parser.getgroup("specgen", "specs of specgen, named as `pytest spec.yaml`")
    group.addoption(
        "--specgen-strict", action="store_true",
        help="inconclusive gates fail where they keep their milestone from go; they are skipped otherwise",
    )  # fmt: skip
    group.addoption(
        "--specgen-out", metavar="DIR", help="write each run with its HTML report to DIR/PROJECT/RUN"
    )
    group.addoption(
        "--specgen-trust-pickle", action="store_true",
        help="load models from pickle and joblib files, which can run any code",
    )  # fmt: skip


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A spec, where its file is named."""
    if file_path.suffix in SUFFIXES and parent.session.isinitpath(file_path) and _is_spec(file_path):
        return SpecFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist: what this process has evaluated goes to every worker, so that it is done once."""
    config = node.config
    named = {Path(config.invocation_params.dir, arg.partition("::")[0]) for arg in config.args}
    for path in sorted(named):
        if path.suffix in SUFFIXES and path.is_file() and _is_spec(path):
            evaluated(config, path)
    sent = config.stash.get(EVALUATED, {})
    node.workerinput["specgen"] = {path: asdict(one) for path, one in sent.items()}


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The verdict of each spec."""
    found = {path: one for path, one in config.stash.get(EVALUATED, {}).items() if one.results}
    if found:
        from specgen.integrations.pytest_gates import verdict_lines

        terminalreporter.section("specgen")
        for path, one in found.items():
            for line in verdict_lines(os.path.relpath(path, config.invocation_params.dir), one):
                terminalreporter.write_line(line)


def evaluated(config: pytest.Config, path: Path) -> Evaluated:
    """The spec's run, evaluated at most once a session."""
    known = config.stash.setdefault(EVALUATED, {})
    key = str(path)
    if key not in known:
        sent = getattr(config, "workerinput", {}).get("specgen", {})
        if key in sent:
            known[key] = Evaluated(**sent[key])
        else:
            from specgen.integrations.pytest_gates import evaluate_spec

            options = config.option
            known[key] = evaluate_spec(path, options.specgen_out, options.specgen_trust_pickle)
    return known[key]


def _is_spec(path: Path) -> bool:
    return KEY.search(path.read_text(encoding="utf-8", errors="replace")) is not None


class SpecFile(pytest.File):
    """A spec: its milestones."""

    def collect(self) -> Iterable[pytest.Collector]:
        """Evaluates the spec; its mistakes are errors of collecting."""
        from specgen.integrations.pytest_gates import judged_by_milestone

        found = evaluated(self.config, self.path)
        if found.problems:
            raise self.CollectError(found.problems)
        judged = judged_by_milestone(found, strict=self.config.option.specgen_strict)
        for name, gates in judged.items():
            yield MilestoneTests.from_parent(self, name=name, judged=gates)


class MilestoneTests(pytest.Collector):
    """A milestone: its gates."""

    def __init__(self, judged: Iterable[Judged], **others: Any) -> None:
        super().__init__(**others)
        self.judged = judged

    def collect(self) -> Iterator[pytest.Item]:
        """Each gate and each slice that it judges."""
        for one in self.judged:
            yield GateTest.from_parent(self, name=one.name, judged=one)


class GateTest(pytest.Item):
    """A gate, or a slice of it: passed, failed, an error where it could not be measured, skipped where it is open."""

    def __init__(self, judged: Judged, **others: Any) -> None:
        super().__init__(**others)
        self.judged = judged
        self.user_properties.append(("verdict", judged.verdict))
        if judged.outcome == "skipped":
            self.add_marker(pytest.mark.skip(reason=judged.message))

    def setup(self) -> None:
        """What could not be measured is an error before the test, as pytest has it."""
        if self.judged.outcome == "error":
            pytest.fail(self.judged.told, pytrace=False)

    def runtest(self) -> None:
        """Fails where the gate does."""
        if self.judged.outcome == "failure":
            pytest.fail(self.judged.told, pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The spec and the gate's words."""
        return self.path, self.judged.line - 1, f"{self.parent.name if self.parent else ''}: {self.name}"
