"""The question library: questions to choose from, with what a good answer to each covers.

`config/question_library.json` holds them in English; `config/question_library/<code>.json` beside it holds the same
questions in another language, as far as somebody has translated them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from ..criteria.files import load
from ..languages.spelling import matches_words
from ..languages.tags import primary
from ..lazy_dataclass import dataclass
from .library_files import OriginalFile, TranslationFile, TranslationReader, read_original
from .library_question import ORIGINAL, LibraryCompetency, LibraryQuestion


@dataclass(frozen=True)
class LibraryPage:
    """A page of search results, and the number of all results."""

    items: tuple[LibraryQuestion, ...]
    total: int


class QuestionLibrary:
    """The questions of the files at a path. A file is read when it is first needed.

    Every method raises ConfigError with all faults of a file that cannot be used. A language is a tag such as `de` or
    `pt-BR`; what there is no text for comes in English.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._translation_folder = path.with_suffix("")
        self._translations: dict[str, TranslationFile] = {}
        self._questions: dict[str, tuple[LibraryQuestion, ...]] = {}

    def questions(self, language: str = ORIGINAL) -> tuple[LibraryQuestion, ...]:
        """Return all questions, in the order of the file."""
        code = primary(language)
        translation = self._translation(code)
        if translation is None:
            return self._original.questions
        if code not in self._questions:
            competencies = {competency.id: competency for competency in self.competencies(code)}
            self._questions[code] = tuple(
                replace(
                    question,
                    competency=competencies[question.competency.id],
                    language=code if question.id in translation.texts else ORIGINAL,
                    text=translation.texts.get(question.id, question.text),
                )
                for question in self._original.questions
            )
        return self._questions[code]

    def question(self, question_id: str, language: str = ORIGINAL) -> LibraryQuestion | None:
        """Return the question with this id; None if there is none."""
        return next((question for question in self.questions(language) if question.id == question_id), None)

    def competencies(self, language: str = ORIGINAL) -> tuple[LibraryCompetency, ...]:
        """Return the competencies that the questions are about."""
        translation = self._translation(primary(language))
        if translation is None:
            return self._original.competencies
        names = translation.competencies
        return tuple(replace(competency, name=names[competency.id]) for competency in self._original.competencies)

    def dimension_names(self, language: str = ORIGINAL) -> Mapping[str, str]:
        """Return the names of the three score fields."""
        translation = self._translation(primary(language))
        return (translation or self._original).dimensions

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the files, English first."""
        return (ORIGINAL, *sorted(path.stem for path in self._translation_folder.glob("*.json")))

    def languages_of(self, question_id: str) -> tuple[str, ...]:
        """Return the languages in which a question has a text."""
        return tuple(
            code for code in self.languages
            if code == ORIGINAL or ((translation := self._translation(code)) and question_id in translation.texts)
        )

    def search(
        self, words: Sequence[str] = (), competency: str | None = None, role: str | None = None,
        language: str = ORIGINAL, limit: int = 100, offset: int = 0,
    ) -> LibraryPage:
        """Return the questions in which every word occurs, in any spelling; matches in the title come first.

        The English text is searched in every language: not everybody who searches speaks the language of the plan.
        """
        matches = [
            (not matches_words(f"{question.plain_title}\n{english.plain_title}", words), place, question)
            for place, (question, english) in enumerate(
                zip(self.questions(language), self._original.questions, strict=True)
            )
            if (competency is None or question.competency.id == competency)
            and (role is None or role in question.roles)
            and matches_words(f"{_searchable_text(question)}\n{_searchable_text(english)}", words)
        ]
        ranked = [question for _, _, question in sorted(matches, key=lambda item: item[:2])]
        return LibraryPage(tuple(ranked[offset : offset + limit]), len(ranked))

    @cached_property
    def _original(self) -> OriginalFile:
        return load(self._path, read_original)

    def _translation(self, code: str) -> TranslationFile | None:
        """Return the translation into a language; None for English and for a language without a file."""
        if code == ORIGINAL or code not in self.languages:
            return None
        if code not in self._translations:
            path = self._translation_folder / f"{code}.json"
            self._translations[code] = load(path, TranslationReader(code, self._original))
        return self._translations[code]


def _searchable_text(question: LibraryQuestion) -> str:
    text = question.text
    points = (*text.key_points, *text.required_keywords, *text.optional_keywords)
    wordings = chain.from_iterable(points)
    return "\n".join(
        (question.plain_title, text.description or "", question.competency.name, *question.roles, *wordings)
    )
