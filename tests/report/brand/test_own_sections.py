"""A team's sections: what they may say, what is told before a run, and what hostile ones cannot do."""

from __future__ import annotations

import json

import pytest

from specgen.report.brand.fill import SectionError, filled_sections
from specgen.report.brand.sections import Section, read_section

RESULTS = json.dumps(
    {
        "project": "<b>Voice</b>",
        "verdict": "no-go",
        "gates": [{"gate": "a", "measured": 0.5}],
        "count": 12345.0,
        "no": None,
    }
)


def filled(source: str) -> str:
    section = Section("sections/own.html.j2", source, "Own", None)
    return filled_sections([section], RESULTS)[0].html


def told(source: str) -> list[str]:
    return [str(one) for one in read_section("own.html.j2", source)[1]]


def test_data_are_text_and_numbers_are_readable() -> None:
    html = filled('<p class="risk num">{{ result.project }} {{ result.gates[0].measured | percent }}</p>')
    assert html == '<p class="own-risk num">&lt;b&gt;Voice&lt;/b&gt; 50.0%</p>'
    assert (
        filled("{{ result.count | count_of }} {{ 0.12345 | number(2) }} {{ result.no }}") == "12,345 0.12 —"
    )


def test_tables_scroll_and_every_tag_is_closed() -> None:
    html = filled("<table><tr><td>a</table></section></main><p>b")
    assert html == '<div class="scroll"><table><tbody><tr><td>a</td></tr></tbody></table></div><p>b</p>'


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            "access to attribute '__class__' of 'str' object is unsafe",
        ),
        ("{{ result | attr('__class__') }}", "access to attribute '__class__' of 'dict' object is unsafe"),
        (
            "{{ '{0.__class__}'.format(result) }}",
            "access to attribute '__class__' of 'dict' object is unsafe",
        ),
        ("{{ cycler.__init__.__globals__ }}", "access to attribute '__init__' of 'type' object is unsafe"),
        ("{% set x = result.gates.append(1) %}", "access to attribute 'append' of 'list' object is unsafe"),
        ("{{ 'a' * 9999999999 }}", "it needs more than 1 GB of memory"),
        ("{{ '%09999999999d' % 1 }}", "it needs more than 1 GB of memory"),
        ("{{ 'a' | center(9999999999) }}", "it needs more than 1 GB of memory"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "it calls itself without an end"),
        ("{% include '/etc/passwd' %}", "no loader for this environment"),
        ("{% for x in range(999999) %}{% endfor %}", "Range too big"),
        ("{{ result.verdit }}", "there is no 'verdit'"),
        ("\n\n{{ result.gates }}", "a list cannot be printed; loop over it"),
        ("{{ result.gates | selectattr('gate') }}", "a list cannot be printed; loop over it"),
        ("{{ result.gates[0] }}", "a mapping cannot be printed; it has gate, measured"),
        ("{{ '<script>alert(1)</script>' | safe }}", "<script> is not allowed; a section holds text"),
        ("{{ '<svg onload=alert(1)>' | safe }}", "<svg> is not allowed"),
        ("{{ '<math><mtext><style>*{}' | safe }}", "<math> is not allowed"),
        ("{{ '<meta http-equiv=refresh content=0;url=http://x>' | safe }}", "<meta> is not allowed"),
        ("{{ '<p id=verdict>' | safe }}", "id= is not allowed in <p>"),
        ("{{ '<p data-slice=a>' | safe }}", "data-slice= is not allowed in <p>"),
        ("<img src='https://x.example/a.png' alt='a'>", "a picture from 'https://x.example/a.png'"),
        ("<img src='data:image/svg+xml;base64,AAAA' alt='a'>", "a picture from 'data:image/svg+xml"),
        ("<a href='java&#115;cript:alert(1)'>a</a>", "a link to 'javascript:alert(1)'"),
        ("<img src='data:image/png;base64,AAAA'>", '<img> has no alt="…"'),
        ("<table><tr><td colspan='99999999'>a</table>", "colspan='99999999'; a whole number up to 100"),
        ("{% for i in range(50) %}<div>{% endfor %}", "its elements are nested more than 40 deep"),
        ("{% for i in range(9000) %}<br>{% endfor %}", "it has more than 5,000 elements"),
        ("</body><body onload='x'>", "a section is a part of a page"),
    ],
)
def test_hostile_or_mistaken_sections_are_refused_when_filled_in(source: str, message: str) -> None:
    with pytest.raises(SectionError) as caught:
        filled(source)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"sections/own.html.j2:{3 if source[0] == chr(10) else 1}: ")


