"""The report in German: nothing stays English but the user's own words, and nothing of the user's is changed."""

import json
import re
from importlib import import_module
from pkgutil import iter_modules

import pytest
from language_checks import left_in_english
from many_samples import many
from pypdf import PdfReader
from report_samples import bare, measurement, replaced, small

from specgen.metrics.registry import all_metrics
from specgen.record.folder import to_json
from specgen.record.result import Result
from specgen.report.glossary import TERMS
from specgen.report.html import render_html
from specgen.report.language.catalogue import PLACE, catalogue, languages
from specgen.report.language.numerals import amount, date
from specgen.report.language.page import metric_names, own_names
from specgen.report.language.translate import CHOICE, Translator
from specgen.report.pdf import render_pdf
from specgen.report.templates import template_folder
from specgen.report.views.front import MEANING, WORDS
from specgen.report.views.method import METHODS
from specgen.spec.report import LANGUAGES

GERMAN = catalogue("de")
# Other pages, and what reports have in common with them.
ELSEWHERE = ("notebook.html.j2", "page.html.j2", "model-card.md.j2")
CODE = re.compile(r"\{%.*?%\}|\{#.*?#\}|<(script|style)\b.*?</\1>|<code\b.*?</code>|<[^>]*>", re.S)


def german(result: Result) -> str:
    return render_html(result.in_language("de"))


def translator(*own: str) -> Translator:
    return Translator(GERMAN, own, ())


def pieces(text: str) -> list[str]:
    """What a template says, between its tags, its code and its placeholders."""
    found = re.split(r"\{\{.*?\}\}|\n|¦", CODE.sub("¦", text))
    return [piece.strip(" :;,.()") for piece in found if re.search(r"[A-Za-z]{2}", piece)]


def written() -> str:
    """Everything that the catalogue translates, one message a line."""
    return "\n".join(
        (*GERMAN.exact, *GERMAN.metrics, *(PLACE.sub("¦", message.written) for message in GERMAN.messages))
    )


def test_the_spec_knows_the_languages_that_there_are():
    assert set(LANGUAGES) == set(languages())


def test_every_string_of_a_template_is_translated():
    known = written()
    missing = [
        f"{file.name}: {piece}"
        for file in sorted(template_folder().rglob("*.html.j2"))
        if file.name not in ELSEWHERE
        for piece in pieces(file.read_text("utf-8"))
        if piece not in known
    ]
    assert not missing, "add these to templates/languages/de.json:\n" + "\n".join(missing)


def test_every_string_of_a_script_is_translated():
    scripts = [file.read_text("utf-8") for file in sorted((template_folder() / "script").glob("*.js"))]
    said = {text for script in scripts for text in re.findall(r'said\("([^"]+)"', script)}
    assert said
    assert said <= set(GERMAN.scripts)


def test_every_string_of_a_style_is_translated():
    style = (template_folder() / "style" / "paged.css").read_text("utf-8")
    said = {
        text for line in re.findall(r"content: ([^;]*);", style) for text in re.findall(r'"([^"\\]+)"', line)
    }
    assert said
    assert said <= set(GERMAN.exact)


@pytest.mark.parametrize(
    "text",
    [
        *WORDS.values(), *MEANING.values(),
        *(text for term in TERMS for text in (term.name, term.meaning)),
        *(text for pair in METHODS.values() for text in pair if text not in ("MOVER", "PSI", "McDiarmid")),
    ],
)  # fmt: skip
def test_fixed_words_are_translated(text):
    assert translator().text(text) is not None


@pytest.mark.parametrize("name", sorted({metric.name for metric in all_metrics().values()}))
def test_every_metric_is_explained_in_german(name):
    for metric in all_metrics().values():
        if metric.name == name:
            assert translator().text(metric.definition.replace("`", "")) is not None
            assert metric.title in GERMAN.metrics


def test_every_sanity_check_has_a_german_title():
    import specgen.checks.sanity.each as each
    from specgen.checks.sanity.registry import all_checks

    for module in iter_modules(each.__path__):
        import_module(f"{each.__name__}.{module.name}")
    for check in all_checks().values():
        assert check.title in GERMAN.exact, check.title


