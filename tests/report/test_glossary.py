"""Terms are explained where they first stand, once, in words that a reader sees."""

import re

from report_samples import small

from specgen.report.glossary import MOST, TERMS, glossary
from specgen.report.html import render_html

RECALL = {"Recall": "Share of the rows with the label that are predicted as it."}


def section(text, name="gates"):
    return f'<section id="{name}">\n<h2>Heading</h2><p>{text}</p></section>'


def explained(html):
    """Terms explained in each section."""
    return [re.findall(r"<dfn>(.*?)</dfn>", part) for part in html.split("</section>")[:-1]]


def test_a_term_is_explained_in_the_first_section_only():
    found = glossary(section("A gate on recall.") + section("Gates of slices."), RECALL)
    assert explained(found) == [["Recall", "Gate"], ["Slice"]]
    assert '<h2>Heading</h2><p class="words">' in found


def test_pictures_data_and_parts_of_words_do_not_count():
    hidden = "<svg><text>gate</text></svg><script>{'slice': 1}</script><b title='baseline'>aggregates</b>"
    assert explained(glossary(section(hidden), {})) == [[]]


def test_what_has_no_room_is_explained_later():
    every = section(" ".join(term.name for term in TERMS))
    first, second, *_ = explained(glossary(every * 4, {}))
    assert len(first) == MOST
    assert len(second) == MOST
    assert not set(first) & set(second)


def test_a_hostile_definition_is_text():
    found = glossary(section("recall"), {"Recall": "<script>alert(1)</script>"})
    assert "<script>" not in found
    assert "&lt;script&gt;" in found


def test_every_section_stays_and_page_one_is_explained_at_its_end():
    html = render_html(small())
    front = html[html.index('<section class="front') :]
    front = front[: front.index("</section>")]
    assert front.rstrip().endswith("</p>")
    assert "<dfn>Gate</dfn>" in front[front.rindex('<p class="words">') :]
    found = [term for part in explained(html) for term in part]
    assert len(found) == len(set(found))


def test_a_full_page_one_has_no_room():
    full = section("gate").replace('id="gates"', 'class="front dense" id="verdict"')
    assert explained(glossary(full + section("gate"), {})) == [[], ["Gate"]]