def test_a_loop_without_end_ends_and_is_named() -> None:
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    sections = [
        Section(f"{name}.html.j2", text, name, None) for name, text in (("a", "<p>a</p>"), ("b", endless))
    ]
    with pytest.raises(
        SectionError, match=r"^b\.html\.j2:1: it did not come to an end within its time and memory"
    ):
        filled_sections(sections, RESULTS)


def test_reading_works_nothing_out() -> None:
    """What is constant is worked out by Jinja2's compiler: here it would take all memory."""
    assert told("{{ 'a' * 99999999999 }}{{ 9 ** 9 ** 9 }}{{ 'a' | center(99999999999) }}") == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{# titel: A #}\n", "own.html.j2:1:1: titel: unknown key; did you mean 'title'?"),
        ("{# after: gate #}\n", "own.html.j2:1:1: after: no section 'gate'; did you mean 'gates'?"),
        ("\n{% for x in result.gates %}", "own.html.j2:2:1: no Jinja2: Unexpected end of template."),
        ("\n\n{{ reslt.verdict }}", "own.html.j2:3:1: there is no 'reslt'; did you mean 'result'?"),
        (
            "{{ result.verdit }}",
            "own.html.j2:1:1: no 'verdit' in results.json there; did you mean 'verdict'?",
        ),
        (
            "{{ result.run.hardware.cores2 }}",
            "own.html.j2:1:1: no 'cores2' in results.json there; did you mean 'cores'?",
        ),
        ("{{ 1 | persent }}", "own.html.j2:1:1: no filter 'persent'; did you mean 'percent'?"),
        ("{{ 1 is evn }}", "own.html.j2:1:1: no test 'evn'; did you mean 'even'?"),
        ("{% include 'a' %}", "own.html.j2:1:1: a section stands by itself and reads no other file"),
        ("<p>a\n<h2>b</h2>", "own.html.j2:2:1: <h2> is not allowed; the section's heading is its title"),
        ("<p style='color: red'>", "own.html.j2:1:1: style= is not allowed in <p>; give it a class"),
        ("<p ONCLICK='x'>", "own.html.j2:1:1: onclick= is not allowed in <p>"),
    ],
)
def test_what_can_be_known_is_told_before_there_is_a_result(source: str, message: str) -> None:
    assert [one[: len(message)] for one in told(source)] == [message]


def test_names_of_its_own_are_no_mistakes() -> None:
    assert told(
        "{% set a = 1 %}{% for b, c in result.baselines | groupby('split') %}{{ loop.index }}{{ a }}{{ b }}"
        "{{ c | length }}{% endfor %}{% macro m(d) %}{{ d }}{% endmacro %}{{ m(a) }}"
        '<a href="https://example.org/?a=1&b=2" title="x on=2">y</a>'
    ) == []  # fmt: skip


def test_head_gives_title_and_place() -> None:
    section, _ = read_section(
        "folder/risk_register.html.j2", "{# title: Risks #}\n{# after: gates #}\n<p>a</p>"
    )
    assert (section.title, section.after) == ("Risks", "gates")
    assert read_section("folder/risk_register.html.j2", "<p>a</p>")[0].title == "Risk register"
