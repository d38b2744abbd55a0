"""Specs as pytest's tests, by real sessions of pytest in processes of their own."""

import os
import re
import subprocess
import sys
import tomllib
from xml.etree import ElementTree

import pytest
from conftest import BINARY_SPEC, ROOT

GATES = """\
slices: [{by: region}]
milestones:
  - name: test
    split: test
    gates:
      - {metric: accuracy, at_least: 0.5}
      - {metric: accuracy, at_least: 0.95}
      - {metric: accuracy, at_least: 0.75}
      - {metric: accuracy, at_least: 0.94, severity: should}
      - {metric: auc, slice: "region=nowhere", at_least: 0.5}
      - {metric: accuracy, slices: every, at_least: 0.3}
"""
SPEC = BINARY_SPEC.replace("[accuracy]", "[accuracy, auc]").partition("milestones")[0] + GATES


@pytest.fixture
def session(tmp_path):
    """Run pytest in the test's folder, with the plugin installed as pyproject.toml says; gives code and output."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    site = tmp_path / "site" / "specgen_here-0.dist-info"
    site.mkdir(parents=True)
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: specgen-here\nVersion: 0\n")
    listed = "".join(f"{name} = {module}\n" for name, module in declared.items())
    (site / "entry_points.txt").write_text(f"[pytest11]\n{listed}")
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{site.parent}", "COLUMNS": "300"}
    environment.pop("PYTEST_ADDOPTS", None)

    def run(*arguments):
        command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


def outcomes(folder):
    """Each test's outcome, in order, of the session's JUnit XML."""
    return {
        case.get("name"): next((part.tag for part in case if part.tag != "properties"), "passed")
        for case in ElementTree.parse(folder / "tests.xml").iter("testcase")
    }


EXPECTED = {
    "accuracy at least 0.5": "passed",
    "accuracy at least 0.95": "failure",
    "accuracy at least 0.75": "skipped",
    "accuracy at least 0.94": "skipped",
    "AUC on region=nowhere at least 0.5": "error",
    "accuracy for every slice at least 0.3": "passed",
    "accuracy for every slice at least 0.3[region=north]": "passed",
    "accuracy for every slice at least 0.3[region=south]": "passed",
}


def test_gates_and_slices_are_tests(project, session):
    path = project(SPEC)
    code, out = session("spec.yaml", "-rs", "--junitxml", "tests.xml", "-o", "junit_family=xunit1")
    assert code == 1
    assert list(outcomes(path.parent).items()) == list(EXPECTED.items())
    assert "SKIPPED [1] spec.yaml: Measured 0.75, between" in out, "a skipped gate has its reason"
    lines = [case.get("line") for case in ElementTree.parse(path.parent / "tests.xml").iter("testcase")]
    assert lines == [str(12 + k) for k in (0, 1, 2, 3, 4, 5, 5, 5)], "lines of the spec, counted from 0"
    assert "Warns only: Measured 0.75" in out
    assert "ERROR at setup of test: AUC on region=nowhere at least 0.5" in out
    assert re.search(r"^measured: 0\.750 \[.*\]\nbound: ≥ 0\.950\nrests on: 60$", out, re.MULTILINE)
    assert "Traceback" not in out
    assert ".py:" not in out
    assert re.search(r"^spec.yaml: NO-GO: ", out, re.MULTILINE)


def test_inconclusive_gates_fail_on_demand(project, session):
    path = project(SPEC)
    session("spec.yaml", "--specgen-strict", "--junitxml", "tests.xml")
    assert outcomes(path.parent) == EXPECTED | {"accuracy at least 0.75": "failure"}


def test_once_a_session_also_with_several_workers(project, session):
    path = project(SPEC)
    code, out = session("spec.yaml", "-n", "2", "--specgen-out", "out", "--junitxml", "tests.xml")
    assert code == 1
    assert outcomes(path.parent) == EXPECTED
    (run,) = (path.parent / "out" / "small").iterdir()
    assert f"out/small/{run.name}/report.html" in out
    assert (run / "report.html").is_file()


def test_one_gate_by_its_id(project, session):
    path = project(SPEC)
    code, _ = session("spec.yaml::test::accuracy at least 0.5", "--junitxml", "tests.xml")
    assert (code, outcomes(path.parent)) == (0, {"accuracy at least 0.5": "passed"})


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_mistakes_are_errors_of_collecting(project, session, workers):
    project(SPEC.replace("[accuracy, auc]", "[acuracy, auc]"))
    code, out = session("spec.yaml", *workers)
    assert code != 0
    assert "spec.yaml:7:11: metrics[0].name: no metric 'acuracy'; did you mean 'accuracy'?" in out
    assert "Traceback" not in out


def test_specs_in_testpaths_stand_beside_other_tests(project, session):
    path = project(
        SPEC, **{"tests/test_one.py": "def test_one(): pass\n", "tests/values.yaml": "specgen: 1\n"}
    )
    (path.parent / "pytest.ini").write_text("[pytest]\ntestpaths = tests spec.yaml\n")
    session("--junitxml", "tests.xml")
    assert outcomes(path.parent) == {"test_one": "passed"} | EXPECTED


def test_a_spec_that_is_not_named_is_left_alone(project, session):
    path = project(SPEC, test_one__py="def test_one(): pass\n")
    session(".", "--junitxml", "tests.xml")
    assert outcomes(path.parent) == {"test_one": "passed"}


def test_unused_it_imports_nothing_heavy(project, session):
    path = project(
        test_one__py="""
import sys
def test_one():
    assert "specgen.integrations.pytest_plugin" in sys.modules
    loaded = {name for name in sys.modules if name.startswith("specgen.")}
    assert loaded == {"specgen.integrations", "specgen.integrations.pytest_plugin"}
    assert not {"numpy", "duckdb", "pydantic"} & set(sys.modules)
"""
    )
    code, out = session("test_one.py", "-p", "no:hypothesispytest")
    assert code == 0, out
    assert path.is_file()
