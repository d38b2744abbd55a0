"""Data frames in place of files, as a notebook has them."""

from __future__ import annotations

import numpy as np
import pandas
import pyarrow
import pytest
from conftest import BINARY_SPEC, binary_rows, call

import specgen


@pytest.fixture
def frame():
    return pandas.DataFrame(binary_rows())


def told(frame_, spec):
    with pytest.raises(specgen.SpecError) as caught:
        specgen.evaluate(spec, frame_)
    return str(caught.value)


class Capsule:
    """A frame that is known by Arrow's PyCapsule interface alone, as polars' frames are."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


def numbers(result):
    return [(m.slice, m.metric, m.value, m.low, m.high) for m in result.measurements]


def test_frames_give_what_the_file_gives(project, frame):
    spec = project()
    from_file = specgen.evaluate(spec)
    arrow = pyarrow.Table.from_pandas(frame)
    for given in (frame, {"test": frame}, arrow, Capsule(arrow), arrow.to_batches()[0], frame.set_index("id"),
                  frame.astype({"region": "category", "y": "category"}), frame.convert_dtypes()):  # fmt: skip
        assert numbers(specgen.evaluate(spec, given)) == numbers(from_file), type(given)


def test_the_file_need_not_be_there(project, frame, tmp_path):
    spec = project()
    (tmp_path / "test.csv").unlink()
    assert specgen.evaluate(specgen.load_spec(spec), data=frame).verdict == "go"


def test_a_frame_has_a_digest_as_files_have(project, frame):
    spec = project()
    first, again = (specgen.evaluate(spec, one).run.inputs[0] for one in (frame, frame.copy()))
    assert (first.path, first.role, first.rows) == ("data frame of test", "data.test", 60)
    assert first.sha256 == again.sha256
    assert specgen.evaluate(spec, frame.assign(s=frame.s / 2)).run.inputs[0].sha256 != first.sha256


def test_frames_of_several_splits_with_drift_and_sanity(project, frame):
    spec = BINARY_SPEC.replace("{test: test.csv}", "{train: nowhere.csv, test: test.csv}").replace(
        "milestones:", "drift: {reference: train}\nsanity: all\nmilestones:"
    )
    result = specgen.evaluate(project(spec), {"train": frame.iloc[::2], "test": frame})
    assert [one.split for one in result.drift] == ["test"]
    assert len(result.sanity) > 3


def test_predictions_in_files_join_a_frame_by_id(project, frame, tmp_path):
    frame[["id", "p", "s"]].iloc[::-1].to_csv(tmp_path / "preds.csv", index=False)
    spec = BINARY_SPEC.replace("{columns: {prediction: p, score: s}}", "{predictions: preds.csv}")
    result = specgen.evaluate(project(spec), frame.drop(columns=["p", "s"]))
    assert result.gates[0].measured == specgen.evaluate(project(), frame).gates[0].measured


def test_mistakes_are_told_at_their_place(project, frame):
    spec = project()
    assert "'tset', which is no split; did you mean 'test'?" in told({"tset": frame}, spec)
    assert "cannot read a builtins.list" in told([1, 2], spec)
    assert "no column 'y' in data.test; did you mean" in told(frame.rename(columns={"y": "yy"}), spec)
    assert "two columns are called 'id'" in told(pandas.concat([frame, frame], axis=1), spec)
    mixed = frame.astype({"region": object})
    mixed.loc[0, "region"] = 3
    assert "column region" in told(mixed, spec)
    two = project(BINARY_SPEC.replace("{test: test.csv}", "{dev: test.csv, test: test.csv}").replace(
        "milestones:", "milestones:\n  - {name: dev, split: dev, gates: [{metric: accuracy, at_least: 0.1}]}"))  # fmt: skip
    assert "data={'dev': ..., 'test': ...}" in told(frame, two)


def test_lists_of_a_result_are_frames(project, frame):
    result = specgen.evaluate(project(), frame)
    measured = result.to_frame()
    assert len(measured) == len(result.measurements)
    assert measured.loc[measured.metric == "accuracy", "value"].iloc[0] == result.gates[0].measured
    assert list(result.to_frame("gates")["verdict"]) == [gate.verdict for gate in result.gates]
    assert list(result.to_frame("findings").columns)  # an empty list has columns too
    with pytest.raises(ValueError, match="did you mean 'gates'"):
        result.to_frame("gate")


def test_a_result_is_saved_as_a_run_is(project, frame, tmp_path):
    result = specgen.evaluate(project(), frame)
    folder = result.save(tmp_path / "saved", formats=("md", "html"))
    assert {file.name for file in folder.iterdir()} == {
        "results.json", "spec.yaml", "summary.json", "outcomes.parquet", "report.md", "report.html", "SHA256SUMS",
    }  # fmt: skip
    again = specgen.evaluate(project(), frame.assign(p=np.where(frame.index % 7 == 0, "yes", frame.p)))
    other = again.save(str(tmp_path / "saved"), formats="json")
    assert call("compare", folder, other).code == 0
    assert call("report", folder, "--format", "md").code == 0
    with pytest.raises(ValueError, match="no format 'pdff'; did you mean 'pdf'"):
        result.save(tmp_path, formats=("pdff",))


def test_importing_stays_light():
    import subprocess
    import sys

    code = "import sys, specgen; print([m for m in ('numpy', 'pandas', 'duckdb', 'pydantic') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
