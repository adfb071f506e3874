"""The catalogue of texts: the English ones in pages and scripts, with their translations."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from ..languages.tags import choose_language, primary
from ..lazy_import import load
from .request import Request

#: The cookie that holds the reader's choice; the pages' script sets it.
LANGUAGE_COOKIE = "tener_language"
#: The placeholder for the language list in a page template.
_PICKER = "$language_picker"
_HTML = '<html lang="en">'

#: A text, or its forms by the categories of Unicode's plural rules: `one`, `other` and so on.
Text = str | Mapping[str, str]


class TextCatalogue:
    """The texts of a file with one JSON object a line: `{"en": …, "de": …}`, read for the first translated page.

    The lookup key of a text with plural forms is its English form `other`. `languages` maps codes to their own names;
    pages are written in the first. `api_sentence_patterns` is a JSON list of sentence patterns in API responses;
    `{name}` marks the variable part.
    """

    def __init__(self, path: Path, languages: Mapping[str, str], api_sentence_patterns: Path) -> None:
        self._path = path
        self._api_sentence_patterns = api_sentence_patterns
        self.languages = languages
        self._texts = cache(self._read)
        self._api_patterns = cache(self._read_api_patterns)

    def choose(self, request: Request) -> str:
        """Return the code of a reader's language: the chosen one, else what the browser accepts, else English."""
        chosen = request.cookies.get(LANGUAGE_COOKIE)
        return primary(choose_language(self.languages, chosen, request.header("Accept-Language")))

    def translate(self, text: str, language: str) -> str:
        """Return a text in a language, or in English if it has no translation."""
        translated = self._texts(language).get(text, text)
        return translated if isinstance(translated, str) else translated["other"]

    def translate_api_sentence(self, sentence: str, language: str) -> str | None:
        """Return a sentence that an API response has, in a language; None if the catalogue has no translation."""
        if language not in self.languages:
            return None
        if not self._is_translated(language):
            return sentence
        texts = self._texts(language)
        if isinstance(known := texts.get(sentence), str):
            return known
        for pattern, form in self._api_patterns():
            if (parts := form.fullmatch(sentence)) and isinstance(translated := texts.get(pattern), str):
                return re.sub(r"\{(\w+)\}", lambda name: parts[name[1]], translated)
        return None

    def translate_page(self, page: str, language: str) -> str:
        """Return a page template in a language, with the list to choose one from."""
        if self._is_translated(language):
            page = load("web.page_texts.translate_page")(page, lambda text: self.translate(text, language))
        return page.replace(_HTML, f'<html lang="{language}">').replace(_PICKER, self._picker(language))

    def translations_script(self, language: str) -> str | None:
        """Return the texts as a script that runs before the page's own scripts; None for English."""
        if not self._is_translated(language):
            return None
        texts = json.dumps(dict(self._texts(language)), ensure_ascii=False, separators=(",", ":"))
        patterns = json.dumps(json.loads(self._api_sentence_patterns.read_text("utf-8")), ensure_ascii=False)
        return f"globalThis.deskTexts = {texts};\nglobalThis.serviceSentences = {patterns};\n"

    def _is_translated(self, language: str) -> bool:
        return language != next(iter(self.languages))

    def _read(self, language: str) -> Mapping[str, Text]:
        if not self._is_translated(language):
            return {}
        lines = [json.loads(line) for line in self._path.read_text("utf-8").splitlines()]
        return {key_of(line["en"]): line[language] for line in lines}

    def _read_api_patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        patterns: list[str] = json.loads(self._api_sentence_patterns.read_text("utf-8"))
        return [
            (pattern, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(pattern)), re.DOTALL))
            for pattern in patterns if "{" in pattern
        ]

    def _picker(self, language: str) -> str:
        options = "".join(
            f'<option value="{code}" lang="{code}"{" selected" * (code == language)}>{escape(name)}</option>'
            for code, name in self.languages.items()
        )
        label = self.translate("Language", language)
        return (
            f'<label class="language"><span class="visually-hidden">{escape(label)}</span>'
            f'<select data-language autocomplete="off">{options}</select></label>'
        )


def key_of(english: Text) -> str:
    """Return the lookup key of a text."""
    return english if isinstance(english, str) else english["other"]
