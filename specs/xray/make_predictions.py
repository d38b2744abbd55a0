"""Make the xray showcase's data and predictions from the yeast data in the Python package river.

    pip download river==0.26.1 --no-deps && unzip river-*.whl river/datasets/yeast.csv.gz
    python make_predictions.py river/datasets/yeast.csv.gz

The first 1,200 rows are train, the next 300 dev, the last 917 test: the published division, with the
end of its training part kept back. The candidate is a logistic regression for each class over random
features (Nyström's method), the previous model one over the features as they are; `always_negative`
says no to everything.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SPLITS = {"train": slice(0, 1200), "dev": slice(1200, 1500), "test": slice(1500, None)}
folder = Path(__file__).parent


def write(name: str, table: pd.DataFrame) -> None:
    """A small parquet file."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    table.to_parquet(path, compression="zstd", compression_level=19, index=False)
    print(name, len(table), path.stat().st_size)


def for_each_finding(*steps: object) -> OneVsRestClassifier:
    """A model of its own for each finding."""
    return OneVsRestClassifier(make_pipeline(StandardScaler(), *steps))


yeast = pd.read_csv(sys.argv[1])
features = yeast[[f"Att{i}" for i in range(1, 104)]].to_numpy()
findings = [f"finding_{i:02d}" for i in range(1, 15)]
labels = yeast[[f"Class{i}" for i in range(1, 15)]].astype(int).set_axis(findings, axis=1)
labels.insert(0, "study_id", np.arange(1, len(labels) + 1))
labels["findings"] = labels[findings].sum(axis=1)

x, y = features[SPLITS["train"]], labels[findings][SPLITS["train"]].to_numpy()
curved = Nystroem(gamma=0.01, n_components=500, random_state=0)
models = {
    "candidate": for_each_finding(curved, LogisticRegression(C=3, max_iter=1000)).fit(x, y).predict_proba,
    "previous": for_each_finding(LogisticRegression(C=0.1, max_iter=500)).fit(x, y).predict_proba,
    "always_negative": lambda x: np.zeros((len(x), len(findings))),
}
for split, rows in SPLITS.items():
    write(f"data/{split}.parquet", labels[rows])
    for name, scores_of in models.items():
        scores = pd.DataFrame(scores_of(features[rows]).round(3), columns=[f"p_{f}" for f in findings])
        scores.insert(0, "study_id", labels["study_id"][rows].to_numpy())
        write(f"predictions/{name}-{split}.parquet", scores)
