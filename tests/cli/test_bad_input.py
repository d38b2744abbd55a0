"""Bad input: a clear error with its place, exit code 2, and no run left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BINARY_SPEC, binary_rows, call, run, write_csv


def refused(spec: Path, *options: object) -> str:
    """The error of a run that must be refused and leave nothing."""
    out = spec.parent / "reports"
    called = run(spec, out, *options)
    assert called.code == 2, called.err or called.out
    assert not out.exists(), f"left behind: {list(out.rglob('*'))}"
    assert "Traceback" not in called.err
    return called.err


def with_file(text: str = "preds.csv") -> str:
    return BINARY_SPEC.replace("{columns: {prediction: p, score: s}}", f"{{predictions: {text}}}")


def predictions(folder: Path, rows: list[dict[str, object]]) -> None:
    write_csv(folder / "preds.csv", [{"id": r["id"], "p": r["p"], "s": r["s"]} for r in rows])


def changed(**values: object) -> list[dict[str, object]]:
    rows = binary_rows()
    rows[7].update(values)
    return rows


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("specgen: 1\nproject: [", ":2:"),
        (BINARY_SPEC.replace("test.csv", "tset.csv"), "data.test: no file 'tset.csv'; did you mean 'test.csv'?"),
        (BINARY_SPEC.replace("metrics: [accuracy]", "metrics: [acuracy]"), "did you mean 'accuracy'?"),
        (BINARY_SPEC.replace("metrics: [accuracy]", "metrics: [wer]"), "metrics[0].name: a binary task has no 'wer'"),
        (BINARY_SPEC.replace("target: y", "target: label"), "task.target: no column 'label' in data.test"),
        (BINARY_SPEC.replace("score: s}", "score: sc}"), "models.candidate.columns.score: no column 'sc' in data.test"),
        (BINARY_SPEC.replace('"yes"', '"Yes"'), "the positive label 'Yes' does not occur in the data; labels are 'no', 'yes'; did you mean 'yes'?"),
        (BINARY_SPEC + "slices:\n  - {name: east, where: \"region = 'east'\"}\n", "slices[0]: 'east' matches no row"),
        (BINARY_SPEC + "slices:\n  - {name: east, where: \"regoin = 'east'\"}\n", "no column 'regoin' in data.test; did you mean 'region'?"),
        (BINARY_SPEC + "slices:\n  - {by: regoin}\n", "did you mean 'region'?"),
        (BINARY_SPEC + "slices:\n  - {name: x, where: \"(SELECT count(*) FROM read_csv('/etc/passwd')) > 0\"}\n", "slices[0].where"),
        (BINARY_SPEC + "slices:\n  - {name: x, where: \"getenv('HOME') = 'x'\"}\n", "slices[0].where"),
        (BINARY_SPEC + "baselines:\n  published: {kind: literature, values: [{metric: recall, value: 0.9}]}\n", None),
    ],
)  # fmt: skip
def test_spec(project, spec, told):
    if told is None:
        spec = spec.replace("at_least: 0.5", "at_least: {baseline: published}")
        told = "published"
    err = refused(project(spec))
    assert told in err, err
    assert "spec.yaml:" in err


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (changed(id="r008"), "data.test: 1 id occurs more than once in column 'id': 'r008'"),
        (changed(y=""), "1 row with no label in column 'y': 'r007'"),
        (
            changed(s="nan"),
            "a score that is no probability (a number from 0 to 1) in column 's': 'nan' in row 'r007'",
        ),
        (
            changed(s="high"),
            "a score that is no probability (a number from 0 to 1) in column 's': 'high' in row 'r007'",
        ),
        (changed(s="1.5"), "'1.5' in row 'r007'"),
        (changed(p="maybe"), "a prediction that is none of the labels in column 'p': 'maybe' in row 'r007'"),
        (changed(y="maybe"), "a binary task has two labels, the data has 3"),
        (changed(id=""), "1 row with no value in column 'id'"),
    ],
)
def test_rows(project, rows, told):
    err = refused(project(rows=rows))
    assert told in err, err


def test_empty_split(project):
    path = project()
    (path.parent / "test.csv").write_text("id,region,y,p,s\n")
    assert "data.test: the split is empty" in refused(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows[:-2], "2 of 60 rows of data.test have no prediction in preds.csv: 'r058', 'r059'"),
        (lambda rows: [*rows, rows[0]], "1 id occurs more than once in column 'id': 'r000'"),
        (lambda rows: [{**r, "id": f"x{i}"} for i, r in enumerate(rows)], "no id of preds.csv is in data.test; its ids look like 'x0', the data's like 'r000'"),
        (lambda rows: [{**r, "p": "maybe"} for r in rows], "none of the labels"),
    ],
)  # fmt: skip
def test_predictions_file(project, change, told):
    path = project(with_file())
    predictions(path.parent, change(binary_rows()))
    err = refused(path)
    assert told in err, err
    assert "models.candidate.predictions" in err


def test_extra_predictions_are_named_not_refused(project):
    path = project(with_file('"preds-{split}.csv"'))
    rows = [*binary_rows(), {"id": "extra", "p": "yes", "s": 0.9, "y": "yes", "region": ""}]
    predictions(path.parent, rows)
    (path.parent / "preds.csv").rename(path.parent / "preds-test.csv")
    called = run(path, path.parent / "reports")
    assert called.code in (0, 1, 3)
    assert any("'extra'" in note["text"] for note in called.results["notes"])


def test_all_mistakes_at_once(project):
    err = refused(
        project(BINARY_SPEC.replace("purpose", "purpos").replace("metric: accuracy", "metrik: accuracy"))
    )
    assert "project.purpos" in err
    assert "metrik" in err


def test_unknown_milestone(project):
    err = refused(project(), "--milestone", "tset")
    assert "did you mean 'test'" in err


def test_read_only_output(project):
    path = project()
    (path.parent / "file").write_text("")
    called = call("run", path, "--out", path.parent / "file" / "reports")
    assert called.code == 2
    assert "cannot write" in called.err


def test_full_disk(project):
    """A device without room: the run is refused and nothing is left of it."""
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
    path = project()
    code = f"{limit} from specgen.cli.app import main; import sys; sys.argv = ['specgen', 'run', {str(path)!r}, '--out', {str(path.parent / 'reports')!r}, '--format', 'json']; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "cannot write" in done.stderr
    assert not (path.parent / "reports").exists()


def test_wrong_usage_ends_with_2(project):
    assert call("run", project(), "--format", "docx").code == 2
    assert call("run", project(), "--no-such-option").code == 2
    assert call("validate", "no-such-file.yaml").code == 2


def test_a_csv_that_breaks_far_down(project):
    """A row that does not read, after all that a reader looks at to guess the format."""
    path = project(rows=binary_rows(60))
    with (path.parent / "test.csv").open("ab") as file:
        file.write(
            b"".join(b"x%d,north,yes,yes,0.5\n" % i for i in range(30_000)) + b'bad,"\xff\xfe,no,no,0.5\n'
        )
    err = refused(path)
    assert "data.test: cannot read 'test.csv'" in err
