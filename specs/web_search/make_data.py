"""Make the web search showcase's data: a simulated query log with graded judgements and two rankers.

    python make_data.py

Nothing here was searched or judged by anybody. Each query has a type (navigational: one site is
wanted; informational: many pages help; transactional: something is to be bought or done), 10 to 20
documents with a grade from 0 to 4, and the scores of two rankers. The previous ranker matches words
and knows site names. The candidate understands meaning, which helps wherever the query is a question,
and trusts pages with much text; the home page of a young site has little, so it sinks below pages
that write about the site.
"""

from pathlib import Path

import numpy as np
import pandas as pd

folder = Path(__file__).parent
QUERIES = {"train": 900, "dev": 400, "test": 1_000}
TYPES = {"navigational": 0.25, "informational": 0.55, "transactional": 0.20}
SITES = ["nor", "vel", "ka", "mi", "ton", "bra", "lu", "fen", "sol", "per", "zi", "dor"]
GOALS = {"navigational": ["", " login", " home page"], "transactional": ["buy ", "rent ", "book "]}
TOPICS = [
    "running shoes",
    "tax return",
    "sore throat",
    "train tickets",
    "solar panels",
    "sourdough",
    "used cars",
]
QUESTIONS = ["how to choose ", "what helps with ", "history of ", "difference between ", "cost of "]


def query_text(kind: str, rng: np.random.Generator) -> str:
    """What the user types."""
    site = "".join(rng.choice(SITES, 3, replace=False))
    if kind == "navigational":
        return site + str(rng.choice(GOALS["navigational"]))
    first = QUESTIONS if kind == "informational" else GOALS["transactional"]
    return str(rng.choice(first)) + str(rng.choice(TOPICS)) + " " + site


def grades(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Grades of a query's documents; the first is the home page of a navigational query."""
    if kind == "navigational":
        return np.concatenate([[4], rng.choice([0, 1, 2], count - 1, p=[0.75, 0.20, 0.05])])
    many = [0.42, 0.24, 0.17, 0.11, 0.06] if kind == "informational" else [0.50, 0.22, 0.14, 0.09, 0.05]
    return rng.choice(5, count, p=many)


def documents(number: int, rng: np.random.Generator) -> pd.DataFrame:
    """One query's documents with both rankers' scores."""
    kind = str(rng.choice(list(TYPES), p=list(TYPES.values())))
    grade = grades(kind, int(rng.integers(10, 21)), rng)
    count = len(grade)
    home = (np.arange(count) == 0) & (kind == "navigational")
    young = kind == "navigational" and rng.random() < 0.15
    match = {"navigational": 0.9, "informational": 0.45, "transactional": 0.55}[kind]
    meaning = {"navigational": 0.8, "informational": 0.95, "transactional": 0.75}[kind]
    words = match * grade + rng.normal(0, 1.1, count)
    sense = meaning * grade + rng.normal(0, 1.0, count)
    query = f"q{number:05d}"
    table = pd.DataFrame(
        {
            "query_id": query,
            "query": query_text(kind, rng),
            "type": kind,
            "site": "young" if young else ("known" if kind == "navigational" else "none"),
            "device": str(rng.choice(["phone", "desktop"], p=[0.6, 0.4])),
            "document_id": [f"{query}-{i:02d}" for i in range(count)],
            "page": np.where(home, "home page", rng.choice(["article", "shop", "forum"], count)),
            "relevance": grade,
            "previous_score": (words + 0.8 * home).round(3),
            "candidate_score": (sense + np.where(home & young, -4.5, 1.2 * home)).round(3),
        }
    )
    return table.sample(frac=1, random_state=number)


rng = np.random.default_rng(11)
(folder / "data").mkdir(exist_ok=True)
number = 0
for split, count in QUERIES.items():
    rows = pd.concat([documents(number + i, rng) for i in range(count)], ignore_index=True)
    number += count
    path = folder / f"data/{split}.parquet"
    rows.to_parquet(path, compression="zstd", compression_level=19, index=False)
    print(path.name, len(rows), path.stat().st_size)
