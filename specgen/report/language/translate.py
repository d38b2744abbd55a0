"""One text of the report in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable

from specgen.report.language.catalogue import NARROW, Catalogue, Message
from specgen.report.language.numerals import amount, date, is_amount
from specgen.report.text import sentence

CHOICE = re.compile(r"\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}")
# Where a text may be two: behind a sentence's end.
BREAK = re.compile(r"(?<=[.!?:;…]) +(?=\S)|(?<=\)\.) +(?=\S)")
ENDS = re.compile(r"[.;?!] +\S")
# Words that no name or value has: what holds one is a sentence.
PROSE = re.compile(
    r"(?<![\w=./-])(?:the|of|and|or|is|are|was|were|with|without|from|for|not|by|this|that|it|its|to|than|each|no|has|have|"
    r"on|at|so|which|what|where|whose|be|as|they|there|their|rows?|slices?|gates?|more|least|most)(?![\w=./-])"
)
BETWEEN = re.compile(r", |; | and ")
DEEPEST = 6
# Fewer characters do not tell which sentence was cut.
LEAST = 16


class Translator:
    """Texts of one report; what it was asked once it knows. `own` are names of the user's, which stay as they are,
    `metrics` the names of what was measured.
    """

    def __init__(self, language: Catalogue, own: Iterable[str], metrics: Iterable[str]) -> None:
        self.language = language
        self.own = frozenset(own)
        self.titles = {name.lower(): said for name, said in language.metrics.items()}
        self.metrics = frozenset(metrics) | set(language.metrics) | set(self.titles)
        self.known: dict[str, str | None] = {}

    def text(self, text: str) -> str | None:
        """The text in the language; None where some of it has no translation."""
        if text not in self.known:
            self.known[text] = None  # A text that is asked for within itself has no translation.
            self.known[text] = self._whole(text)
        return self.known[text]

    def sentences(self, text: str) -> list[tuple[str, bool]]:
        """The text sentence by sentence as far as it can be translated, and whether each was."""
        said = self.text(text)
        if said is not None:
            return [(said, True)]
        found = []
        for part in BREAK.split(text):
            said = self.text(part)
            found.append((part, False) if said is None else (said, True))
        return found

    def word(self, text: str) -> str:
        """A name or a word: translated where it can be, else as it is."""
        said = self.text(text)
        return text if said is None else said

    def _whole(self, text: str) -> str | None:
        if text in self.own:
            return text
        if (said := self.language.exact.get(text)) is not None:
            return said
        if text in self.metrics and (said := self._title(text)) is not None:
            return said
        if is_amount(text):
            return amount(text, self.language)
        if (when := date(text, self.language)) is not None:
            return when
        return self._filled(text) or self._otherwise_written(text) or self._parts(text)

    def _otherwise_written(self, text: str) -> str | None:
        """A message with a sentence's end, behind another's beginning, or begun with the other kind of letter."""
        if text[:2] in (": ", ", ", ". "):
            said = self.text(text[2:])
            return None if said is None else text[:2] + said
        if text[-1:] in ".:;,…" and len(text) > 1:
            said = self.text(text[:-1])
            return self._cut(text) if said is None else said.removesuffix(".") + text[-1]
        other = text[:1].swapcase() + text[1:]
        if other == text or other in self.own:
            return None
        said = self.language.exact.get(other) or self._filled(other)
        return said[:1].upper() + said[1:] if said and text[:1].isupper() else said

    def _cut(self, text: str) -> str | None:
        """A message without placeholders that was cut short, cut short."""
        start = text.removesuffix("…")
        if start == text or len(start) < LEAST:
            return None
        for whole, said in self.language.exact.items():
            if whole.startswith(start):
                return sentence(said, max(len(text), LEAST))
        return self._cut_behind(start, len(text))

    def _cut_behind(self, start: str, most: int) -> str | None:
        """A message with placeholders that was cut short behind the last of them."""
        for message in self.language.messages:
            end = message.end
            if len(end) < LEAST or end[:LEAST] not in start:
                continue
            head, _, cut = start.rpartition(end[:LEAST])
            if end[LEAST:].startswith(cut) and (found := message.pattern.fullmatch(head + end)) is not None:
                said = self._with(message, found)
                return None if said is None else sentence(said, max(most, LEAST))
        return None

    def _filled(self, text: str) -> str | None:
        """By the first message that the text is, with its placeholders filled in."""
        by_start, plain = self.language.by_start, text.replace(NARROW, " ")
        for message in (*by_start.get(plain[:4], ()), *by_start.get("", ())):
            if message.rare not in plain:
                continue
            found = message.pattern.fullmatch(text)
            if found is not None and (said := self._with(message, found)) is not None:
                return said
        return None

    def _with(self, message: Message, found: re.Match[str]) -> str | None:
        values = {}
        for name, kind in message.kinds.items():
            value = self._value(found[name], kind)
            if value is None:
                return None
            values[name] = value

        def chosen(place: re.Match[str]) -> str:
            name, one, other = place.groups()
            if one is None:
                return values[name]
            return one if found[name] == "1" else other

        return CHOICE.sub(chosen, message.said)

    def _value(self, text: str, kind: str) -> str | None:
        if text in self.own or kind == "c":
            return text
        if kind == "n":
            return amount(text, self.language)
        if kind == "s":
            return self.text(text)
        if kind == "t":
            return self._word(text)
        if kind == "f":
            return self.text(text) or text
        if kind == "l":
            return self._list(text)
        if kind == "q":
            return self._messages(text)
        if kind == "o":
            return self._own(text)
        if kind == "m":
            return self._metric(text)
        return self._name(text)

    def _word(self, text: str) -> str | None:
        """Translated if it can be, as it is if it is a name; None for a sentence."""
        said = self.text(text)
        return self._name(text) if said is None else said

    def _name(self, text: str) -> str | None:
        if text in self.own:
            return text
        if ENDS.search(text) or PROSE.search(text):
            return None
        if (when := date(text, self.language)) is not None:
            return when
        return amount(text, self.language) if is_amount(text) else text

    def _metric(self, text: str) -> str | None:
        """A metric by itself, of a label, on a slice."""
        if text not in self.metrics:
            return self._filled(text) if any(map(text.startswith, self.metrics)) else None
        return self._whole(text) or text

    def _title(self, text: str) -> str | None:
        """The language's name of a metric of specgen; NDCG@10 keeps its parameters."""
        name, at, value = text.partition("@")
        said = self.titles.get(name.replace("_", " ").lower())
        return None if said is None else said + at + value

    def _own(self, text: str) -> str | None:
        """A name of the user's, or two: `release (test)`."""
        first, _, second = text.removesuffix(")").partition(" (")
        if first in self.own and second in self.own:
            return text
        return self.language.exact.get(text)

    def _list(self, text: str) -> str | None:
        """`a, b and c`."""
        before, joined, last = text.rpartition(" and ")
        parts = [*before.split(", "), last] if joined else last.split(", ")
        said = [one for part in parts if (one := self._word(part)) is not None]
        if len(said) < len(parts):
            return None
        end = f" {self.language.exact['and']} {said.pop()}" if joined else ""
        return ", ".join(said) + end

    def _messages(self, text: str) -> str | None:
        """Messages with commas, semicolons or `and` between them, which may have some of their own."""
        if (said := self._whole(text)) is not None:
            return said
        for found in BETWEEN.finditer(text):
            if (said := self.text(text[: found.start()])) is not None:
                rest = self._messages(text[found.end() :])
                if rest is not None:
                    between = f" {self.language.exact['and']} " if found[0] == " and " else found[0]
                    return said + between + rest
        return None

    def _parts(self, text: str) -> str | None:
        """Sentence by sentence, if each can be translated; the first as long as it can be."""
        breaks = [*BREAK.finditer(text)][:DEEPEST]
        for found in reversed(breaks):
            first = self.text(text[: found.start()])
            if first is not None:
                rest = self.text(text[found.end() :])
                if rest is not None:
                    return f"{first}{found[0]}{rest}"
        return None
