"""Make the recommendation showcase's data and scores from MovieLens ratings in the R package dslabs.

    apt-get install r-cran-dslabs
    Rscript -e 'write.csv(dslabs::movielens, "movielens.csv", row.names = FALSE)'
    python make_data.py movielens.csv

The catalogue is the 200 films rated most often. Of each person's ratings of them the earlier 70% are
known to the models, the later 30% are what they shall foresee; 4 stars or more are a hit. Half of the
people are dev, half test; each sees every film that they had not rated earlier. The candidate is EASE
(Steck, WWW 2019), the previous model recommends by similarity of films (cosine).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

FILMS, EARLIER, FEWEST = 200, 0.7, 20
SHELVES = {"bestsellers": 20, "middle": 80, "long tail": 100}
GENRES = ["Animation", "Children", "Horror", "Sci-Fi", "Romance", "Crime", "Action", "Comedy", "Drama"]
NAMES = {"Animation": "family", "Children": "family"}
folder = Path(__file__).parent


def catalogue(ratings: pd.DataFrame) -> pd.DataFrame:
    """The films, most rated first, with one genre and a shelf each."""
    counts = ratings.groupby("movieId")["userId"].count()
    films = counts.reset_index(name="n").sort_values(["n", "movieId"], ascending=[False, True]).head(FILMS)
    films = films.merge(ratings[["movieId", "title", "genres"]].drop_duplicates("movieId"), on="movieId")
    films["shelf"] = np.repeat(list(SHELVES), list(SHELVES.values()))
    first = [next((g for g in GENRES if g in text.split("|")), "other") for text in films["genres"]]
    films["genre"] = [NAMES.get(genre, genre.lower()) for genre in first]
    return films.reset_index(drop=True)


def ease(known: np.ndarray, strength: float = 150.0) -> np.ndarray:
    """Scores of EASE: the linear autoencoder without self-similarity, in closed form."""
    inverse = np.linalg.inv(known.T @ known + strength * np.eye(known.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return known @ weights


def by_similarity(known: np.ndarray) -> np.ndarray:
    """Scores by cosine similarity to the films that a person liked."""
    unit = known / np.maximum(np.linalg.norm(known, axis=0), 1e-9)
    similar = unit.T @ unit
    np.fill_diagonal(similar, 0)
    return known @ similar


ratings = pd.read_csv(sys.argv[1]).sort_values(["userId", "timestamp", "movieId"])
films = catalogue(ratings)
ratings = ratings.merge(films.reset_index(names="film")[["movieId", "film"]], on="movieId")
ratings = ratings.sort_values(["userId", "timestamp", "movieId"])
ratings = ratings[ratings.groupby("userId")["film"].transform("size") >= FEWEST]
people = np.sort(ratings["userId"].unique())
ratings["person"] = np.searchsorted(people, ratings["userId"])
place = ratings.groupby("person").cumcount() / ratings.groupby("person")["film"].transform("size")
ratings["earlier"], ratings["hit"] = place < EARLIER, ratings["rating"] >= 4

shape = (len(people), FILMS)
earlier, known, hits = np.zeros(shape, bool), np.zeros(shape), np.zeros(shape, int)
for row in ratings.itertuples():
    earlier[row.person, row.film] |= row.earlier
    known[row.person, row.film] = row.earlier and row.hit
    hits[row.person, row.film] = not row.earlier and row.hit
scores = {"candidate_score": ease(known), "previous_score": by_similarity(known)}

(folder / "data").mkdir(exist_ok=True)
in_dev = np.random.default_rng(5).permutation(len(people)) < len(people) // 2
everybody = np.ones(len(people), bool)
for split, who in {"train": everybody, "dev": in_dev, "test": ~in_dev}.items():
    shown = who[:, None] & (np.ones(shape, bool) if split == "train" else ~earlier)
    person, film = np.nonzero(shown)
    relevance = (known if split == "train" else hits)[person, film].astype("int8")
    table = pd.DataFrame({"person": [f"p{i:03d}" for i in person], "film": films["title"].to_numpy()[film]})
    table["genre"], table["shelf"] = films["genre"].to_numpy()[film], films["shelf"].to_numpy()[film]
    table["history"] = np.where(known.sum(axis=1)[person] < 20, "short", "long")
    table["relevance"] = relevance
    for name, found in scores.items():
        table[name] = found[person, film].round(3)
    path = folder / f"data/{split}.parquet"
    table.to_parquet(path, compression="zstd", compression_level=19, index=False)
    print(path.name, len(table), path.stat().st_size, len(set(person)), relevance.sum())
