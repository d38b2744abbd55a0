"""MLflow folders answer as their models, keep to their signature, and run no code that is not trusted."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import LinearRegression

from specgen.models.adapters.registry import LoadError
from specgen.models.failure import ModelFailure
from specgen.models.limits import Limits
from specgen.models.outputs import Outputs
from specgen.models.session import open_session
from specgen.spec.models import Model
from tests.models.estimators import OUTPUTS, TRUSTED, as_mlflow, as_onnx, loaded, people, pipeline

pytestmark = pytest.mark.filterwarnings("ignore:::mlflow")
NUMBER = Outputs("regression", ("y",))


@pytest.mark.parametrize("predict", ["predict", "predict_proba"])
@pytest.mark.parametrize("signature", [True, False])
def test_a_scikit_learn_folder(tmp_path: Path, predict: str, signature: bool) -> None:
    as_mlflow(pipeline(), tmp_path / "m", pyfunc_predict_fn=predict, signature=signature)
    rows = people(300, seed=4)
    found = loaded("mlflow", "m", tmp_path, trusted=TRUSTED).predict(rows)
    frame = rows.to_pandas()
    np.testing.assert_allclose(found["score"], pipeline().predict_proba(frame)[:, 1], atol=1e-12)
    if predict == "predict":
        assert found["prediction"].tolist() == pipeline().predict(frame).tolist()


def test_a_folder_in_a_process_of_its_own_leaves_nothing_behind(tmp_path: Path) -> None:
    as_mlflow(pipeline("logistic"), tmp_path / "m")
    before = sorted(tmp_path.rglob("*")), sorted(Path().iterdir())
    with open_session(Model(mlflow="m"), OUTPUTS, tmp_path, Limits(start_s=600)) as session:
        answer = session.predict(people(5)).table
    assert answer["prediction"].to_pylist() == pipeline("logistic").predict(people(5).to_pandas()).tolist()
    assert (sorted(tmp_path.rglob("*")), sorted(Path().iterdir())) == before


def test_columns_are_given_the_types_of_the_signature(tmp_path: Path) -> None:
    as_mlflow(pipeline("logistic"), tmp_path / "m")
    rows = people(4)
    other = pa.table(
        {
            "extra": [1, 2, 3, 4],
            "region": rows["region"].dictionary_encode(),
            "hours": rows["hours"].cast(pa.float64()),
            "age": rows["age"].cast(pa.float32()),
        }
    )
    model = loaded("mlflow", "m", tmp_path)
    assert model.predict(other)["score"].tolist() == model.predict(rows)["score"].tolist()
    with pytest.raises(
        ModelFailure, match=r"signature asks for .* not given: 'hours'; did you mean 'hour'\?"
    ):
        model.predict(rows.rename_columns(["age", "hour", "region"]))
    missing = rows.set_column(1, "hours", pa.array([1, None, 3, None]))
    with pytest.raises(ModelFailure, match="column 'hours' of the model's signature takes whole") as failure:
        model.predict(missing)
    assert failure.value.rows == (1, 3)


def test_a_signature_of_tensors_takes_all_columns_in_their_order(tmp_path: Path) -> None:
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    x = np.arange(20.0).reshape(10, 2)
    schema = Schema([TensorSpec(np.dtype("float64"), (-1, 2))])
    as_mlflow(LinearRegression().fit(x, x[:, 0] - x[:, 1]), tmp_path / "m", signature=ModelSignature(schema))
    model = loaded("mlflow", "m", tmp_path, NUMBER)
    rows = pa.table({"a": x[:, 0], "b": x[:, 1]})
    np.testing.assert_allclose(model.predict(rows)["y"], x[:, 0] - x[:, 1])
    with pytest.raises(ModelFailure, match="takes 2 columns; the model is given 1: a"):
        model.predict(rows.select(["a"]))


def own_code(folder: Path) -> None:
    """A pyfunc of a Python class, whose class is pickled."""
    import mlflow

    class Twice(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
            return model_input.rename(columns={"a": "y"}) * 2

    mlflow.pyfunc.save_model(folder, python_model=Twice(), pip_requirements=[])


def pickled(folder: Path) -> None:
    as_mlflow(pipeline("logistic"), folder, serialization_format="cloudpickle")


def with_code(folder: Path) -> None:
    (folder.parent / "more.py").write_text("")
    as_mlflow(pipeline("logistic"), folder, code_paths=[str(folder.parent / "more.py")])


def nested(folder: Path) -> None:
    """The folder says skops, and has the pyfunc load from another folder within, whose MLmodel says pickle."""
    as_mlflow(pipeline("logistic"), folder)
    pickled(folder / "inner")
    text = (folder / "MLmodel").read_text()
    (folder / "MLmodel").write_text(text.replace("    model_path:", "    data: inner\n    model_path:"))


@pytest.mark.parametrize(
    ("save", "what"),
    [
        (own_code, "python_model python_model.pkl"),
        (pickled, "model_path model.pkl"),
        (with_code, "code code"),
        (nested, "data inner"),
    ],
)
def test_a_folder_with_code_of_its_own_is_refused_unless_trusted(
    tmp_path: Path, save: Callable[[Path], None], what: str
) -> None:
    save(tmp_path / "m")
    with pytest.raises(LoadError, match=rf"runs code of its own \({re.escape(what)}\); .* --trust-pickle"):
        loaded("mlflow", "m", tmp_path)
    if save is own_code:
        answer = loaded("mlflow", "m", tmp_path, NUMBER, trust_pickle=True).predict(pa.table({"a": [1, 2]}))
        assert answer["y"].tolist() == [2, 4]
    else:
        loaded("mlflow", "m", tmp_path, trust_pickle=True)


def test_types_that_skops_does_not_know_are_the_specs_to_trust_not_the_folders(tmp_path: Path) -> None:
    as_mlflow(pipeline(), tmp_path / "m")
    assert TRUSTED[0] in (tmp_path / "m/MLmodel").read_text()
    with pytest.raises(
        LoadError,
        match=rf"'m/model\.skops' holds what skops does not know .* write trusted: \[{TRUSTED[0]}\]",
    ):
        loaded("mlflow", "m", tmp_path)


def test_an_onnx_folder(tmp_path: Path) -> None:
    import mlflow.onnx
    import onnx
    from skl2onnx.common.data_types import FloatTensorType

    x = np.arange(20.0).reshape(10, 2)
    estimator = LinearRegression().fit(x, x[:, 0] - x[:, 1])
    as_onnx(estimator, [("X", FloatTensorType([None, 2]))], tmp_path / "m.onnx")
    mlflow.onnx.save_model(onnx.load(tmp_path / "m.onnx"), tmp_path / "m", pip_requirements=[])
    rows = pa.table({"a": pa.array(x[:, 0], pa.float32()), "b": pa.array(x[:, 1], pa.float32())})
    found = loaded("mlflow", "m", tmp_path, NUMBER).predict(rows)
    np.testing.assert_allclose(found["y"], x[:, 0] - x[:, 1], atol=1e-5)


def test_what_is_no_folder_of_mlflow_is_told(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no file 'MLmodel' in the folder 'm'"):
        loaded("mlflow", "m", tmp_path)
    as_mlflow(pipeline("logistic"), tmp_path / "m")
    shutil.copy(tmp_path / "m/MLmodel", tmp_path / "text")
    (tmp_path / "m/MLmodel").write_text("flavors: {spark: {}}\n")
    with pytest.raises(LoadError, match="'m' has no flavor 'python_function'; it has spark"):
        loaded("mlflow", "m", tmp_path)
