"""Weights: every number that a score is made of, with its unit and its reason.

`tests/scoring/test_weights.py` counts them.
"""

from __future__ import annotations

#: Counts up whenever the same transcript may score otherwise.
ENGINE_VERSION = "8"

# Evidence.
#: Shares of the evidence: own steps and particulars tell a story from polish, the rest a whole one from a piece.
EVIDENCE = {"particulars": 0.24, "actions": 0.32, "events": 0.14, "outcome": 0.08, "details": 0.22}
#: Signs that make 63 % of each: the first ones say most, so that neither numbers nor words need be sprinkled.
ENOUGH = {"particulars": 1.3, "actions": 1.1, "events": 1.6, "outcome": 0.7, "details": 5.0}
#: Worth of a lesser sign beside a whole one: a name beside a figure, "was" beside "fell", "after that" beside "since
#: then", and a word of a reference that the question says already.
LESSER = 0.5
#: Worth of a step in the present, where nothing tells that it was taken once.
PRESENT = 0.25
#: The same of a step that is told in the passive, beside something that can be checked.
PASSIVE = 0.65
#: Particulars from which on what is told happened once, whatever the tense: not everybody has a language's tenses.
DATED = 3
#: Words between which one belongs to the other: a verb to its subject, details to a verb, what came of it to "since".
REACH = 9
#: The same for what stands right beside it: a pronoun and a verb that may be quoted, a "not" and what it denies.
BESIDE = 3
#: Shares of words that name qualities ("commitment"), and how much deeds count then: all, and least.
ABSTRACT = ((0.07, 1.0), (0.12, 0.25))

# Content.
#: Share of content in a score, by what a rule asks for: beside a reference there is no story to tell.
CONTENT = {"keywords": 0.4, "key_points": 0.5, "references": 1.0}
#: Weight of references in content, beside keywords and key points with 1 each.
REFERENCES = 2.0
#: What a key point without its words counts of the evidence: what was shown may be it, told in other words.
UNMATCHED = 0.85
#: The same of a keyword that is not named, or only in a sentence that tells nothing.
UNNAMED = 0.6
#: The mean of three overlaps that counts as all of it; measured, and flat around.
LIKE_ENOUGH = 0.42
#: Letters by which another word has the same beginning, the share of the stem, and its worth.
BEGINNING, BEGINNING_SHARE, BEGINNING_WORTH = 5, 0.7, 0.7
#: What a word loses that the answer negates and the reference affirms.
NEGATED = 0.8
#: The share of keywords, of a point's words and of the evidence beside a keyword that counts as all of it: nobody says
#: everything, and nobody in the same words.
ALL = 0.6
#: Share of a point's words below which none of it counts, and from which on it is said to be spoken of.
POINT, COVERED = 0.25, 0.6
#: Cosine from which on a sentence means a point.
SAME_MEANING = 0.6
#: By how much more an answer means another question than its own, in cosines, before it is flagged.
OTHER_QUESTION = 0.15

# Mask.
#: Words in a row that are the question's, or a list of the rule's own terms; fewer say nothing by themselves.
FEW = 4
#: Words in a row that were said before, a list that is most of an answer, an item of a list, and what tells a language.
SEVERAL = 6
#: Terms in a row that are a list anywhere, and the share of binding words up to which a whole answer is one.
LIST, LIST_BOUND = 12, 0.12
#: Commas and other marks to a word from which on it is one, too, if nobody says "I" in it.
LIST_MARKS = 0.25
#: What is left of the content of an answer that is little but a list.
LIST_LEFT = 0.15
#: The share of an answer said again that is worth a flag.
AGAIN = 0.2
#: What is left of an answer by each time that something is taken back, two at most.
TAKEN_BACK = 0.9
#: What is left by the share of binding words out of place; from half of the first share on a transcript is poor. Two of
#: 1,847 honest answers come to that, and 46 % of them with their words shuffled.
ORDER = ((0.12, 1.0), (0.3, 0.4))

# Language.
#: What each doubt leaves of the confidence.
UNSURE = 0.6
#: Characters that are judged: hours of speech. Bounds the time that one answer can take.
LONGEST = 200_000

# Statements and the whole interview.
#: Points by which the same story, told otherwise and misheard, scores otherwise: measured, one standard deviation.
NOISE = 6.0
#: Points more, either way, where nothing bears the score.
UNSUPPORTED = 15.0
#: Statements of an answer, quotes in one, and words of a quote.
STATEMENTS, QUOTES, QUOTE_WORDS = 5, 3, 16
#: Things told, at least, by which a story is known again, and the share of them.
STORY, SAME = 8, 0.6
#: Points from which on an answer is strong, and below which thin.
STRONG, THIN = 70, 45
