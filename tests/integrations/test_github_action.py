"""`specgen run --github`, and the steps of action.yml run by bash as GitHub runs them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BINARY_SPEC, ROOT, call
from ruamel.yaml import YAML

ACTION = YAML(typ="safe").load((ROOT / "action.yml").read_text())
OPEN = BINARY_SPEC.replace("at_least: 0.5", "at_least: 0.75")
NO_GO = BINARY_SPEC.replace("at_least: 0.5", "at_least: 0.95")


def outputs(file: Path) -> dict[str, str]:
    """What a step has written to GITHUB_OUTPUT, read as GitHub documents it."""
    found = re.findall(r"^(\w+)<<(\S+)\n(.*?)\n\2$", file.read_text(), re.DOTALL | re.MULTILINE)
    return {name: value for name, _, value in found}


@pytest.fixture
def step(tmp_path, monkeypatch):
    """A step's files, as GitHub sets them."""
    files = {"GITHUB_STEP_SUMMARY": tmp_path / "summary", "GITHUB_OUTPUT": tmp_path / "output"}
    for name, file in files.items():
        file.touch()
        monkeypatch.setenv(name, str(file))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    return files


def run_step(folder, **given):
    """The action's step that runs specgen, in a shell of its own."""
    (step,) = [one for one in ACTION["runs"]["steps"] if one.get("id") == "run"]

    def filled(text):
        return re.sub(
            r"\$\{\{ inputs\.([\w-]+) \}\}",
            lambda m: given.get(m[1], ACTION["inputs"][m[1]]["default"]),
            text,
        )

    assert "${{" not in step["run"], "what users give must not become part of the script"
    script = folder / "step.sh"
    script.write_text(step["run"])
    environment = os.environ | {name: filled(value) for name, value in step["env"].items()}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    return subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_run_writes_summary_and_outputs(project, step):
    path = project()
    called = call("run", path, "--out", path.parent / "out", "--format", "html", "--github", "--quiet")
    assert called.code == 0
    (folder,) = (path.parent / "out" / "small").iterdir()
    assert outputs(step["GITHUB_OUTPUT"]) == {"verdict": "go", "run": folder.name, "report": str(folder)}
    assert "GO: small" in step["GITHUB_STEP_SUMMARY"].read_text()
    assert not (folder / "report.md").exists()


def test_two_runs_in_a_job_are_both_in_the_summary(project, step):
    path = project()
    for _ in range(2):
        call("run", path, "--out", path.parent / "out", "--format", "json", "--github")
    assert step["GITHUB_STEP_SUMMARY"].read_text().count("GO: small") == 2


def test_mistakes_are_annotations_at_their_line(project, step):
    path = project(BINARY_SPEC.replace("[accuracy]", "[acuracy]"))
    called = call("run", path, "--github")
    assert called.code == 2
    assert called.out.splitlines()[0] == (
        "::error file=spec.yaml,line=7,col=11,title=specgen::metrics[0].name: no metric 'acuracy'; did you mean 'accuracy'?"
    )
    assert step["GITHUB_OUTPUT"].read_text() == ""


def test_mistakes_of_several_lines_stay_one_command(tmp_path):
    from specgen.integrations.github import Step, error_commands
    from specgen.spec.problems import Problem

    problem = Problem("a,b:c.yaml", 1, 2, ("x",), "100%\nwrong")
    (line,) = error_commands(Step(tmp_path, tmp_path, Path.cwd()), [problem])
    assert line == "::error file=a%2Cb%3Ac.yaml,line=1,col=2,title=specgen::x: 100%25%0Awrong"


def test_outside_of_github_it_is_refused_before_anything_is_measured(project, monkeypatch):
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary")
    path = project()
    called = call("run", path, "--out", path.parent / "out", "--github")
    assert called.code == 2
    assert "--github: GITHUB_OUTPUT not in the environment" in called.err
    assert not (path.parent / "out").exists()


@pytest.mark.usefixtures("step")
def test_a_summary_that_cannot_be_written_is_told_and_the_run_kept(project, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/nowhere/summary")
    path = project()
    called = call("run", path, "--out", path.parent / "out", "--format", "json", "--github")
    assert called.code == 4
    assert "/nowhere/summary: cannot write" in called.err
    assert list(path.parent.glob("out/small/*/results.json"))


@pytest.mark.parametrize(
    ("spec", "given", "code", "verdict"),
    [
        (BINARY_SPEC, {}, 0, "go"),
        (NO_GO, {"inconclusive": "warn"}, 1, "no-go"),
        (OPEN, {}, 3, "inconclusive"),
        (OPEN, {"inconclusive": "warn"}, 0, "inconclusive"),
    ],
    ids=["go", "no-go", "inconclusive", "inconclusive-warns"],
)
def test_the_actions_step_ends_as_the_verdict_says(project, step, spec, given, code, verdict):
    path = project(spec.replace("name: test,", 'name: "the last; one",'))
    done = run_step(
        path.parent, format="md,junit", milestone="the last; one", arguments=" --seed 1\n --quiet ", **given
    )
    assert done.returncode == code, done.stderr
    told = outputs(step["GITHUB_OUTPUT"])
    assert told["verdict"] == verdict
    assert {"report.md", "junit.xml", "results.json"} <= {
        file.name for file in Path(told["report"]).iterdir()
    }
    assert ("::warning" in done.stdout) == (given != {} and code == 0)


@pytest.mark.usefixtures("step")
def test_the_actions_step_refuses_what_it_does_not_know(project):
    done = run_step(project().parent, inconclusive="ignore")
    assert (done.returncode, done.stdout) == (
        2, "::error title=specgen::inconclusive is fail or warn, not 'ignore'\n",
    )  # fmt: skip


@pytest.mark.usefixtures("step")
def test_what_is_given_is_no_script(project):
    path = project()
    run_step(path.parent, spec="spec.yaml; touch broken", arguments="$(touch broken) `touch broken`")
    assert not (path.parent / "broken").exists()


def test_every_input_and_output_is_used():
    text = (ROOT / "action.yml").read_text()
    assert [name for name in ACTION["inputs"] if f"inputs.{name}" not in text] == []
    from specgen.integrations import github

    written = Path(github.__file__).read_text()
    assert [name for name in ACTION["outputs"] if f'("{name}",' not in written] == []
