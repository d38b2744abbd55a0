"""Results of promptfoo: the JSON that `promptfoo eval -o results.json` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from specgen.inputs.logs.log import EvaluationLog, LogError, Score, beside, text_ids


def is_promptfoo(document: object) -> bool:
    """Whether a JSON document is promptfoo's results."""
    inner = document.get("results") if isinstance(document, Mapping) else None
    return isinstance(inner, Mapping) and isinstance(inner.get("results"), list)


def promptfoo_log(document: Mapping[str, Any]) -> EvaluationLog:
    """A row a test case; scores of several outputs (prompts and providers) are called `score [NAME]`.

    `score`, `pass` and the named scores are as promptfoo gives them: 0 where the provider failed.
    """
    results: Sequence[Mapping[str, Any]] = document["results"]["results"]
    if not results:
        raise LogError("promptfoo's results are empty")
    outputs = _outputs(results)
    cases = {int(one["testIdx"]): one for one in reversed(results)}
    order = sorted(cases)
    ids = text_ids([_asked(cases[case]) for case in order])
    rows = {case: _row(name, cases[case]) for case, name in zip(order, ids, strict=True)}
    models: dict[str, dict[str, str]] = {label: {} for label in outputs.values()}
    for one in results:
        label = outputs[int(one["promptIdx"])]
        ending = f" [{label}]" if len(outputs) > 1 else ""
        row = rows[int(one["testIdx"])]
        for name, value in _values(one).items():
            row[f"{name}{ending}"] = value
        models[label] |= {name: f"{name}{ending}" for name in _scores(one)}
    first = next(iter(models.values()))
    several = models if len(models) > 1 else None
    return EvaluationLog("promptfoo", list(rows.values()), tuple(map(Score, first.values())), None, several)


def _outputs(results: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """A name for each output by its place: the provider's label, and the prompt's where a provider has several."""
    found: dict[int, tuple[str, str]] = {}
    for one in results:
        provider = one.get("provider") or {}
        label = provider.get("label") or provider.get("id") or "output"
        found[int(one["promptIdx"])] = (label, (one.get("prompt") or {}).get("label") or "")
    providers = [provider for provider, _ in found.values()]
    return {
        place: provider if providers.count(provider) == 1 else f"{provider}, prompt {place + 1}"
        for place, (provider, _) in sorted(found.items())
    }


def _asked(one: Mapping[str, Any]) -> str:
    described = (one.get("testCase") or {}).get("description")
    return str(described or json.dumps(one.get("vars") or {}, ensure_ascii=False, sort_keys=True))


def _row(name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"id": name}
    row |= beside(dict.fromkeys(["id", "score", "pass", "answer", "cost"]), one.get("vars") or {}, "vars")
    told = {k: v for k, v in (one.get("metadata") or {}).items() if not k.startswith("_promptfoo")}
    return row | beside(row, told, "metadata")


def _scores(one: Mapping[str, Any]) -> dict[str, Any]:
    named = beside({"score": 0, "pass": 0, "id": 0}, one.get("namedScores") or {}, "named")
    return {"score": one.get("score"), "pass": float(bool(one.get("success"))), **named}


def _values(one: Mapping[str, Any]) -> dict[str, Any]:
    found = _scores(one) | {"answer": (one.get("response") or {}).get("output")}
    return found | {"latency_ms": one.get("latencyMs"), "cost": one.get("cost")}
