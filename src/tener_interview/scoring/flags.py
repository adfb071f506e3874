"""Flags: what a person should know of an answer besides its score, as stored and shown."""

from __future__ import annotations

from enum import StrEnum


class Flag(StrEnum):
    """A code for a program; pages have a label for each, and the reasons of a score say what it stands for."""

    #: The question is a dealbreaker, and its answer is weak or missing.
    DEALBREAKER = "dealbreaker"
    #: Words that speak to the scorer; they do not count.
    INSTRUCTIONS_IN_ANSWER = "instructions_in_answer"
    #: A pattern that the criteria disallow was found.
    DISALLOWED_WORDING = "disallowed_wording"
    #: The same noun is counted with another figure in an earlier answer.
    NUMBERS_DIFFER = "numbers_differ"
    #: An earlier answer tells the same story.
    SAME_STORY = "same_story"
    #: A bare list of terms; it does not count.
    KEYWORD_LIST = "keyword_list"
    #: The question read back, and words that were said before; neither counts.
    PARROTING = "parroting"
    REPETITION = "repetition"
    #: The answer fits another question better.
    OFF_TOPIC = "off_topic"
    #: The words are in no order: the answer counts less.
    WORD_ORDER = "word_order"
    #: The rest are doubts, each of which lowers the confidence: the transcript does not read as speech.
    POOR_TRANSCRIPT = "poor_transcript"
    SHORT_ANSWER = "short_answer"
    #: The language of the answer has no data, so only content, figures and names were scored.
    CONTENT_ONLY = "content_only"
    #: The answer and its criteria are in different languages, so content was not scored.
    LANGUAGE_MISMATCH = "language_mismatch"
    #: The question asks for knowledge, and the rule has nothing to compare it with.
    NOTHING_TO_COMPARE = "nothing_to_compare"
    #: Only the beginning of a very long answer was scored.
    CUT_FOR_JUDGING = "cut_for_judging"
