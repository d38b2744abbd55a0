"""`specgen keys`: keys to sign decisions with."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from specgen.cli.options import NoColor, Quiet

PASSWORD = "SPECGEN_KEY_PASSWORD"

keys = typer.Typer(no_args_is_help=True, help="Make keys to sign decisions with.")


@keys.command()
def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.p12", help="Where to write the key.", show_default=False)
    ],
    name: Annotated[str, typer.Option(help="Whose it is, as signatures say.", show_default=False)],
    days: Annotated[int, typer.Option(min=1, max=3660, help="Days that its certificate is good.")] = 730,
    no_password: Annotated[bool, typer.Option("--no-password", help="Write it without a password.")] = False,
    quiet: Quiet = False,
    no_color: NoColor = False,  # noqa: ARG001 - nothing here is coloured
) -> None:
    """Write a new key with a self-made certificate (PKCS#12), and the certificate for others to trust (.crt).

    Its password is asked for, or taken from the environment (SPECGEN_KEY_PASSWORD).
    """
    from specgen.cli.terminal import fail
    from specgen.record.keys import CERTIFICATE, KeyFileError, needs_pyhanko, new_key

    if not name.strip():
        raise typer.BadParameter("a name is needed", param_hint="--name")
    try:
        with needs_pyhanko():
            written = new_key(file, name.strip(), days, None if no_password else _password())
    except KeyFileError as error:
        raise fail(f"specgen: {error}", 2) from None
    if not quiet:
        typer.echo(f"{file}: the key of {written.name}; keep it to yourself")
        typer.echo(f"{file.with_suffix(CERTIFICATE)}: its certificate, for those who verify (--trust)")
        typer.echo(f"SHA-256 {written.sha256}")


def _password() -> str:
    given = os.environ.get(PASSWORD)
    if given:
        return given
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"no password: set {PASSWORD}, or say --no-password", param_hint="password")
    return str(typer.prompt("Password of the new key", hide_input=True, confirmation_prompt=True))


def with_password(written: str) -> tuple[str, str | None]:
    """A key and its password: none, that of the environment, or asked for on a terminal. Raises KeyFileError."""
    from specgen.record.keys import PasswordError, opened_key

    for secret in (None, os.environ.get(PASSWORD) or None):
        try:
            with opened_key(written, secret):
                return written, secret
        except PasswordError:
            if secret is None:
                continue
            raise
    if not sys.stdin.isatty():
        raise PasswordError(f"{written}: the key's password is missing; set {PASSWORD}")
    return written, str(typer.prompt(f"Password of {written}", hide_input=True))
