"""Weights: the numbers of the score's formulas, with their units and reasons. Halves, doubles and counts up to four
that were never measured have a name where they are used.

`tests/scoring/test_weights.py` counts them.
"""

from __future__ import annotations

#: Increased whenever the same transcript may get another score.
ENGINE_VERSION = "13"

# Evidence.
#: Shares of the evidence: own actions and particulars distinguish a story from polish, the rest a complete story from
#: a fragment.
EVIDENCE_SHARES = {"particulars": 0.24, "actions": 0.32, "events": 0.14, "outcome": 0.08, "details": 0.22}
#: Amount of evidence that reaches 63 % of each part: the first pieces count most, so sprinkling figures does not pay.
EVIDENCE_AMOUNTS = {"particulars": 1.3, "actions": 1.1, "events": 1.6, "outcome": 0.7, "details": 5.0}
#: Weight of weaker evidence: a name compared with a figure, "was" with "fell", "after that" with "since then", and a
#: word of a reference that is also in the question.
WEAKER = 0.5
#: Weight of an action in the present tense if nothing shows that it happened once.
PRESENT_TENSE_WEIGHT = 0.25
#: Weight of an action in the passive near a figure, date or name.
PASSIVE_VOICE_WEIGHT = 0.65
#: With so many particulars a story happened once, whatever its tense: not every speaker masters the tenses.
ONE_TIME_PARTICULARS = 3
#: Words within which one belongs to the other: a verb to its subject, details to a verb, an outcome to "since".
REACH_WORDS = 9
#: The same between close neighbours: a pronoun and a verb that may be quoted, a "not" and what it denies, in words.
ADJACENT_WORDS = 3
#: Share of words that name qualities ("commitment"), and how much actions count then: fully, and least.
ABSTRACT_CURVE = ((0.07, 1.0), (0.12, 0.25))

# Content.
#: Share of content in a score, by what a rule has: a question with a reference asks for no story.
CONTENT_SHARES = {"keywords": 0.4, "key_points": 0.5, "references": 1.0}
#: Weight of references in content; keywords and key points have 1.
REFERENCES_WEIGHT = 2.0
#: Share of the evidence that counts for a key point that was not found: the evidence may be it, in other words.
MISSING_POINT_CREDIT = 0.85
#: Share of the evidence that counts for a keyword that is not named, or only outside the narrative.
MISSING_KEYWORD_CREDIT = 0.6
#: The mean of three overlaps that counts as full likeness; measured, and flat around this value.
FULL_LIKENESS = 0.42
#: Letters, and share of the stem, that two words must share at their beginning, and the weight of such a match.
PREFIX_LETTERS, PREFIX_SHARE, PREFIX_MATCH_WEIGHT = 5, 0.7, 0.7
#: Letters of a stem, and of the rest of a compound word, from which on the stem is found inside the word.
COMPOUND_LETTERS = 4
#: Share of likeness lost for a word that the reference affirms and the answer negates.
NEGATION_LOSS = 0.8
#: The share of keywords, of a point's words and of the evidence near a keyword that counts as all: nobody says
#: everything, or uses the same words.
FULL_SHARE = 0.6
#: Share of a point's words below which it does not count, and from which on a statement says that it was mentioned.
MIN_POINT_SHARE, MENTIONED_SHARE = 0.25, 0.6
#: Cosine from which on a sentence has the meaning of a key point.
SAME_MEANING_COSINE = 0.6
#: Difference in cosine from which on an answer is flagged as closer to another question than to its own.
OTHER_QUESTION_COSINE = 0.15

# Ignored words.
#: Words in a row that count as reading the question back, or as a list of the rule's own terms.
SHORT_RUN = 4
#: Words in a row that count as a repetition, or as a list that is most of an answer; words that identify a language.
LONG_RUN = 6
#: Terms in a row that are a list anywhere, and the share of function words up to which a whole answer is a list.
LIST_TERMS, LIST_FUNCTION_WORD_SHARE = 12, 0.12
#: Commas and other marks per word from which on an answer without "I" is a list.
LIST_MARKS_PER_WORD = 0.25
#: Factor on the content of an answer that is mostly a list.
LIST_FACTOR = 0.15
#: The share of an answer that repeats itself from which on it is flagged.
REPETITION_SHARE = 0.2
#: Factor on the score for each retraction, two at most.
RETRACTION_FACTOR = 0.9
#: Factor by the disorder of words: 0 as people speak, 1 if shuffled.
DISORDER = ((0.25, 1.0), (0.55, 0.3))

# Language.
#: Factor on the confidence for each doubt.
DOUBT_FACTOR = 0.6
#: Characters of an answer that are scored: hours of speech. Limits the time that one answer can take.
MAX_SCORED_CHARS = 200_000

# Statements and the whole interview.
#: Points by which the scores of one story differ, in other words and misheard: measured, one standard deviation.
ANSWER_NOISE_POINTS = 6.0
#: Points added to the margin, either way, if nothing supports the score.
UNSUPPORTED_POINTS = 15.0
#: Statements per answer, quotes per statement, and words per quote.
MAX_STATEMENTS, MAX_QUOTES, MAX_QUOTE_WORDS = 5, 3, 16
#: Pieces of evidence needed to recognise a story, and the share of them that must agree.
MIN_STORY_EVIDENCE, SAME_STORY_SHARE = 8, 0.6
#: Points from which on an answer is strong, and below which weak.
STRONG_SCORE, WEAK_SCORE = 70, 45
