"""Translating a page changes its texts and nothing else."""

from __future__ import annotations

from pathlib import Path

from desk_texts.catalogue import texts_of_page
from for_each import for_each
from tener_interview.__main__ import STATIC_FOLDER
from tener_interview.web.page_texts import translate_page


@for_each("page", sorted(STATIC_FOLDER.rglob("*.html")), ids=lambda page: page.name)
def test_a_page_without_translations_is_unchanged(page: Path) -> None:
    source = page.read_text("utf-8")
    assert translate_page(source, lambda text: text) == source


@for_each(("source", "translated"), [
    ("<p>\n  two\n  words </p>", "<p>\n  TWO WORDS </p>"),
    ("<b>Q&amp;a &#38; 1 &lt; 2</b>", "<b>Q&amp;A &amp; 1 &lt; 2</b>"),
    ("<b>this &amp; that</b>", "<b>THIS &amp; THAT</b>"),
    ('<input placeholder="a &quot;name&quot;" value="kept" $hidden disabled>',
     '<input placeholder="A &quot;NAME&quot;" value="kept" $hidden disabled>'),
    ('<img alt="" title="seen"><br/>', '<img alt="" title="SEEN"><br/>'),
    ('<h1>for $name</h1><p>$text</p><p title="$help">· 1 …</p>',
     '<h1>FOR $NAME</h1><p>$text</p><p title="$help">· 1 …</p>'),
    ("<script>\"not this\"</script><style>p { a: b }</style><code>nor this</code>",
     "<script>\"not this\"</script><style>p { a: b }</style><code>nor this</code>"),
    ('<div translate="no" title="kept">kept <div>kept</div> kept</div><p>x y</p>',
     '<div translate="no" title="kept">kept <div>kept</div> kept</div><p>X Y</p>'),
    ("<!doctype html><!-- a comment --><title>a page</title>",
     "<!doctype html><!-- a comment --><title>A PAGE</title>"),
    ('<meta name="description" content="about it"><meta name="robots" content="noindex">',
     '<meta name="description" content="ABOUT IT"><meta name="robots" content="noindex">'),
])
def test_texts_and_attributes_of_a_page_are_translated(source: str, translated: str) -> None:
    assert translate_page(source, str.upper) == translated


def test_html_in_a_translation_is_escaped() -> None:
    page = translate_page('<p title="x">x</p>', lambda _: '<b>"&')
    assert page == '<p title="&lt;b&gt;&quot;&amp;">&lt;b&gt;"&amp;</p>'


def test_texts_of_a_page_are_listed_in_order() -> None:
    assert texts_of_page('<p aria-label="one">two <b>three</b>, </p>four') == ["one", "two", "three", "four"]
