"""Texts of the candidate's pages by language, from `texts.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template

from ..languages.tags import choose_language, primary
from ..lazy_dataclass import dataclass
from ..web.request import Request

_DATA = Path(__file__).with_name("texts.json")

Words = Mapping[str, str]


@dataclass(frozen=True)
class Texts:
    """The texts of one language. `lang` is its tag for the page."""

    lang: str
    words: Words

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def filled(self, key: str, **values: object) -> str:
        """Return a text with its `$names` replaced."""
        return Template(self.words[key]).substitute(values)


def texts_for(request: Request, language: str | None = None) -> Texts:
    """Return the texts in the session's language, else in the browser's, else in English."""
    lang = choose_language(all_texts(), language, request.header("Accept-Language"))
    return Texts(lang, all_texts()[primary(lang)])


@cache
def all_texts() -> Mapping[str, Words]:
    """Return the texts by language. The demo's questions are in other languages than English only: it is their own."""
    by_language: dict[str, Words] = json.loads(_DATA.read_text("utf-8"))
    return by_language
