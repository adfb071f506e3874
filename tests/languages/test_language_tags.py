"""The language of a page: wished for, asked for by the browser, or English."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.languages.tags import choose_language

LANGUAGES = ("en", "de", "pt", "ru")


@for_each(
    ("wished", "accept", "chosen"),
    [
        (None, None, "en"),
        ("de", None, "de"),
        ("pt_BR", "de", "pt-BR"),
        ("DE-ch", "ru", "DE-ch"),
        ("cy", "ru", "ru"),
        ("cy", "cy, en-GB;q=0.5", "en-GB"),
        (None, "de", "de"),
        (None, "fr, de;q=0.9, ru;q=0.8", "de"),
        (None, "en;q=0.1, ru;q=0.7,de;q=0.5", "ru"),
        (None, "de;q=0, ru;q=0.001", "ru"),
        (None, " DE-at ; q = 0.3 ", "DE-at"),
        (None, "*", "en"),
        (None, "d e, de;q=2, ;;;, ru;q=x", "en"),
        (None, "x," * 5000 + "de", "en"),
        ("", "", "en"),
        (" de", None, "de"),
        ("\tpt_BR \n", "de", "pt-BR"),
        ("\u2003RU-ru", None, "RU-ru"),
    ],
)
def test_the_page_language_is_chosen_from_session_and_browser(
    wished: str | None, accept: str | None, chosen: str
) -> None:
    assert choose_language(LANGUAGES, wished, accept) == chosen


@given(st.text(), st.text() | st.text("deru-;q=0.19, *"))
def test_any_requested_language_leads_to_a_supported_page_language(wished: str, accept: str) -> None:
    assert choose_language(LANGUAGES, wished, accept)[:2].lower() in LANGUAGES
