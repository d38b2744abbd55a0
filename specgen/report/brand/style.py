"""`style.css`: written anew so that it reaches a team's own sections and nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from specgen.report.brand.markup import PICTURE, TAGS, own_class
from specgen.spec.problems import did_you_mean

Fault = tuple[int, int, str]

SCOPE = ".own"
# Nothing that takes a box out of its place, covers others, or names what pages and contents are made of.
PROPERTIES = frozenset(
    """align-content align-items align-self background background-color background-image background-position
    background-repeat background-size border border-bottom border-bottom-color border-bottom-left-radius
    border-bottom-right-radius border-bottom-style border-bottom-width border-collapse border-color border-left
    border-left-color border-left-style border-left-width border-radius border-right border-right-color
    border-right-style border-right-width border-spacing border-style border-top border-top-color
    border-top-left-radius border-top-right-radius border-top-style border-top-width border-width box-sizing
    break-after break-before break-inside caption-side clear color column-count column-gap column-rule column-width
    columns content display empty-cells flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float
    font font-family font-feature-settings font-size font-style font-variant font-variant-numeric font-weight gap
    grid-template-columns height hyphens justify-content justify-items justify-self letter-spacing line-height
    list-style list-style-position list-style-type margin margin-bottom margin-left margin-right margin-top max-height
    max-width min-height min-width opacity order orphans overflow-wrap padding padding-bottom padding-left
    padding-right padding-top row-gap table-layout text-align text-align-last text-decoration text-decoration-color
    text-decoration-style text-transform vertical-align white-space widows width word-break word-spacing""".split()  # noqa: SIM905 - a list of them is four times as long
)
FUNCTIONS = frozenset(
    (
        "rgb",
        "rgba",
        "hsl",
        "hsla",
        "var",
        "linear-gradient",
        "radial-gradient",
        "repeat",
        "minmax",
        "light-dark",
    )
)
NESTING = ("has", "is", "not", "where")
LARGEST = 1_000


@dataclass
class _Sheet:
    """What is found on the way through a style sheet; `words` are all that stand in the sections."""

    words: Collection[str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, node: Any, text: str) -> None:
        self.faults.append((node.source_line, node.source_column, text))


def scoped_style(css: str, words: Collection[str]) -> tuple[str, list[Fault]]:
    """The style sheet for a team's own sections, and what is wrong with it: line, column, what and what else.

    A class that no section mentions (`words`) is an error, since its rule would do nothing.
    """
    from tinycss2 import parse_stylesheet

    sheet = _Sheet(words)
    lines = [line for line, text in enumerate(css.splitlines(), start=1) if re.search(r"<|\\", text)]
    sheet.faults += [
        (line, 1, "no '<' and no '\\' in style.css; write max-width for a narrow screen") for line in lines
    ]
    found = "\n".join(_rules(parse_stylesheet(css, skip_comments=True, skip_whitespace=True), sheet))
    return found, sorted(sheet.faults)


def _rules(nodes: list[Any], sheet: _Sheet) -> Iterator[str]:
    from tinycss2 import parse_rule_list, serialize

    for node in nodes:
        if node.type == "qualified-rule":
            yield f"{_selectors(node, sheet)} {{ {_declarations(node, sheet)} }}"
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None:
            inside = parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield f"@media {serialize(node.prelude).strip()} {{ {' '.join(_rules(inside, sheet))} }}"
        elif node.type == "at-rule":
            hint = {
                "import": "; copy its rules in here: a report fetches nothing",
                "font-face": "; name an installed font in brand.yaml, under font",
            }.get(node.lower_at_keyword, "; there is @media")
            sheet.fault(node, f"@{node.at_keyword} is not allowed{hint}")
        else:
            sheet.fault(node, f"no CSS: {node.message}")


def _selectors(rule: Any, sheet: _Sheet) -> str:
    parts: list[list[Any]] = [[]]
    for token in rule.prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return ", ".join(f"{SCOPE} {_selector(part, rule, sheet)}" for part in parts)


def _selector(tokens: list[Any], rule: Any, sheet: _Sheet) -> str:
    """One selector, its classes by their names in the page. With a combinator first it would reach a neighbour."""
    kept = [token for token in tokens if token.type not in ("whitespace", "comment")]
    if not kept or kept[0] in ("+", "~", ">", "|", "&"):
        sheet.fault(kept[0] if kept else rule, "a selector begins with an element, a class or *")
        return "*"
    return _renamed(tokens, sheet)


def _renamed(tokens: list[Any], sheet: _Sheet) -> str:
    text, before = "", ""
    for token in tokens:
        if token.type == "ident":
            text += _ident(token, before, sheet)
        elif token.type == "function" and token.lower_name in NESTING:
            text += f"{token.name}({_renamed(token.arguments, sheet)})"
        else:
            if token.type == "hash" or token in ("&", "|"):
                sheet.fault(token, "sections have no ids, and rules no rules inside; use a class")
            text += token.serialize()
        before = token.value if token.type == "literal" else ""
    return text.strip()


def _ident(token: Any, before: str, sheet: _Sheet) -> str:
    """A class, an element, or what stands after a colon."""
    name: str = token.value
    if before == ".":
        if name not in sheet.words:
            hint = did_you_mean(name, sheet.words) or "; style.css reaches your own sections alone"
            sheet.fault(token, f"no section has the class '{name}'{hint}")
        return own_class(name)
    if before != ":" and name.lower() not in TAGS:
        hint = "it reaches your own sections alone; colours and font of the report stand in brand.yaml"
        sheet.fault(token, f"'{name}' is in no section of yours; {hint}")
    return str(token.serialize())


def _declarations(rule: Any, sheet: _Sheet) -> str:
    from tinycss2 import parse_blocks_contents

    kept = []
    for node in parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            what = node.message if node.type == "error" else "a rule inside a rule; write it by itself"
            sheet.fault(node, f"no declaration: {what}")
            continue
        own = node.name.startswith("--")
        if not own and node.lower_name not in PROPERTIES:
            hint = did_you_mean(node.lower_name, PROPERTIES) or "; it could cover or move what is not yours"
            sheet.fault(node, f"{node.name} is not allowed{hint}")
        _values(node.value, node, sheet)
        kept.append(node.serialize().strip())
    return "; ".join(kept)


def _values(tokens: list[Any], declaration: Any, sheet: _Sheet) -> None:
    for token in tokens:
        if token.type == "url" or (token.type == "function" and token.lower_name == "url"):
            address = (
                token.value
                if token.type == "url"
                else "".join(str(one.value) for one in token.arguments).strip()
            )
            if not PICTURE.fullmatch(address):
                sheet.fault(
                    token, f"url({address[:60]}) is outside; write it out: url(data:image/png;base64,…)"
                )
        elif token.type == "function":
            _function(token, declaration, sheet)
        elif token.type in ("number", "dimension", "percentage"):
            _number(token, declaration, sheet)
        elif token.type in ("() block", "[] block", "{} block"):
            _values(token.content, declaration, sheet)
        elif token.type == "error":
            sheet.fault(token, f"no CSS: {token.message}")


def _function(token: Any, declaration: Any, sheet: _Sheet) -> None:
    if token.lower_name not in FUNCTIONS:
        sheet.fault(token, f"{token.name}() is not allowed; there are {', '.join(sorted(FUNCTIONS))}")
    if token.lower_name == "var" and declaration.name.startswith("--"):
        sheet.fault(token, f"{declaration.name} is made of another; write its value out")
    _values(token.arguments, declaration, sheet)


def _number(token: Any, declaration: Any, sheet: _Sheet) -> None:
    if token.value < 0 and declaration.lower_name != "letter-spacing":
        sheet.fault(token, f"{token.serialize()} would move it over its neighbours; 0 is the least")
    elif abs(token.value) > LARGEST:
        sheet.fault(token, f"{token.serialize()} is too large; {LARGEST:,} is the most")
