"""The model card: Hugging Face metadata with evaluation results, then the evaluation in words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from specgen.record.folder import DIGITS, folder_name
from specgen.record.result import Measurement, Result, SplitInfo
from specgen.report.markdown import tidy
from specgen.report.source import Source
from specgen.report.templates import render_markdown_template
from specgen.report.text import clean
from specgen.report.views.card import TASKS, card, reported

ENTRIES = 50
# Where the Hub has another word for the same number; `mape`, `wer`, `f1` and many more are the same there.
METRIC_TYPES = {
    "auc": "roc_auc", "mcc": "matthews_correlation", "brier": "brier_score", "r2": "r_squared",
    "spearman": "spearmanr",
}  # fmt: skip


def render_card(result: Result) -> str:
    """A model card (README.md of a model on the Hugging Face Hub) with what this run knows.

    Metadata as in huggingface/hub-docs, modelcard.md: `model-index` has a result for each evaluated split, with
    interval, confidence and rows of each value in `args`. Licence, language and training are the owner's to add.
    """
    source = Source(result, ENTRIES)
    text = render_markdown_template("model-card.md.j2", view=card(source))
    return f"---\n{_yaml(metadata(source))}---\n{tidy(text)}"


def metadata(source: Source) -> dict[str, Any]:
    """The front matter."""
    result = source.result
    uses = reported(source)
    types = dict.fromkeys(_type(metric) for metric, _ in uses)
    results = [_evaluation(source, split) for split in result.splits if split.evaluated]
    known = [one for one in results if one["metrics"]]
    found: dict[str, Any] = {"tags": ["specgen", f"readiness-{result.verdict}"]}
    if types:
        found["metrics"] = list(types)
    if known:
        found["model-index"] = [{"name": result.about.candidate, "results": known}]
    return found


def _evaluation(source: Source, split: SplitInfo) -> dict[str, Any]:
    result = source.result
    task_type, task_name = TASKS.get(result.about.task, ("other", result.about.task))
    files = {file.path: file.sha256 for file in result.run.inputs if file.role == f"data.{split.name}"}
    return {
        "task": {"type": task_type, "name": task_name},
        "dataset": {
            "type": folder_name(result.project),
            "name": f"{result.project}: {split.name}",
            "split": split.name,
            "args": {"rows": split.rows, "sha256": files},
        },
        "metrics": list(_values(source, split.name)),
    }


def _values(source: Source, split: str) -> Iterator[dict[str, Any]]:
    for metric, label in reported(source):
        found = source.get(source.candidate, metric, label, split=split)
        if found is not None and found.value is not None:
            info = source.metrics.get(metric)
            unit = f" ({info.unit})" if info and info.unit else ""
            yield {
                "type": _type(metric), "name": source.title(metric, label) + unit,
                "value": _rounded(found.value), "args": _args(found),
            }  # fmt: skip


def _args(found: Measurement) -> dict[str, Any]:
    ends = {"low": found.low, "high": found.high}
    known = {key: _rounded(value) for key, value in ends.items() if value is not None}
    label = {} if found.label is None else {"label": found.label}
    return {**label, "confidence": found.confidence, **known, "n": found.n, "method": found.method}


def _type(metric: str) -> str:
    name, _, parameter = metric.partition("@")
    return METRIC_TYPES.get(metric, f"{name}_at_{parameter}" if parameter else name)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _yaml(data: dict[str, Any]) -> str:
    """YAML that readers of 1.1 and of 1.2 read alike: texts in quotes, a line each."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.width = 10**9
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(_quoted(data), text)
    return text.getvalue()


def _quoted(value: Any) -> Any:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, str):
        return DoubleQuotedScalarString(clean(value))
    if isinstance(value, dict):
        return {_key(key): _quoted(part) for key, part in value.items()}
    return [_quoted(part) for part in value] if isinstance(value, list) else value


def _key(key: str) -> str:
    """Keys of our own stand plain; names of files do not."""
    quoted: str = _quoted(key)
    return key if key.replace("-", "_").isidentifier() else quoted
