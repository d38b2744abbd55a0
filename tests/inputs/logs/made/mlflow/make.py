"""Static answers judged by mlflow's own heuristic metrics; no model is called."""

import pandas as pd, mlflow, json, pathlib

mlflow.set_tracking_uri("sqlite:///mlflow.db")
frame = pd.DataFrame(
    {
        "inputs": [f"What is {i} times {i + 1}?" for i in range(30)],
        "ground_truth": [str(i * (i + 1)) for i in range(30)],
        "answer": [str(i * (i + 1)) if i % 5 else "no idea at all" for i in range(30)],
        "topic": ["small" if i < 12 else "large" for i in range(30)],
    }
)

from mlflow.metrics import MetricValue, make_metric


def right(predictions, targets):
    scores = [float(p == t) for p, t in zip(predictions, targets)]
    return MetricValue(scores=scores, aggregate_results={"mean": sum(scores) / len(scores)})


def judged(predictions, targets):
    scores = [5 if p == t else 1 + len(p) % 3 for p, t in zip(predictions, targets)]
    return MetricValue(
        scores=scores,
        justifications=["as told"] * len(scores),
        aggregate_results={"mean": sum(scores) / len(scores)},
    )


with mlflow.start_run():
    found = mlflow.models.evaluate(
        data=frame,
        predictions="answer",
        targets="ground_truth",
        evaluators="default",
        extra_metrics=[
            make_metric(eval_fn=right, greater_is_better=True, name="right"),
            make_metric(eval_fn=judged, greater_is_better=True, name="answer_correctness"),
        ],
    )
    import mlflow.artifacts

    p = mlflow.artifacts.download_artifacts(
        run_id=mlflow.active_run().info.run_id, artifact_path="eval_results_table.json", dst_path="."
    )
    print(p, pathlib.Path(p).read_text()[:800])