def test_every_translation_fills_in_what_its_message_has():
    for message in GERMAN.messages:
        used = {place[1] for place in CHOICE.finditer(message.said)}
        assert used == set(message.kinds), message.written


@pytest.mark.parametrize("result", [small(), bare(), many(30)], ids=["small", "bare", "many"])
def test_no_sentence_stays_english(result):
    html = german(result)
    assert '<html lang="de">' in html
    written_by_hand = to_json(result)
    assert [text for text in left_in_english(html, result) if text not in written_by_hand] == []


def test_names_of_the_user_stay_as_they_are():
    html = german(replaced(small(), "noise=car", "Key examples"))
    assert "<bdi>Key examples</bdi>" in html
    assert "Schlüsselbeispiele</bdi>" not in html


def test_what_has_no_translation_is_marked_and_counted():
    strange = "The cat of the house is not on the mat."
    html = german(small().model_copy(update={"reasons": (strange, *small().reasons)}))
    assert f'<span lang="en">{strange}</span>' in html
    assert f"{html.count('<span lang=')} Sätze sind ohne Übersetzung und stehen auf Englisch" in html


def test_english_reports_are_not_touched():
    assert render_html(small()) == render_html(small().in_language("en"))
    assert 'id="words"' not in render_html(small())


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("0.828", "0,828"), ("12,340", "12.340"), ("[0.825, 0.830]", "[0,825; 0,830]"), ("−3.2 EUR", "−3,2 EUR"),
        ("26.0%", "26,0\u202f%"), ("4.0\u202fpp", "4,0\u202fPP"), ("Python 3.12.1", "Python 3.12.1"),
        ("2026-11-24", "2026-11-24"),
    ],
)  # fmt: skip
def test_numbers_have_the_languages_form(english, said):
    assert amount(english, GERMAN) == said


def test_dates_have_the_languages_form():
    assert date("24 November 2026", GERMAN) == "24. November 2026"
    assert date("24 apples 2026", GERMAN) is None


def test_messages_choose_by_number_and_translate_what_they_hold():
    one = translator("noise & more")
    assert one.text("1 of 1 gate passed") == "1 von 1 Prüfpunkt bestanden"
    assert one.text("1 of 2 gates passed, 1 failed.") == "1 von 2 Prüfpunkten bestanden, 1 verfehlt."
    assert one.text("Held back by noise & more. 1 of 2 gates passed.") == (
        "Zurückgehalten von noise & more. 1 von 2 Prüfpunkten bestanden."
    )
    assert one.text("Held back by what the cat is.") is None


def test_a_sentence_that_was_cut_is_cut():
    said = translator().text("Every required gate passes, with the evidence…")
    assert said is not None
    assert said.startswith("Alle verlangten Prüfpunkte")
    assert said.endswith("…")


def test_hostile_names_stay_text():
    hostile = '<script>alert(1)</script>"><b>'
    html = german(replaced(small(), "noise=car", hostile))
    assert "<script>alert(1)" not in html


def test_names_and_metrics_come_from_the_result():
    result = small().model_copy(
        update={"measurements": (measurement("candidate", "all", "accuracy", 0.9, label="no"),)}
    )
    assert {"no", "noise=car"} <= own_names(result)
    assert "accuracy" in metric_names(result)


def test_the_pdf_is_german_through_and_through():
    pdf = render_pdf(small().in_language("de"), {"results.json": json.dumps({})})
    from io import BytesIO

    reader = PdfReader(BytesIO(pdf))
    assert reader.trailer["/Root"]["/Lang"] == "de"
    assert "Prüfpunkte" in str(reader.outline)
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "Seite 1 von" in text
    assert "Readiness" not in text


def test_the_interval_of_a_difference_is_told_as_one():
    said = "Measured 17.83, between 8.319 and 25.98 by its difference from naive: the bound 40.6 is met even at the unfavourable end."
    assert "zwischen 8,319 und 25,98 nach der Differenz zu naive: die Schranke 40,6 " in translator(
        "naive"
    ).text(said)
