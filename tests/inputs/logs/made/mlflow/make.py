"""Static answers judged by two metrics of our own with `mlflow.models.evaluate`; no model is called."""

from pathlib import Path

import mlflow
import pandas as pd
from mlflow.metrics import MetricValue, make_metric

N = 30
frame = pd.DataFrame(
    {
        "inputs": [f"What is {i} times {i + 1}?" for i in range(N)],
        "ground_truth": [str(i * (i + 1)) for i in range(N)],
        "answer": [str(i * (i + 1)) if i % 5 else "no idea at all" for i in range(N)],
        "topic": ["small" if i < 12 else "large" for i in range(N)],
    }
)


def right(predictions, targets):
    scores = [float(p == t) for p, t in zip(predictions, targets, strict=True)]
    return MetricValue(scores=scores, aggregate_results={"mean": sum(scores) / N})


def judged(predictions, targets):
    scores = [5 if p == t else 1 + len(p) % 3 for p, t in zip(predictions, targets, strict=True)]
    why = ["as told"] * len(scores)
    return MetricValue(scores=scores, justifications=why, aggregate_results={"mean": sum(scores) / N})


mlflow.set_tracking_uri("sqlite:///mlflow.db")
with mlflow.start_run() as run:
    metrics = [
        make_metric(eval_fn=right, greater_is_better=True, name="right"),
        make_metric(eval_fn=judged, greater_is_better=True, name="answer_correctness"),
    ]
    mlflow.models.evaluate(
        data=frame, predictions="answer", targets="ground_truth", evaluators="default", extra_metrics=metrics
    )
    table = "eval_results_table.json"
    mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=table, dst_path=str(Path()))
