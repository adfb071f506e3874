"""The three dimensions of an interview, and the dimension of a question."""

from __future__ import annotations

import re

from ..languages.folding import fold
from ..regex import regex

#: In the order of the pages.
DIMENSIONS = ("technical", "soft_skills", "culture_fit")

#: Beginnings of words that indicate a dimension; on a tie the first dimension here wins.
_STEMS: dict[str, tuple[str, ...]] = {
    "culture_fit": (
        "motiva", "your values", "our values", "which values", "what values", "core values", "values matter", "cultur",
        "kultur", "mission", "why us", "why our", "why this", "why do you want", "why did you apply", "why are you",
        "why should we", "this role", "this company", "our company", "our team", "work here", "join us", "joining",
        "career", "ambition", "what drives you", "inspire", "passion", "five years", "ideal work", "work environment",
        "work-life", "warum möcht", "warum woll", "por qué quier", "por que você", "por que quer", "pourquoi voul",
        "pourquoi souhait", "почему вы", "ценност", "werte", "valores", "valeurs", "мотивац",
    ),
    "soft_skills": (
        "team", "conflict", "disagree", "feedback", "communicat", "collaborat", "colleague", "coworker", "co-worker",
        "stakeholder", "customer", "manager", "mentor", "lead", "persua", "convince", "negotiat", "deadline", "trust",
        "pressure", "stress", "prioriti", "mistake", "you failed", "ownership", "responsib", "you learn", "adapt",
        "difficult person", "empath", "listen", "initiative", "delegat", "strength", "weakness", "konflikt", "conflit",
        "conflicto", "конфликт", "equipo", "equipe", "équipe", "команд", "kolleg", "коллег", "comunica",
    ),
    "technical": (
        "technical", "technolog", "design", "debug", "code", "coding", "system", "architect", "algorithm", "data",
        "software", "api", "test", "deploy", "production", "incident", "performance", "scal", "securit", "bug",
        "program", "engineer", "framework", "infrastructure", "cloud", "tool", "implement", "build", "sql", "python",
        "java", "experience with",
    ),
}

#: Of a question without any of these words: technical vocabulary is endless, that of the other dimensions limited.
_DEFAULT = "technical"

_PATTERNS = {
    dimension: regex(rf"\b(?:{'|'.join(map(re.escape, stems))})") for dimension, stems in _STEMS.items()
}


def infer_dimension(title: str) -> str:
    """Return the dimension with the most words in the title; `technical` for a title without any."""
    folded = fold(title)
    hits = {dimension: len(set(pattern.findall(folded))) for dimension, pattern in _PATTERNS.items()}
    best = max(hits, key=lambda dimension: hits[dimension])
    return best if hits[best] else _DEFAULT
