"""Make the lending showcase's splits and predictions from data/german_credit.csv.

    python make_predictions.py

500 applicants are train, 200 dev and 300 test, drawn so that each has the same share of good risks.
The candidate is a logistic regression over all columns but the protected ones (age, personal status
and sex, foreign worker); the previous scorecard is one over three columns a clerk would ask for. Two
rules stand beside them: refuse everybody, and the candidate with the usual threshold of one half.
"""

from pathlib import Path

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

PROTECTED = ["age_in_years", "personal_status_and_sex", "foreign_worker"]
CLERK = ["duration_in_month", "credit_amount", "present_employment_since"]
folder = Path(__file__).parent


def scorecard(columns: pd.DataFrame, strength: float) -> object:
    """Logistic regression over scaled numbers and one column for each category."""
    words = list(columns.select_dtypes(exclude="number").columns)
    numbers = [name for name in columns if name not in words]
    encoded = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), words), (StandardScaler(), numbers)
    )
    return make_pipeline(encoded, LogisticRegression(C=strength, max_iter=1000))


credit = pd.read_csv(folder / "data/german_credit.csv")
credit.insert(0, "applicant_id", [f"a{i:04d}" for i in range(1, len(credit) + 1)])
credit["risk"] = credit.pop("credit_risk").map({1: "good", 2: "bad"})
train, rest = train_test_split(credit, train_size=500, random_state=0, stratify=credit["risk"])
dev, test = train_test_split(rest, train_size=200, random_state=0, stratify=rest["risk"])

features = [name for name in credit if name not in ("applicant_id", "risk", *PROTECTED)]
models = {
    "candidate": (features, scorecard(train[features], 0.1)),
    "previous": (CLERK, scorecard(train[CLERK], 1.0)),
}
for columns, model in models.values():
    model.fit(train[columns], train["risk"] == "good")
(folder / "predictions").mkdir(exist_ok=True)
for split, rows in {"train": train, "dev": dev, "test": test}.items():
    shown = pd.DataFrame(
        {
            "applicant_id": rows["applicant_id"],
            "risk": rows["risk"],
            "age": rows["age_in_years"],
            "age_group": (rows["age_in_years"] <= 25).map({True: "young", False: "older"}),
            "sex": (rows["personal_status_and_sex"] == "A92").map({True: "female", False: "male"}),
            "purpose": rows["purpose"],
            "amount": rows["credit_amount"],
            "months": rows["duration_in_month"],
        }
    ).sort_values("applicant_id")
    shown.to_csv(folder / f"data/{split}.csv", index=False)
    scores = {
        name: model.predict_proba(rows[columns])[:, 1].round(4) for name, (columns, model) in models.items()
    }
    at_one_half = ["good" if p >= 0.5 else "bad" for p in scores["candidate"]]
    files = {name: {"p_good": found} for name, found in scores.items()}
    files["rules"] = {"refuse_all": "bad", "at_one_half": at_one_half}
    for name, columns in files.items():
        table = pd.DataFrame({"applicant_id": rows["applicant_id"], **columns}).sort_values("applicant_id")
        table.to_csv(folder / f"predictions/{name}-{split}.csv", index=False)
