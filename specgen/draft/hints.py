"""What a column's name says that it is. Names are hints; `roles` holds them against the values."""

from __future__ import annotations

from collections.abc import Collection

from specgen.draft.columns import Column

# fmt: off
PREDICTION = {"prediction", "predictions", "predicted", "predict", "pred", "preds", "hat", "yhat", "ypred",
              "hypothesis", "hyp", "forecast", "estimate", "estimated", "output", "response", "guess", "decoded",
              "transcribed"}
SCORE = {"score", "scores", "prob", "probs", "proba", "probability", "probabilities", "confidence", "likelihood",
         "softmax"}
HUMAN = {"annotator", "annotation", "rater", "human", "person", "people", "reviewer", "expert", "doctor",
         "radiologist", "reader", "coder", "labeller", "labeler"}
TARGET = {"target", "label", "labels", "truth", "true", "actual", "gold", "ground", "reference", "ref", "y", "class",
          "outcome", "observed", "expected", "ytrue"}
RELEVANCE = {"relevance", "rel", "grade", "gain", "relevant", "clicked", "click"}
UNIT = {"user", "patient", "speaker", "customer", "subject", "session", "group", "household", "account", "device",
        "author", "participant", "client", "member", "family", "sentence", "document", "store", "shop"}
QUERY = {"query", "qid", "search", "question"}
ITEM = {"item", "product", "film", "movie", "doc", "document", "page", "article", "song"}
ID = {"id", "uuid", "guid", "key", "index", "idx", "identifier"}
TIME = {"time", "timestamp", "date", "datetime", "day", "year", "month", "week", "created", "recorded", "at"}
# fmt: on
YEARS = (1900, 2100)


def has(column: Column, words: Collection[str]) -> bool:
    """Whether a word of its name is among these."""
    return any(word in words for word in column.words)


def says_prediction(column: Column) -> bool:
    """Predictions, and no probabilities of them."""
    return has(column, PREDICTION) and not has(column, SCORE)


def says_score(column: Column) -> bool:
    """Probabilities, confidences: `p`, `p_yes`, `predicted_probability`."""
    return has(column, SCORE) or (column.words[:1] == ("p",))


def says_human(column: Column) -> bool:
    """What a person said."""
    return has(column, HUMAN) and not has(column, ID)


def says_target(column: Column) -> bool:
    """The truth, and neither a prediction, nor a person's opinion, nor an id."""
    return has(column, TARGET | RELEVANCE) and not (
        has(column, PREDICTION | SCORE | HUMAN | ID) or column.words[:1] == ("p",)
    )


def says_time(column: Column) -> bool:
    """A date or time: by its type, or years by their range."""
    if column.kind == "time":
        return True
    years = column.low is not None and YEARS[0] <= column.low and (column.high or 0) <= YEARS[1]
    return column.whole and years and has(column, {"year"})


def stem(column: Column) -> tuple[str, ...]:
    """The words of its name but for those that say prediction, score or target: `pred_cat` → cat."""
    left = tuple(word for word in column.words if word not in PREDICTION | SCORE | TARGET and word != "p")
    return left or column.words
