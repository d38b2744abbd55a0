"""specgen inside other tools: GitHub Actions, MLflow, pytest. Each file is imported when its tool asks for it."""
