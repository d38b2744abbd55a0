"""`specgen run --mlflow`, to a real store in files, which is what mlflow-skinny has."""

import subprocess
import sys

import pytest
from conftest import BINARY_SPEC, ROOT, run

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow")
SPEC = BINARY_SPEC.replace(
    "metrics: [accuracy]", "metrics: [accuracy, {name: recall, label: 'yes'}]\nslices: [{by: region}]"
)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A tracking store in a folder."""
    folder = tmp_path / "store"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", folder.as_uri())
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "voice")
    return folder


def logged(store):
    """The runs of the experiment."""
    from mlflow import MlflowClient

    client = MlflowClient(store.as_uri())
    experiment = client.get_experiment_by_name("voice")
    return client, client.search_runs([experiment.experiment_id])


def test_a_run_is_logged(project, store):
    path = project(SPEC)
    called = run(path, path.parent / "out", "--mlflow", "--seed", 3, formats="html")
    assert called.code == 0, called.err
    client, (found,) = logged(store)
    whole = called.measurement(slice="all", metric="accuracy", model="candidate")
    metrics = found.data.metrics
    assert [metrics[f"test/accuracy/all{end}"] for end in ("", ".low", ".high")] == [
        pytest.approx(whole[key]) for key in ("value", "low", "high")
    ]
    recall = called.measurement(slice="region=north", metric="recall", model="candidate")["value"]
    assert metrics["test/recall of yes/region_north"] == pytest.approx(recall)
    assert found.data.params["specgen.seed"] == "3"
    assert found.data.params["specgen.candidate"] == "candidate"
    tags = {name: value for name, value in found.data.tags.items() if name.startswith("specgen.")}
    assert tags == {
        "specgen.verdict": "go", "specgen.milestone.test": "go", "specgen.project": "small",
        "specgen.run": called.results["run"]["id"], "specgen.spec_sha256": called.results["run"]["spec_sha256"],
        "specgen.version": called.results["run"]["versions"]["specgen"],
    }  # fmt: skip
    kept = {file.path for file in client.list_artifacts(found.info.run_id, "specgen")}
    assert kept == {f"specgen/{file.name}" for file in called.folder.iterdir()}
    assert found.info.status == "FINISHED"


def test_a_run_named_by_the_environment_is_continued(project, store, monkeypatch):
    from mlflow import MlflowClient

    client = MlflowClient(store.as_uri())
    training = client.create_run(client.create_experiment("voice"), run_name="training").info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", training)
    path = project(SPEC)
    assert run(path, path.parent / "out", "--mlflow").code == 0
    _, (found,) = logged(store)
    assert (found.info.run_id, found.info.run_name) == (training, "training")
    assert found.data.tags["specgen.verdict"] == "go"


def test_an_active_run_is_continued(project, store):
    import mlflow

    from specgen import evaluate
    from specgen.integrations.mlflow import log_result

    path = project(SPEC)
    with mlflow.start_run() as active:
        mlflow.log_metric("loss", 0.5)
        assert log_result(evaluate(path)) == active.info.run_id
        assert log_result(evaluate(path)) == active.info.run_id, "a second time, with the same parameters"
    _, (found,) = logged(store)
    assert found.data.metrics["loss"] == 0.5
    assert found.data.tags["specgen.verdict"] == "go"


@pytest.mark.usefixtures("store")
def test_what_mlflow_refuses_is_told(project):
    import mlflow

    from specgen import evaluate
    from specgen.integrations.mlflow import MlflowError, log_result

    result = evaluate(project(SPEC))
    with mlflow.start_run():
        log_result(result)
        other = result.model_copy(update={"run": result.run.model_copy(update={"seed": 7})})
        with pytest.raises(MlflowError, match=r"specgen\.seed"):
            log_result(other)


@pytest.mark.parametrize(
    "names", [("a=1", "a>1", "a<1"), ("..", "."), ("x" * 300 + "1", "x" * 300 + "2"), ("é/ü", "日本")]
)
def test_every_name_is_taken_and_stays_apart(project, store, names):
    import mlflow

    from specgen import evaluate
    from specgen.integrations.mlflow import log_result, metric_values

    result = evaluate(project(BINARY_SPEC))
    (one,) = (m for m in result.measurements if m.model == "candidate" and m.metric == "accuracy")
    hostile = tuple(one.model_copy(update={"slice": name, "value": k / 8}) for k, name in enumerate(names))
    result = result.model_copy(update={"measurements": hostile})
    values = metric_values(result)
    assert sorted(values.values()) == [k / 8 for k in range(len(names))]
    with mlflow.start_run():
        log_result(result)
    _, (found,) = logged(store)
    assert found.data.metrics == values


@pytest.mark.usefixtures("store")
def test_a_store_that_is_not_there_is_told_before_anything_is_measured(project, monkeypatch):
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE")
    path = project()
    called = run(path, path.parent / "out", "--mlflow")
    assert called.code == 2
    assert "--mlflow: The filesystem tracking backend" in called.err
    assert not (path.parent / "out").exists()


def test_without_mlflow_it_says_what_to_install(project):
    code = (
        "import sys; sys.modules['mlflow'] = None\n"
        f"sys.argv = ['specgen', 'run', {str(project())!r}, '--mlflow']\n"
        "from specgen.cli.app import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'specgen[mlflow]'" in done.stderr
