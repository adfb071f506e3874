"""What the judge sees of an answer: the question, what a good answer covers, and the words without names.

Names, addresses and passages that speak to the rater are replaced by as many other characters, so that a quote of the
text stands at the same place in the transcript.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from ...criteria.criteria import Rule
from ...languages.folding import UNSHOWABLE_EXCEPT_LINES
from ...languages.language import load_languages
from ...languages.tokens import TokenizedText, tokenize
from ...languages.words import split_words
from ...lazy_dataclass import dataclass
from ...plans.plan import Anchors, Plan
from ...regex import regex
from ...scorecards.result import QuestionScore
from ...scoring.ignored_words import instruction_spans
from ..sharing.masking import mask_name

#: Longer answers are cut: half an hour of speech.
MAX_CHARS = 25_000
#: More wordings of one key point do not help a reader.
_MAX_WORDINGS = 3
#: A person's addresses hold their name: e-mail, and pages such as profiles.
_ADDRESS = regex(r"[^\s@]{1,100}@[^\s@]{1,100}|(?:https?://|www\.)\S{1,300}", re.IGNORECASE)
_WITHHELD = "[…]"
#: Words to the rater with at most so many characters between them, such as a comma and a space, are one passage.
_GAP_CHARS = 3


class FoldedWords(NamedTuple):
    """Folded words, and the offsets of their first and last character."""

    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]


@dataclass(frozen=True)
class AnswerToJudge:
    """One answer as the judge sees it. `text` is as long as the transcript, or its first `MAX_CHARS` characters."""

    question_id: str
    title: str
    description: str | None
    key_points: tuple[str, ...]
    anchors: Anchors
    text: str
    #: The places of passages that speak to the rater: they are not in the text, and no quote may rest on them.
    prompt_injection_spans: tuple[tuple[int, int], ...]
    #: The language that the answer was scored in.
    language: str | None

    @cached_property
    def word_lists(self) -> tuple[FoldedWords, ...]:
        """The words of the text, as quotes are compared with them."""
        return self.word_lists_of(self.text)

    def word_lists_of(self, text: str) -> tuple[FoldedWords, ...]:
        """Return the words of a text, folded: all of them, and those without fillers, as the machine compares them.

        Who quotes may leave fillers out; but whether a word is one depends on the words around it.
        """
        every = split_words(text)
        tokens = _read(text, self.language)
        return (
            FoldedWords(
                [word for word, *_ in every], [start for _, start, _, _ in every], [end for _, _, end, _ in every]
            ),
            FoldedWords(tokens.words, tokens.starts, tokens.ends),
        )


def answer_to_judge(
    question: QuestionScore, rule: Rule, plan: Plan | None, candidate_name: str
) -> AnswerToJudge | None:
    """Return what the judge sees of a scored question; None if there is nothing that was said.

    `rule` is what the answer was scored by, `plan` the version that it is of.
    """
    spoken = (question.transcript or "")[:MAX_CHARS]
    language = question.details.get("language")
    if not _read(spoken, language).words:
        return None
    planned = plan.question(rule.id) if plan and rule.id else None
    text, prompt_injection_spans = _without_names(spoken, candidate_name), _find_passages_to_rater(spoken)
    return AnswerToJudge(
        question_id=question.question_id,
        title=mask_name(question.title, candidate_name),
        description=planned.description if planned else None,
        key_points=tuple("; or: ".join(ways[:_MAX_WORDINGS]) for ways in rule.expected.key_points),
        anchors=planned.anchors if planned else Anchors(),
        text=_without_passages(text, prompt_injection_spans),
        prompt_injection_spans=prompt_injection_spans,
        language=language,
    )


def _read(text: str, language: str | None) -> TokenizedText:
    return tokenize(text, load_languages().get(language or ""))


def _find_passages_to_rater(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of passages that address the rater, in any language, since the model reads all of them."""
    passages = sorted(
        span for language in load_languages().by_code.values() for span in instruction_spans(tokenize(text, language))
    )
    merged: list[tuple[int, int]] = []
    for start, end in passages:
        if merged and start - merged[-1][1] <= _GAP_CHARS:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _without_names(text: str, candidate_name: str) -> str:
    """Return the text without names and addresses, and without what could not be shown."""
    masked = _ADDRESS.sub(lambda match: "·" * len(match[0]), mask_name(text, candidate_name))
    return UNSHOWABLE_EXCEPT_LINES.sub(" ", masked)


def _without_passages(text: str, passages: tuple[tuple[int, int], ...]) -> str:
    for start, end in passages:
        text = text[:start] + _WITHHELD.ljust(end - start)[: end - start] + text[end:]
    return text
