"""Folding, counting and finding words, and the dimension they speak of."""

from __future__ import annotations

import time

from for_each import for_each
from tener_interview.criteria.dimension import infer_dimension
from tener_interview.languages.folding import fold, words


@for_each(
    ("text", "count"),
    [
        ("I built it.", 3),
        ("It\u2019s a trade\u2011off \u2014 isn't it?", 5),
        ("___ ... \u0000 \U0001f600", 0),
        ("cafe\u0301 cre\u0300me", 2),
        ("\u043c\u044b \u0440\u0435\u0448\u0438\u043b\u0438 \u044d\u0442\u043e", 3),
        ("\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e", 2),
        ("\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645", 2),
        ("\u6211\u4eec\u91cd\u5199\u4e86\u7cfb\u7edf", 4),
        ("\u7528Python\u5f00\u53d1", 3),
    ],
)
def test_words_of_a_question_are_counted_in_every_script(text: str, count: int) -> None:
    assert len(words(fold(text))) == count


def test_text_with_many_combining_accents_is_folded_quickly() -> None:
    began = time.process_time()
    fold("a" + "\u0301\u0316" * 100_000)
    assert time.process_time() - began < 2


@for_each(
    ("title", "dimension"),
    [
        ("How do you debug code in production?", "technical"),
        ("What is a closure?", "technical"),
        ("", "technical"),
        ("How do you give feedback to a colleague?", "soft_skills"),
        ("How do you communicate architecture to stakeholders?", "soft_skills"),
        ("What motivates you?", "culture_fit"),
        ("Cultural values", "culture_fit"),
        ("Warum m\u00f6chten Sie bei uns arbeiten?", "culture_fit"),
        ("\u00bfPor qu\u00e9 quieres trabajar con nosotros?", "culture_fit"),
        ("Wie l\u00f6sen Sie Konflikte?", "soft_skills"),
        ("D\u00e9crivez un conflit dans votre \u00e9quipe", "soft_skills"),
        ("WHY DO YOU WANT to join our team?", "culture_fit"),
        ("Which of your values guides you?", "culture_fit"),
        ("How do you treat missing values in a data set?", "technical"),
        ("Which machine learning framework do you use?", "technical"),
    ],
)
def test_the_dimension_of_a_question_is_inferred_from_its_title(title: str, dimension: str) -> None:
    assert infer_dimension(title) == dimension
