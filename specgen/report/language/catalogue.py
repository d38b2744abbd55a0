"""The messages of a language, read from `templates/languages/`: what each says, with placeholders in both.

A placeholder is `{name}`: a name or value, shown as it is but for the form of its numbers. A letter behind a colon
says more: `{n:n}` a number, `{m:m}` a metric of the result, `{word:t}` a word that is translated if it can be,
`{why:s}` a sentence that must be, `{who:o}` a name
of the user's, `{names:l}` a list such as `a, b and c` of words, `{gates:q}` one of sentences,
`{code:c}` anything. A letter in brackets may be missing: `{n:n} row[s]`. A translation may choose by a number:
`{n|Zeile|Zeilen}`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from specgen.report.language.spoken import ENGLISH
from specgen.report.templates import template_folder

NARROW = "\u202f"
FOLDER = "languages"
NUMBER = r"[-−+]?(?:\d[\d,]*(?:\.\d+)?|∞)"
PLACE = re.compile(r"\{(\w+)(?::([nmtslqofc]))?\}|\[(\w+)\]")


@dataclass(frozen=True)
class Message:
    """A message with placeholders: `kinds` are those of its placeholders, `rare` a part that it must hold."""

    written: str
    said: str
    kinds: dict[str, str]
    rare: str
    fixed: int

    @property
    def end(self) -> str:
        """What stands behind the last placeholder."""
        return PLACE.split(self.written)[-1]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What the message looks like with its placeholders filled in."""
        parts, end, seen = [], 0, set()
        for place in PLACE.finditer(self.written):
            parts.append(re.escape(self.written[end : place.start()]))
            name, kind, optional = place.groups()
            if optional:
                parts.append(f"(?:{re.escape(optional)})?")
            elif name in seen:
                parts.append(f"(?P={name})")
            else:
                parts.append(f"(?P<{name}>{NUMBER if kind == 'n' else '.+?'})")
                seen.add(name)
            end = place.end()
        whole = "".join(parts) + re.escape(self.written[end:])
        # Between a number and its unit stands a narrow space.
        return re.compile(whole.replace(r"\ ", f"[ {NARROW}]"), re.DOTALL)


@dataclass(frozen=True)
class Catalogue:
    """A language: how it writes numbers and dates, and its messages, the most specific first."""

    language: str
    name: str
    decimal: str
    thousands: str
    separator: str
    percent: str
    date: str
    months: dict[str, str]
    scripts: dict[str, str]
    metrics: dict[str, str]
    exact: dict[str, str]
    messages: tuple[Message, ...]

    @cached_property
    def by_start(self) -> dict[str, tuple[Message, ...]]:
        """Messages by their first four characters where these are fixed; under "" those that begin otherwise."""
        found = defaultdict(list)
        for message in self.messages:
            start = message.written[:4]
            found["" if set("{[") & set(start) or len(start) < 4 else start].append(message)
        return {start: tuple(some) for start, some in found.items()}


def languages() -> tuple[str, ...]:
    """The languages that there are, English first."""
    others = sorted(file.stem for file in (template_folder() / FOLDER).glob("*.json"))
    return (ENGLISH, *others)


@cache
def catalogue(language: str) -> Catalogue:
    """The messages of a language other than English; raises FileNotFoundError where there is none."""
    read: dict[str, Any] = json.loads((template_folder() / FOLDER / f"{language}.json").read_text("utf-8"))
    del read["about"]
    said: dict[str, str] = read.pop("messages")
    patterns = [_message(key, value) for key, value in said.items() if PLACE.search(key)]
    return Catalogue(
        language=language,
        exact={key: value for key, value in said.items() if not PLACE.search(key)},
        messages=tuple(sorted(patterns, key=lambda one: -one.fixed)),
        **read,
    )


def _message(written: str, said: str) -> Message:
    places = list(PLACE.finditer(written))
    kinds = {place[1]: place[2] or "x" for place in places if place[1]}
    fixed = PLACE.split(written)[:: PLACE.groups + 1]
    return Message(written, said, kinds, max(fixed, key=len), sum(map(len, fixed)))
