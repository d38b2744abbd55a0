"""One model answers the same through every adapter."""

from pathlib import Path

import numpy as np
import pytest

from tests.models.estimators import people, pipeline
from tests.models.same_model import answers

ROWS = 3000  # tests/benchmarks/adapters.py takes 100,000


@pytest.mark.parametrize("kind", ["trees", "logistic"])
def test_labels_and_probabilities_are_the_same_through_every_adapter(kind: str, tmp_path: Path) -> None:
    rows = people(ROWS, seed=5)
    frame = rows.to_pandas()
    labels, scores = pipeline(kind).predict(frame).tolist(), pipeline(kind).predict_proba(frame)[:, 1]
    for name, said in answers(kind, rows, tmp_path):
        # ONNX computes in single precision; its labels may differ where a score is 0.5 within that.
        np.testing.assert_allclose(said.scores, scores, atol=2e-6 if "onnx" in name else 1e-12, err_msg=name)
        if said.labels is not None:
            close = np.abs(scores - 0.5) < 2e-6
            assert [one for one, near in zip(said.labels, close, strict=True) if not near] == [
                one for one, near in zip(labels, close, strict=True) if not near
            ], name
