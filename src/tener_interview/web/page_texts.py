"""Finds and replaces the texts of an HTML page that readers see or hear, and changes nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

from ..regex import regex

#: Attributes that are read: shown, or spoken by screen readers.
_TRANSLATABLE_ATTRIBUTES = regex(r'(\s(?:aria-label|placeholder|title|alt)=")([^"]*)(")')
#: Elements whose content is no text for readers, or the same in every language.
_NOT_TEXT = frozenset({"script", "style", "code"})
_PLACEHOLDER = regex(r"\$\w+|\$\{\w+\}")
_EDGES = regex(r"(\s*)(.*?)(\s*)", re.DOTALL)
_DESCRIPTION = regex(r'(?:name|property)="(?:description|og:description)"')
_CONTENT = regex(r'(\scontent=")([^"]*)(")')

Translate = Callable[[str], str]


def translate_page(page: str, translate: Translate) -> str:
    """Return the source of a page with each text replaced by its translation.

    A text is what stands between two tags, without surrounding space, or the value of an attribute such as `title`.
    Elements with `translate="no"` stay unchanged, and so do texts without letters besides `$placeholders`.
    """
    parser = _PageParser(translate)
    parser.feed(page)
    parser.close()
    return parser.finish()


class _PageParser(HTMLParser):
    """Copies a page and replaces its texts. Entities are kept together with the text around them."""

    def __init__(self, translate: Translate) -> None:
        super().__init__(convert_charrefs=False)
        self._translate = translate
        self._parts: list[str] = []
        self._text: list[str] = []
        #: The open tags of the untranslated element that the parser is in.
        self._untranslated: list[str] = []

    def finish(self) -> str:
        self._end_text()
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_text()
        if self._untranslated:
            self._untranslated += [tag] if tag == self._untranslated[0] else []
        elif tag in _NOT_TEXT or ("translate", "no") in attrs:
            self._untranslated = [tag]
        self._parts.append(self._start_tag())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._end_text()
        self._parts.append(self._start_tag())

    def handle_endtag(self, tag: str) -> None:
        self._end_text()
        if self._untranslated and tag == self._untranslated[0]:
            self._untranslated.pop()
        self._parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_entityref(self, name: str) -> None:
        self._text.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._text.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._end_text()
        self._parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._end_text()
        self._parts.append(f"<!{decl}>")

    def _start_tag(self) -> str:
        source = self.get_starttag_text() or ""
        if self._untranslated and self._untranslated[0] not in _NOT_TEXT:
            return source
        if _DESCRIPTION.search(source):
            return _CONTENT.sub(self._replace_value, source)
        return _TRANSLATABLE_ATTRIBUTES.sub(self._replace_value, source)

    def _replace_value(self, match: re.Match[str]) -> str:
        return f"{match[1]}{self._translate_trimmed(match[2], quote=True)}{match[3]}"

    def _end_text(self) -> None:
        if self._text:
            source = "".join(self._text)
            self._parts.append(source if self._untranslated else self._translate_trimmed(source, quote=False))
        self._text = []

    def _translate_trimmed(self, source: str, *, quote: bool) -> str:
        before, text, after = _EDGES.fullmatch(source).groups()  # type: ignore[union-attr]
        if not any(letter.isalpha() for letter in _PLACEHOLDER.sub("", unescape(text))):
            return source
        english = re.sub(r"\s+", " ", unescape(text))
        translated = self._translate(english)
        return source if translated == english else f"{before}{escape(translated, quote=quote)}{after}"
