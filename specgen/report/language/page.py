"""A rendered page in another language: its texts, the attributes that a reader meets, the words of its scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape, unescape

from specgen.record.result import Result
from specgen.report.language.catalogue import Catalogue, catalogue
from specgen.report.language.spoken import COUNTED
from specgen.report.language.translate import Translator

# Markup, or the text before the next of it. Scripts and styles are one piece each.
PIECE = re.compile(r"<script\b.*?</script>|<style\b.*?</style>|<[^>]*>|[^<]+", re.S)
SPOKEN = re.compile(r' (alt|title|aria-label|data-tip|content|data-noun|data-verdict|data-rows)="([^"]*)"')
CONTENT = re.compile(r"(?<=content: )[^;]*(?=;)")
QUOTED = re.compile(r'"([^"\\]*)"')
# Parts that hold no words of the report: code, and cells that say they are not to be translated.
FOREIGN = {"code", "td", "th", "section"}
# Own sections of a team are in its own words.
NOT_TRANSLATED = re.compile(r' translate="?no\b| class="team"')
SCRIPT = '<script type="module">'
DESCRIBED = '<meta name="description"'
ENGLISH_WORDS = re.compile(
    r"\b(the|of|and|is|are|were|with|from|for|not|by|this|that|it|to|than|each|no|has|have|all|a)\b", re.I
)


def translated(html: str, result: Result) -> str:
    """An English page in the language that the result asks for; what has no translation stays as it is.

    Sentences without translation are marked as English for those who listen, and counted on the page.
    """
    language = catalogue(result.about.language)
    page = _Page(language, Translator(language, own_names(result), metric_names(result)))
    said = "".join(page.pieces(html.replace('<html lang="en">', f'<html lang="{language.language}">', 1)))
    left = f"{language.name}; {language.exact['every sentence translated']}"
    if page.left:
        count = f"{page.left} {'sentence' if page.left == 1 else 'sentences'} left in English"
        left = f"{language.name}; {page.translator.word(count)}"
    return said.replace(COUNTED, escape(left))


def own_names(result: Result) -> set[str]:
    """Names and texts that are the user's own, and stay as they are wherever they stand."""
    about = result.about
    names = {result.project, about.description, about.owner, about.target, about.candidate, *about.models}
    names |= {split.name for split in result.splits} | {one.name for one in result.milestones}
    names |= {name for part in result.slices for name in (part.name, part.family)}
    names |= {one.name for one in result.baseline_sources}
    names |= {one.label for one in result.measurements} | {
        name for one in result.confusions for name in one.labels
    }
    names |= {column.name for one in result.drift for column in one.columns if column.kind != "classifier"}
    names |= {group.group for check in result.fairness for gaps in check.metrics for group in gaps.groups}
    names |= {one.label for one in result.gates} | {one.baseline for one in result.gates}
    names |= {one.title for one in result.metrics if one.kind == "business"}
    return {one for one in names if one} - {"all"}


def metric_names(result: Result) -> set[str]:
    """How the metrics of a result are written: as titles, as keys, and within a sentence."""
    names = {name for one in result.metrics for name in (one.key, one.title)}
    names |= {one.metric for one in result.gates if one.metric}
    names |= {name.partition("@")[0] for name in names}
    names |= {name.replace("_", " ") for name in names}
    return names | {name[:1].lower() + name[1:] for name in names} | {name.lower() for name in names}


class _Page:
    """The pieces of a page, one after the other."""

    def __init__(self, language: Catalogue, translator: Translator) -> None:
        self.language, self.translator = language, translator
        self.left = 0
        self.quiet: list[str] = []

    def pieces(self, html: str) -> Iterator[str]:
        for piece in PIECE.findall(html):
            if not piece.startswith("<"):
                yield self.text(piece) if not piece.isspace() else piece
            elif piece.startswith("<style"):
                yield CONTENT.sub(self._content, piece)
            elif piece.startswith(SCRIPT):
                words = json.dumps(self.language.scripts, ensure_ascii=False).replace("<", "\\u003c")
                yield f'<script type="application/json" id="words">{words}</script>\n{piece}'
            elif piece.startswith("<script"):
                yield piece
            else:
                yield self._tag(piece)

    def _tag(self, tag: str) -> str:
        self._enter(tag)
        if "=" not in tag or (tag.startswith("<meta") and not tag.startswith(DESCRIBED)):
            return tag
        return SPOKEN.sub(self._attribute, tag)

    def _enter(self, tag: str) -> None:
        """Keep in mind what the next text stands in."""
        name = tag[1:].split(None, 1)[0].rstrip("/>")
        if name.removeprefix("/") in self.quiet and name.startswith("/"):
            self.quiet.remove(name[1:])
        elif name in ("bdi", "code", "text") or NOT_TRANSLATED.search(tag):
            self.quiet.append(name)

    def _attribute(self, found: re.Match[str]) -> str:
        name, value = found[1], unescape(found[2])
        if name == "data-rows":
            rows = [[anchor, *map(self.translator.word, lines)] for anchor, *lines in json.loads(value)]
            return f' data-rows="{escape(json.dumps(rows))}"'
        return f' {name}="{escape(" ".join(said for said, _ in self.translator.sentences(value)))}"'

    def _content(self, found: re.Match[str]) -> str:
        return QUOTED.sub(lambda one: f'"{self.language.exact.get(one[1], one[1])}"', found[0])

    def text(self, piece: str) -> str:
        """A text between two tags, with the space around it."""
        plain = unescape(piece)
        inner = plain.strip()
        if not inner or not FOREIGN.isdisjoint(self.quiet):
            return piece
        start = plain.index(inner)
        parts = self.translator.sentences(inner)
        shown = " ".join(self._shown(said, known) for said, known in parts)
        return escape(plain[:start], quote=False) + shown + escape(plain[start + len(inner) :], quote=False)

    def _shown(self, said: str, known: bool) -> str:
        text = escape(said, quote=False)
        if known or self.quiet or said in self.translator.own or len(ENGLISH_WORDS.findall(said)) < 2:
            return text
        self.left += 1
        return f'<span lang="en">{text}</span>'
