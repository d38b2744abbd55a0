"""`specgen metrics`: what can be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from specgen.cli.options import NoColor

if TYPE_CHECKING:
    from specgen.metrics.registry import Metric


def metrics(
    name: Annotated[str | None, typer.Argument(help="One metric, with all that is known of it.")] = None,
    task: Annotated[str | None, typer.Option(help="Only those of a task type, such as binary.")] = None,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """List the metrics with the tasks that have them."""
    from specgen.metrics.registry import all_metrics
    from specgen.spec.problems import did_you_mean

    known = all_metrics()
    tasks_known = sorted({t for one in known.values() for t in one.tasks + one.label_tasks})
    if task is not None and task not in tasks_known:
        raise typer.BadParameter(f"no metrics for tasks of type '{task}'; there are {', '.join(tasks_known)}")
    if name is not None:
        same = [one for one in known.values() if one.name == name]
        if not same:
            names = [one.name for one in known.values()]
            raise typer.BadParameter(f"no metric '{name}'{did_you_mean(name, names)}")
        for one in same:
            _explain(one)
        return
    width = max(len(one.name) for one in known.values())
    for one in sorted(known.values(), key=lambda one: one.name):
        both = tuple(f"{t} (each)" if t in one.label_tasks else t for t in one.tasks)
        tasks = both + tuple(f"{t} (label)" for t in one.label_tasks if t not in one.tasks)
        if task is None or task in one.tasks + one.label_tasks:
            typer.echo(f"{one.name:<{width}} {', '.join(tasks):<49} {one.definition}")


def _explain(one: Metric) -> None:
    low, high = ("−∞" if one.low is None else f"{one.low:g}"), ("∞" if one.high is None else f"{one.high:g}")
    typer.echo(f"{one.name}: {one.help}\n")
    better = "neither higher nor lower" if one.better == "neither" else one.better
    typer.echo(f"Range {low} to {high}, {better} is better. Tasks: {', '.join(one.tasks)}.")
    for key, default in ({**one.parameters} | dict.fromkeys(one.columns)).items():
        typer.echo(f"Takes {key}, {'which it needs' if default is None else f'{default:g} by default'}.")
    if one.label_tasks:
        typer.echo(f"For {', '.join(one.label_tasks)} tasks: {{name: {one.name}, label: LABEL}}.")
