"""Make the inspection showcase's data and predictions from Fashion-MNIST as Debian packages it.

    apt-get install dataset-fashion-mnist
    python make_predictions.py /usr/share/datasets/fashion-mnist

The class `shirt` plays the defect: of its images one in a hundred is kept. Two models learn from the
same 14,000 images: the previous one a logistic regression over 49 coarse pixels, the candidate a
logistic regression over random features of the image's main components (Nyström's method).
"""

import gzip
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

LABELS = [
    "t_shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle_boot",
]
DEFECT = LABELS.index("shirt")
KEPT = {"train": 14_000, "dev": 6_000, "test": 10_000}
DEFECTS = {"train": 140, "dev": 60, "test": 100}
folder = Path(__file__).parent


def images_and_labels(source: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images as rows of 784 numbers from 0 to 1, and their classes as numbers."""
    pixels = gzip.decompress((source / f"{name}-images-idx3-ubyte.gz").read_bytes())[16:]
    classes = gzip.decompress((source / f"{name}-labels-idx1-ubyte.gz").read_bytes())[8:]
    return np.frombuffer(pixels, np.uint8).reshape(-1, 784) / 255, np.frombuffer(classes, np.uint8)


def with_rare_defect(classes: np.ndarray, split: str, rng: np.random.Generator) -> np.ndarray:
    """Positions of a split's images: few defects, and as many others as the split has room for."""
    order = rng.permutation(len(classes))
    defects = order[classes[order] == DEFECT][: DEFECTS[split]]
    others = order[classes[order] != DEFECT][: KEPT[split] - DEFECTS[split]]
    return np.sort(np.concatenate([defects, others]))


def coarse(pixels: np.ndarray) -> np.ndarray:
    """Means of 4 × 4 pixels."""
    return pixels.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49)


def splits(source: Path) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Ids, pixels and classes of each split; train and dev share no image."""
    rng = np.random.default_rng(4)
    pixels, classes = images_and_labels(source, "train")
    half = rng.permutation(len(classes))
    found = {}
    for split, part in (("train", half[:40_000]), ("dev", half[40_000:])):
        rows = part[with_rare_defect(classes[part], split, rng)]
        found[split] = rows, pixels[rows], classes[rows]
    pixels, classes = images_and_labels(source, "t10k")
    rows = with_rare_defect(classes, "test", rng)
    found["test"] = rows + 60_000, pixels[rows], classes[rows]
    return found


def write(name: str, table: pd.DataFrame) -> None:
    """A small parquet file."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    table.to_parquet(path, compression="zstd", compression_level=19, index=False)
    print(name, len(table), path.stat().st_size)


found = splits(Path(sys.argv[1]))
_, pixels, classes = found["train"]
models = {
    "previous": (coarse, make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))),
    "candidate": (
        lambda x: x,
        make_pipeline(
            PCA(60, random_state=0),
            StandardScaler(),
            Nystroem(gamma=0.01, n_components=600, random_state=0),
            LogisticRegression(C=3, max_iter=500),
        ),
    ),
}
for view, model in models.values():
    model.fit(view(pixels), classes)
for split, (ids, pixels, classes) in found.items():
    names = np.array(LABELS)
    table = {"image_id": ids, "label": names[classes], "brightness": pixels.mean(axis=1).round(3)}
    write(f"data/{split}.parquet", pd.DataFrame(table))
    for name, (view, model) in models.items():
        scores = model.predict_proba(view(pixels))
        columns = {f"p_{label}": scores[:, i].round(3).astype("float32") for i, label in enumerate(LABELS)}
        predictions = {"image_id": ids, "prediction": names[scores.argmax(axis=1)], **columns}
        write(f"predictions/{name}-{split}.parquet", pd.DataFrame(predictions))
