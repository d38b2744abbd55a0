"""Which tool wrote a file, told by its content."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from specgen.inputs.logs.log import EvaluationLog, LogError

LINES = (".jsonl", ".ndjson")
LONGEST_LINE = 2**24


def evaluation_log(files: Sequence[Path]) -> EvaluationLog | None:
    """The log that files of one kind are, None for files that are tables of rows.

    Raises LogError for a log that cannot be used, and for JSON of which nothing is known.
    """
    if files[0].suffix.lower() not in (".eval", ".json", *LINES):
        return None
    try:
        return _read(files)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        # The formats are other people's and change: whatever is not where it was is told, not a crash of ours.
        raise LogError(f"its form is none that specgen knows ({type(error).__name__}: {error})") from error


def _read(files: Sequence[Path]) -> EvaluationLog | None:
    # Adapters are imported where a log is met, so that tables of rows need not wait for them.
    from specgen.inputs.logs.inspect import inspect_log, read_eval
    from specgen.inputs.logs.lm_eval import is_sample, lm_eval_log

    suffix = files[0].suffix.lower()
    if suffix == ".eval":
        return inspect_log([read_eval(file) for file in files])
    if suffix in LINES:
        return lm_eval_log(files) if is_sample(_first_line(files[0])) else None
    return _of_documents(files) if suffix == ".json" else None


def _of_documents(files: Sequence[Path]) -> EvaluationLog:
    from specgen.inputs.logs.inspect import inspect_log
    from specgen.inputs.logs.mlflow_table import is_mlflow_table, mlflow_log
    from specgen.inputs.logs.promptfoo import is_promptfoo, promptfoo_log

    documents = [_document(file) for file in files]
    first = documents[0]
    if all(_is_inspect(document) for document in documents):
        return inspect_log([(document, document.get("samples") or []) for document in documents])
    if isinstance(first, dict) and "higher_is_better" in first:
        raise LogError(
            "it holds lm-evaluation-harness's totals, no examples; name samples_*.jsonl, which --log_samples writes"
        )
    for recognised, adapter in ((is_promptfoo, promptfoo_log), (is_mlflow_table, mlflow_log)):
        if recognised(first):
            if len(documents) > 1:
                raise LogError("several files of results; name one")
            return adapter(first)
    raise LogError(
        "it is no evaluation log that specgen knows (Inspect, promptfoo, MLflow); rows go into .jsonl, one a line"
    )


def _is_inspect(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("eval"), dict) and "status" in document


def _document(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise LogError(f"it is no JSON: {error}") from error


def _first_line(file: Path) -> object:
    try:
        with file.open(encoding="utf-8") as lines:
            return json.loads(lines.readline(LONGEST_LINE))
    except (ValueError, RecursionError):
        return None
