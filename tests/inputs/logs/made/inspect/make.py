"""Additions answered by Inspect's mock model: some answers wrong, one sample with an error, two trials each."""

import inspect_ai
from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, includes, mean, scorer, stderr
from inspect_ai.solver import generate, solver


def samples(count):
    for i in range(count):
        a, b = (i * 7) % 50, (i * 13) % 40
        about = {"digits": "two" if a + b > 9 and i % 2 else "any", "carry": (a % 10 + b % 10) > 9, "a": a}
        yield Sample(input=f"What is {a} + {b}?", target=str(a + b), id=f"sum-{i}", metadata=about)


@scorer(metrics={"brevity": [mean(), stderr()], "politeness": [mean()]})
def style():
    async def score(state, _):
        n = len(state.output.completion)
        return Score(value={"brevity": 1.0 / n, "politeness": 0.5 if n % 2 else 1.0}, explanation="by length")

    return score


@solver
def fails_on(sample_id):
    """A tool that breaks at one sample: the sample ends with an error and without scores."""

    async def solve(state, _):
        if state.sample_id == sample_id:
            raise RuntimeError("the tool broke")
        return state

    return solve


def outputs(every, model, count):
    for i, sample in enumerate(samples(count)):
        text = "I do not know" if i % every == 3 else f"It is {sample.target}."
        output = ModelOutput.from_content(model, text)
        output.usage = ModelUsage(input_tokens=8, output_tokens=5, total_tokens=13)
        yield output


def run(every, name, epochs, form, count, broken):
    task = Task(
        dataset=MemoryDataset(list(samples(count))),
        solver=[fails_on(broken), generate()],
        scorer=[includes(), style()],
        fail_on_error=False,
        name="addition",
        epochs=epochs,
    )
    answers = [output for output in outputs(every, name, count) for _ in range(epochs or 1)]
    model = get_model(f"mockllm/{name}", custom_outputs=answers)
    inspect_ai.eval(task, model=model, log_dir="logs", log_format=form, max_samples=1, max_connections=1)


run(7, "new", None, "eval", 30, None)
run(4, "old", None, "eval", 30, None)
run(2, "new", None, "json", 4, "sum-2")
run(3, "new", 2, "eval", 12, None)
