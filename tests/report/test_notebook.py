"""A result in a notebook."""

from report_samples import bare, replaced, small


def test_shows_verdict_reasons_and_gates():
    html = small()._repr_html_()
    wanted = ["NO-GO", *small().reasons, *small().changes, *(gate.gate for gate in small().gates)]
    assert [part for part in wanted if part not in html] == []
    assert "INCONCLUSIVE" in bare()._repr_html_()


def test_is_a_small_piece_without_scripts_or_loads():
    html = small()._repr_html_()
    assert len(html) < 10_000
    assert not any(part in html for part in ("<script", "<html", "<style", "http:", "https:"))


def test_hostile_strings_are_escaped():
    hostile = "<script>alert(1)</script>"
    for old in ("noise=car", "Voice search", "candidate", "accuracy at least"):
        html = replaced(small(), old, old + hostile)._repr_html_()
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_as_text_it_is_one_line():
    assert repr(small()) == "Result(project='Voice search', verdict='no-go', run='20261124T020000Z-ab12')"
