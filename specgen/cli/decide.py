"""`specgen decide`: record a decision on a run."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specgen.cli.options import NoColor, Quiet

if TYPE_CHECKING:
    from specgen.record.decision import Choice


def decide(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN",
            help="A run's folder or results.json, or a project's for its latest.",
            show_default=False,
        ),
    ],
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Who decides, as in the spec's decision.approvers.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
    go: Annotated[bool, typer.Option("--go", help="Decide go.")] = False,
    no_go: Annotated[bool, typer.Option("--no-go", help="Decide no-go.")] = False,
    conditional: Annotated[bool, typer.Option("--conditional", help="Decide go, under conditions.")] = False,
    condition: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="A condition; may be given several times.")
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Last day (2027-01-31); default: after decision.expires_days."),
    ] = None,
    override: Annotated[
        str | None, typer.Option(metavar="REASON", help="Decide against what stands in the way, and say why.")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE", help="Sign with this key: a PKCS#12 file, or a pkcs11: URI. May be repeated."
        ),
    ] = None,
    quiet: Quiet = False,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """Record who decides what on RUN, and why, with a copy of its report that has a page of signatures.

    0 recorded · 1 the report says no-go · 3 it is inconclusive · 2 the command is wrong · 4 it cannot be written.
    """
    from specgen.cli.keys import with_password
    from specgen.cli.terminal import fail
    from specgen.pipeline.decide import (
        Asked,
        ChangedRunError,
        NeedlessOverrideError,
        OverruledError,
        decide,
    )
    from specgen.pipeline.exits import ExitCode, exit_code
    from specgen.pipeline.formats import RenderError
    from specgen.record.folder import FolderError, read_result
    from specgen.record.keys import KeyFileError
    from specgen.record.runs import find_run

    now = datetime.now(UTC)
    asked = Asked(
        _choice(go, no_go, conditional, bool(condition)), _said(by, "--by"), _said(reason, "--reason"),
        tuple(_said(one, "--condition") for one in condition or ()), _day(expires, now.date()),
        None if override is None else _said(override, "--override"),
    )  # fmt: skip
    try:
        place = find_run(run)
        recorded = decide(place, asked, [with_password(one) for one in key or ()], now)
    except OverruledError as error:
        code = exit_code(read_result(place)) if error.by_verdict else ExitCode.USAGE
        told = "\n".join(f"specgen: {reason}" for reason in error.reasons)
        raise fail(
            f"{told}\nspecgen: --override REASON decides nevertheless, and is recorded", code
        ) from None
    except NeedlessOverrideError:
        raise fail(
            "specgen: --override: nothing stands in the way of this decision", ExitCode.USAGE
        ) from None
    except ChangedRunError as error:
        raise fail(f"specgen: {error}; `specgen verify {place}` tells more", ExitCode.NO_GO) from None
    except (FolderError, KeyFileError) as error:
        raise fail(f"specgen: {error}", ExitCode.USAGE) from None
    except RenderError as error:
        raise fail(f"specgen: {error}", ExitCode.FAILED) from None
    if not quiet:
        signers = ", ".join(one.name for one in recorded.decision.signers)
        until = f", until {recorded.decision.expires}" if recorded.decision.expires else ""
        typer.echo(f"{recorded.decision.decision} by {recorded.decision.by}{until}; "
                   + (f"signed by {signers}" if signers else "not signed; --key signs it"))  # fmt: skip
        for told in recorded.decision.overridden:
            typer.echo(f"  overridden: {told}")
        typer.echo(recorded.folder / "report.pdf")


def _choice(go: bool, no_go: bool, conditional: bool, conditions: bool) -> Choice:
    if go + no_go + conditional != 1:
        raise typer.BadParameter("say one of --go, --no-go and --conditional", param_hint="decision")
    if conditional and not conditions:
        raise typer.BadParameter("--conditional needs a --condition", param_hint="--condition")
    if conditions and not conditional:
        raise typer.BadParameter("conditions go with --conditional", param_hint="--condition")
    return "go" if go else "no-go" if no_go else "conditional"


def _said(text: str, option: str) -> str:
    if not text.strip():
        raise typer.BadParameter("nothing is said", param_hint=option)
    return text.strip()


def _day(text: str | None, today: date) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no date like 2027-01-31", param_hint="--expires") from None
    if day < today:
        raise typer.BadParameter(f"{day} is over", param_hint="--expires")
    return day
