"""The README's live models run as they stand there, and answer the same."""

import stat
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from specgen.models.limits import limits_of
from specgen.models.outputs import Outputs
from specgen.models.session import open_session
from specgen.spec.models import LIVE, Model
from tests.models.estimators import as_mlflow, as_onnx, people, people_inputs, pipeline
from tests.models.servers import open_inference, serving

README = Path(__file__).parents[2] / "README.md"
OUTPUTS = Outputs("binary", ("prediction",), ("score",), ("<=50K", ">50K"), ">50K")
FUNCTION = """
import skops.io
from pathlib import Path

ESTIMATOR = skops.io.load(Path(__file__).with_name("model.skops"))


def predict(rows):
    return ESTIMATOR.predict(rows), ESTIMATOR.predict_proba(rows)[:, 1]
"""
PROGRAM = """#!{python}
import json
import sys

import pandas

import mine

assert sys.argv[1:] == ["--fast"]
labels, scores = mine.predict(pandas.DataFrame([json.loads(line) for line in sys.stdin]))
for label, score in zip(labels, scores):
    print(json.dumps({{"prediction": label, "score": score}}))
"""


def models() -> dict[str, Any]:
    """`models` of the section's example."""
    section = README.read_text().split("\n## Live models\n")[1].split("\n## ")[0]
    found: dict[str, Any] = YAML(typ="safe").load(section.split("```yaml\n")[1].split("```")[0])["models"]
    return found


def test_every_kind_of_live_model_has_an_example_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import skops.io

    estimator = pipeline("logistic")
    skops.io.dump(estimator, tmp_path / "model.skops")
    as_onnx(estimator, people_inputs(), tmp_path / "model.onnx")
    as_mlflow(estimator, tmp_path / "model")
    (tmp_path / "mine.py").write_text(FUNCTION)
    program = tmp_path / "predict.sh"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("INCOME_TOKEN", "s3cret")
    rows = people(40, seed=6)
    expected = estimator.predict_proba(rows.to_pandas())[:, 1]
    serve = open_inference(estimator)

    def respond(path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        assert headers["Authorization"] == "Bearer s3cret"
        return serve(path.replace("/income", "/m"), body, headers)

    seen = set()
    with serving(respond) as url:
        for name, keys in models().items():
            if "http" in keys:
                keys["http"] = keys["http"].replace("https://models.example.com", url)
            model = Model.model_validate(keys)
            if not model.is_live:
                continue
            model = model.model_copy(
                update={
                    "limits": Model.model_validate({"python": "a:b", "limits": {"start_s": 600.0}}).limits
                }
            )
            with open_session(model, OUTPUTS, tmp_path, limits_of(model)) as session:
                answer = session.predict(rows).table
            np.testing.assert_allclose(answer["score"].to_numpy(), expected, atol=1e-5, err_msg=name)
            seen.add(model.origin[0])
    assert seen == set(LIVE) - {"pickle", "joblib"}
