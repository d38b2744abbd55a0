"""One connection to one address, kept open: JSON there and back, every refusal told with what the server said."""

from __future__ import annotations

import http.client
import json
import os
import select
import ssl
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from specgen.models.adapters.registry import Given, LoadError
from specgen.models.failure import ModelFailure
from specgen.models.limits import BATCH_S, START_S
from specgen.spec.models import VARIABLE

QUOTED = 300
PAUSE_S = 0.1
# Of a limit, so that the address is named before the process is ended.
SHARE = 0.8


@dataclass(frozen=True)
class Reply:
    """What a server answered; `quoted` is the beginning of it, without the values of headers."""

    status: int
    body: bytes
    quoted: str

    def json(self) -> dict[str, Any]:
        """The body as a mapping. Raises ModelFailure for anything else."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ModelFailure("output", f"the answer is no JSON mapping: {self.quoted}")
        return found


@dataclass
class Address:
    """An http or https address. `secrets` are the variables that its headers name; no message shows them."""

    url: str
    path: str
    connection: http.client.HTTPConnection
    headers: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)
    start_s: float = START_S
    batch_s: float = BATCH_S

    def __post_init__(self) -> None:
        """The connection is closed with the address."""
        weakref.finalize(self, self.connection.close)

    def wait(self, path: str) -> Reply:
        """GET a path of the server, trying again while it refuses connections. Raises LoadError."""
        deadline = time.monotonic() + SHARE * self.start_s
        self.connection.timeout = SHARE * self.start_s
        while True:
            try:
                reply = self._request("GET", path)
                break
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    told = f"{self.url} refused connections for {SHARE * self.start_s:g} s"
                    raise LoadError(told) from None
                time.sleep(PAUSE_S)
            except (OSError, http.client.HTTPException) as error:
                raise LoadError(f"{self.url} cannot be reached: {_told(error)}") from error
        self.connection.timeout = SHARE * self.batch_s
        if self.connection.sock is not None:
            self.connection.sock.settimeout(self.connection.timeout)
        return reply

    def post(self, body: Mapping[str, Any]) -> Reply:
        """POST JSON to the address. Raises ModelFailure for every answer but 200 and for none."""
        try:
            sent = json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
        except (TypeError, ValueError) as error:
            raise ModelFailure("input", f"rows that JSON cannot hold: {error}") from error
        try:
            reply = self._request("POST", self.path, sent)
        except TimeoutError:
            raise ModelFailure(
                "timeout", f"no answer from {self.url} within {SHARE * self.batch_s:g} s"
            ) from None
        except (OSError, http.client.HTTPException) as error:
            raise ModelFailure("crash", f"the connection to {self.url} broke: {_told(error)}") from error
        if reply.status != 200:
            raise ModelFailure("exception", f"{self.url} answered {reply.quoted}")
        return reply

    def _request(self, method: str, path: str, body: bytes | None = None) -> Reply:
        self._close_stale()
        try:
            self.connection.request(method, path, body, dict(self.headers))
            response = self.connection.getresponse()
            found = response.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        return Reply(response.status, found, self._quoted(response, found))

    def _close_stale(self) -> None:
        """A server may close a connection on which nothing happened; the next request then opens another."""
        sock = self.connection.sock
        if sock is not None and select.select([sock], [], [], 0)[0]:
            self.connection.close()

    def _quoted(self, response: http.client.HTTPResponse, body: bytes) -> str:
        text = f"HTTP {response.status} {response.reason}".rstrip()
        if 300 <= response.status < 400:
            text += (
                f" to {response.headers.get('Location')} (redirects are not followed; give the last address)"
            )
        text += f": {' '.join(body.decode(errors='replace').split())}" if body else ""
        for name, value in self.secrets.items():
            text = text.replace(value, f"${name}")
        return text if len(text) <= QUOTED else text[:QUOTED] + "..."


def address_of(given: Given) -> Address:
    """The address that a spec's `http`, `headers` and `limits` name. Raises LoadError."""
    parts = urlsplit(given.value)
    headers = dict(given.keys.get("headers") or {})
    secrets = _secrets(headers)
    values = {key: VARIABLE.sub(lambda found: secrets[found[1]], value) for key, value in headers.items()}
    limits = given.keys.get("limits") or {}
    return Address(
        given.value,
        parts.path + (f"?{parts.query}" if parts.query else ""),
        http.client.HTTPSConnection(parts.hostname or "", parts.port, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname or "", parts.port),
        {"Content-Type": "application/json", "Accept": "application/json", **values},
        secrets,
        limits.get("start_s", START_S),
        limits.get("batch_s", BATCH_S),
    )


def _secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Values of the environment variables that headers name, checked so that no later error has to quote them."""
    found = {}
    for key, value in headers.items():
        for name in VARIABLE.findall(value):
            found[name] = os.environ.get(name, "").strip()
            if not found[name]:
                raise LoadError(f"headers.{key}: no environment variable {name}")
            if not (found[name].isascii() and found[name].isprintable()):
                raise LoadError(f"headers.{key}: {name} holds characters that a header cannot have")
    return found


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__
