"""Additions, half in two digits, answered by Inspect's mock model; every seventh answer is wrong."""

from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, Target, accuracy, includes, mean, scorer, stderr
from inspect_ai.solver import TaskState, generate, solver

N = 40


def samples(n=N):
    for i in range(n):
        a, b = (i * 7) % 50, (i * 13) % 40
        yield Sample(
            input=f"What is {a} + {b}?",
            target=str(a + b),
            id=f"sum-{i}",
            metadata={
                "digits": "two" if a + b > 9 and i % 2 else "any",
                "carry": (a % 10 + b % 10) > 9,
                "a": a,
            },
        )


@scorer(metrics={"brevity": [mean(), stderr()], "politeness": [mean()]})
def style():
    async def score(state: TaskState, target: Target):
        n = len(state.output.completion)
        return Score(value={"brevity": 1.0 / n, "politeness": 0.5 if n % 2 else 1.0}, explanation="by length")

    return score


@solver
def fails_on(sample_id):
    """A tool that breaks at one sample: the sample ends with an error and without scores."""

    async def solve(state, generate):
        if state.sample_id == sample_id:
            raise RuntimeError("the tool broke")
        return state

    return solve


def outputs(every, model, n=N):
    found = []
    for i, s in enumerate(samples(n)):
        found.append(
            ModelOutput.from_content(model, "I do not know" if i % every == 3 else f"It is {s.target}.")
        )
        found[-1].usage = ModelUsage(input_tokens=8, output_tokens=5, total_tokens=13)
    return found


def run(every, name, epochs, fmt, n, broken):
    task = Task(
        dataset=MemoryDataset(list(samples(n))),
        solver=[fails_on(broken), generate()],
        fail_on_error=False,
        scorer=[includes(), style()],
        name="addition",
        epochs=epochs,
    )
    outs = outputs(every, name, n)
    outs = [o for o in outs for _ in range(epochs or 1)]
    model = get_model(f"mockllm/{name}", custom_outputs=outs)
    return eval(
        task, model=model, log_dir="logs", log_format=fmt, max_samples=1, max_connections=1, display="none"
    )[0]


for every, name, epochs, fmt, n, broken in [
    (7, "new", None, "eval", 30, None),
    (4, "old", None, "eval", 30, None),
    (2, "new", None, "json", 4, "sum-2"),
    (3, "new", 2, "eval", 12, None),
]:
    log = run(every, name, epochs, fmt, n, broken)
    print(log.location, log.status, str(log.error)[:600])
