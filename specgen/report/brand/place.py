"""Where a team's sections stand among the report's: after the one that they name, or before notes and method."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from specgen.report.brand.fill import OwnSection

SECTION = re.compile(r'<section\b[^>]*\bid="([a-z-]+)".*?</section>\n?', re.S)
LAST = "method"


def placed(contents: Sequence[tuple[str, str]], own: Sequence[OwnSection]) -> tuple[tuple[str, str], ...]:
    """Anchors and headings of all sections, in the order of the page."""
    anchors = [anchor for anchor, _ in contents]
    found: list[tuple[str, str]] = []
    for anchor, heading in contents:
        if anchor == LAST:
            found += [(one.anchor, one.title) for one in own if one.after not in anchors]
        found.append((anchor, heading))
        found += [(one.anchor, one.title) for one in own if one.after == anchor]
    return tuple(found)


def with_own(html: str, own: Sequence[OwnSection], team: str) -> Markup:
    """The report's sections with a team's among them, each of which says whose it is."""
    anchors = [match[1] for match in SECTION.finditer(html)]

    def around(match: re.Match[str]) -> str:
        before = [one for one in own if match[1] == LAST and one.after not in anchors]
        after = [one for one in own if one.after == match[1]]
        return "".join(
            (*(_section(one, team) for one in before), match[0], *(_section(one, team) for one in after))
        )

    # What comes in was escaped by the templates, and what is added was written anew from what is allowed.
    return Markup(SECTION.sub(around, html) if own else html)


def _section(one: OwnSection, team: str) -> str:
    heading = f'{escape(one.title)} <span class="aside">added by {escape(team or "the team")}</span>'
    inside = f'<h2>{heading}</h2>\n<div class="own">{one.html}</div>'
    return f'<section class="team" id="{one.anchor}">\n{inside}\n</section>\n'
