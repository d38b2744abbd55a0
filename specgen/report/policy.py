"""A page that says by itself what it may do: a content security policy with the digests of its own code."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

HEAD = '<meta charset="utf-8">\n'
# Only inside a tag: markup of our own escapes what would end one, so no text from outside is taken for a style.
STYLED = re.compile(r"(<[a-zA-Z][^<>]*?) style=\"([^\"<>{}@\\]*)\"")


def guarded(html: str, pictures: bool = False) -> str:
    """The page with a policy that allows its own scripts and styles by digest, and nothing else to run or load.

    `pictures`: those that stand in the page itself may be shown too.
    Style attributes cannot be allowed by digest everywhere, so they become rules of the first style sheet.
    """
    html = _lifted(html)
    scripts = _digests(re.findall(r"<script[^>]*>(.*?)</script>", html, flags=re.S))
    styles = _digests(re.findall(r"<style>(.*?)</style>", html, flags=re.S))
    shown = "img-src data:; " if pictures else ""
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; {shown}base-uri 'none'; "
        "form-action 'none'"
    )
    return html.replace(HEAD, f'{HEAD}<meta http-equiv="Content-Security-Policy" content="{policy}">\n', 1)


def _lifted(html: str) -> str:
    """Each different style attribute as a rule, chosen by a data attribute in its place."""
    rules: dict[str, str] = {}

    def moved(found: re.Match[str]) -> str:
        number = rules.setdefault(found[2], str(len(rules)))
        return f'{found[1]} data-style="{number}"'

    body = STYLED.sub(moved, html)
    sheet = "".join(f'[data-style="{number}"] {{ {rule} }}\n' for rule, number in rules.items())
    return body.replace("</style>", f"{sheet}</style>", 1)


def _digests(codes: list[str]) -> str:
    found = (b64encode(sha256(code.encode()).digest()).decode() for code in codes)
    return " ".join(f"'sha256-{digest}'" for digest in found) or "'none'"
