"""Train the census showcase's live model on data/2015_train.parquet, and save it as skops and as ONNX.

    pip install skops skl2onnx onnxruntime
    python train_model.py

A gradient-boosting pipeline on the survey's own columns: neither the id, the year and the label, nor the
predictions that came with the data. Codes are text, and become numbers in their order; trees cut between
them. Both files answer alike, which is checked on all of 2016, or nothing is written.
"""

from pathlib import Path
from zipfile import ZIP_DEFLATED

import numpy as np
import onnxruntime
import pandas as pd
import skops.io
from skl2onnx import to_onnx
from skl2onnx.common import tree_ensemble
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

FOLDER = Path(__file__).parent
AGE = "AGEP"
CODES = [
    "SCHL", "MAR", "RELP", "DIS", "ESP", "CIT", "MIG", "MIL", "ANC", "NATIVITY", "DEAR", "DEYE", "DREM",
    "SEX", "RAC1P",
]  # fmt: skip


def read(name: str) -> pd.DataFrame:
    """A file of the folder's data."""
    return pd.read_parquet(FOLDER / "data" / f"{name}.parquet")


def trained(train: pd.DataFrame) -> Pipeline:
    """The fitted pipeline; a code that it never saw, or that is missing, is -1."""
    codes = OrdinalEncoder(
        categories=[sorted(train[code].unique(), key=int) for code in CODES],
        handle_unknown="use_encoded_value",
        unknown_value=-1,
    )
    columns = ColumnTransformer([("codes", codes, CODES), ("age", "passthrough", [AGE])])
    trees = HistGradientBoostingClassifier(
        learning_rate=0.15, max_iter=80, max_leaf_nodes=15, early_stopping=False, random_state=0
    )
    return Pipeline([("columns", columns), ("trees", trees)]).fit(train[[AGE, *CODES]], train["employed"])


def as_onnx(model: Pipeline) -> bytes:
    """The same model in ONNX: the age as a number and each code as text."""
    add_node = tree_ensemble.add_node

    def add_node_of_whole_numbers(*args: object, nodes_missing_value_tracks_true: int = 0, **others: object):
        """skl2onnx 1.20 says False where protobuf 7 takes nothing but 0."""
        add_node(*args, nodes_missing_value_tracks_true=int(nodes_missing_value_tracks_true), **others)

    tree_ensemble.add_node = add_node_of_whole_numbers
    inputs = [(AGE, FloatTensorType([None, 1])), *((code, StringTensorType([None, 1])) for code in CODES)]
    graph = to_onnx(model, initial_types=inputs, options={"zipmap": False}, target_opset=18)
    graph.graph.name = "census"  # else a new random name each time
    return graph.SerializeToString()


def answers_of_onnx(graph: bytes, rows: pd.DataFrame) -> np.ndarray:
    """Probabilities of being employed by ONNX Runtime."""
    inputs = {AGE: rows[[AGE]].to_numpy(np.float32)} | {code: rows[[code]].to_numpy(object) for code in CODES}
    return onnxruntime.InferenceSession(graph).run(["probabilities"], inputs)[0][:, 1]


def main() -> None:
    """Train, compare, save. Trained again, the ONNX file is the same to the byte; skops writes ids of its own."""
    model, test = trained(read("2015_train")), read("2016")
    graph, packed = as_onnx(model), skops.io.dumps(model, compression=ZIP_DEFLATED, compresslevel=9)
    trusted = skops.io.get_untrusted_types(data=packed)
    loaded = skops.io.loads(packed, trusted=trusted)
    by_skops = loaded.predict_proba(test[[AGE, *CODES]])[:, 1]
    apart = np.abs(by_skops - answers_of_onnx(graph, test)).max()
    if apart > 1e-5:
        raise SystemExit(f"skops and ONNX answer differently, by up to {apart:.2g}; nothing is written")
    (FOLDER / "model").mkdir(exist_ok=True)
    (FOLDER / "model" / "model.skops").write_bytes(packed)
    (FOLDER / "model" / "model.onnx").write_bytes(graph)
    right = np.mean((by_skops >= 0.5) == test["employed"])
    print(f"{len(test):,} people of 2016: right for {right:.4f}, skops and ONNX at most {apart:.1g} apart")
    print(f"types to trust in model.skops: {', '.join(trusted) or 'none'}")
    print(f"model.skops {len(packed):,} bytes, model.onnx {len(graph):,} bytes")


if __name__ == "__main__":
    main()
