"""The texts of the desk: the pages of recruiters, reviewers and hiring managers, in their languages."""

from __future__ import annotations

from pathlib import Path

from ..web.catalogue import Catalogue

#: English comes first: the pages are written in it.
LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español"}
DESK_TEXTS = Catalogue(
    Path(__file__).with_name("desk_texts.jsonl"), LANGUAGES, Path(__file__).with_name("service_sentences.json")
)
