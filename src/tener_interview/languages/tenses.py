"""Tenses: verbs of a story that tell what happened in a form that does not say so.

Learners and speakers of many dialects say "yesterday he come to me and I give him the box", "I have call" or "I was
check", and speech recognition loses endings and accents. Where signs say that something happened once, such verbs are
read as past. Without them, or beside "if" and "always", they remain habits, as they are of whoever inflects verbs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .language import Cue
from .tokens import NUMERAL, VERB, TokenizedText

#: Signs from which on something happened once, whatever the tense; words for any time count as much against it.
_ENOUGH_SIGNS = 2
#: Words up to "I" or "have" before a verb at the end of its clause.
_REACH = 9
_NOT_A_VERB = Cue.FUNCTION | Cue.NOT_AN_ACTION
_SAYS_WHO = Cue.SELF | Cue.SUBJECT
#: Verbs whose ending says "I".
_SAYS_I = Cue.OWN_VERB | Cue.CONDITIONAL
#: Words before a verb that say when, where a verb directly follows its subject: "I did show", "I was check".
_HELPS = Cue.HAVE | Cue.PASSIVE | Cue.STATE
#: Words that a verb belongs to if they stand before it. Others may stand between: "I also check", "je lui donner".
_BINDS = (_SAYS_WHO | Cue.DETERMINER | Cue.PREPOSITION | Cue.AUXILIARY | Cue.CONJUNCTION | Cue.RELATIVE | Cue.HAVE
          | Cue.INFINITIVE)
#: Words before a noun, or before a verb that did not happen.
_BEFORE_OTHERS = Cue.DETERMINER | Cue.PREPOSITION | Cue.INFINITIVE
#: What may follow a subject if words are in order.
_PREDICATE = VERB | Cue.PLAIN_VERB | Cue.AUXILIARY | Cue.HAVE | Cue.NOT_AN_ACTION | Cue.STATE


def read_tenses(tokens: TokenizedText, skipped: Collection[int], in_any_tense: bool = False) -> TokenizedText:
    """Return the words with the cue of a past verb wherever a story tells what happened in another form.

    Nothing changes for whoever tells most of it in the past, or whose words are out of order. `skipped` are the places
    of habits and of what does not count. With `in_any_tense`, verbs tell what was asked for without any sign.
    """
    cues = tokens.cues
    plain = [place for place in tokens.places(Cue.PLAIN_VERB | Cue.CONDITIONAL * in_any_tense)
             if not (place in skipped or cues[place] & (_NOT_A_VERB | VERB | NUMERAL | Cue.DATE))
             # "The call", "to call".
             and not (place and cues[place - 1] & _BEFORE_OTHERS and not cues[place - 1] & (_SAYS_WHO | Cue.CLITIC))]
    inflected = [place for place in tokens.places(VERB) if not (place in skipped or cues[place] & _NOT_A_VERB)]
    if not plain or 2 * len(plain) < len(inflected):
        return tokens
    signs = _ENOUGH_SIGNS if in_any_tense else _signs(tokens)
    if signs + len(plain) < _ENOUGH_SIGNS:
        return tokens
    readings = {place: cue for place in plain if (cue := _reading(tokens, place, in_any_tense))}
    words = tokens.words
    signs += len({words[place] for place in readings if _lacks_ending(tokens, place)})
    if not tokens.language.subject_first:
        # Where verbs have endings, what others do tells a story from a habit.
        signs += len({words[place] for place, cue in readings.items() if cue == Cue.PAST}) > 1
    if not readings or 2 * len(readings) < len(inflected) or signs < _ENOUGH_SIGNS or not _in_order(tokens):
        return tokens
    cues, by_cue = list(cues), dict[int, list[int]]()
    for place, cue in readings.items():
        cues[place] |= cue | Cue.AMBIGUOUS_TENSE
    for place, cue in enumerate(cues):
        by_cue.setdefault(cue, []).append(place)
    return replace(tokens, cues=cues, by_cue=by_cue)


def _signs(tokens: TokenizedText) -> int:
    """Return how many words and phrases say that this happened once, less those that say it happens any time."""
    words, markers = tokens.words, tokens.markers
    dated = {words[place] for place in tokens.places(Cue.DATE | Cue.NUMBER)}
    once = {words[last] for _, last, cue in markers if cue & Cue.ONCE}
    habits = {(words[first], words[last]) for first, last, cue in markers if cue & Cue.HABIT}
    any_time = {(words[first], words[last]) for first, last, cue in markers if cue & Cue.ANY_TIME}
    return len(dated) + len(once) + bool(tokens.places(Cue.PERSON)) - len(habits) - 2 * len(any_time)


def _lacks_ending(tokens: TokenizedText, place: int) -> bool:
    """Return whether a verb lacks the ending that its place asks for: "he come", "worker fall", "I was check", "j'ai
    chercher"."""
    before = tokens.cues[place - 1] if tokens.same_clause(place) else Cue.FUNCTION
    if not tokens.language.subject_first:
        return bool(before & Cue.HAVE)
    asks = before & (Cue.PERSON | Cue.HAVE | Cue.STATE) or not before & (_NOT_A_VERB | VERB | NUMERAL | Cue.DATE)
    return bool(asks) and not (tokens.cues[place] & Cue.REPORTING or tokens.words[place].endswith(("s", "ing")))


def _in_order(tokens: TokenizedText) -> bool:
    """Return whether words are no list or shuffle: most verbs stand where they should or, where a verb must directly
    follow its subject, most subjects do."""
    cues = tokens.cues
    if not tokens.language.subject_first:
        verbs = [place for place in tokens.places(Cue.PLAIN_VERB | _SAYS_I | VERB) if not cues[place] & _NOT_A_VERB]
        placed = [place for place in verbs if cues[place] & _SAYS_I or _is_verb_position(tokens, place)]
        return 2 * len(placed) > len(verbs)
    subjects, bound = tokens.places(_SAYS_WHO), 0
    for place in subjects:
        following = (cues[at] for at in range(place + 1, len(cues)))
        ahead = next((cue for cue in following if cue & (_BINDS | _PREDICATE) or not cue & Cue.FUNCTION), 0)
        bound += bool(ahead & _PREDICATE)
    return 2 * bound > len(subjects)


def _reading(tokens: TokenizedText, place: int, after_would: bool) -> int:
    """Return the cue of the past verb as which a word is read: the speaker's own, anybody's, or 0 for no verb."""
    cues, (at, binding) = tokens.cues, _bound_to(tokens, place)
    helper = (_HELPS if tokens.language.subject_first else Cue.HAVE) | Cue.AUXILIARY * after_would
    bound_to_speaker = binding & Cue.SELF or (binding & helper and _bound_to(tokens, at)[1] & Cue.SELF)
    if bound_to_speaker or cues[place] & Cue.CONDITIONAL:
        return Cue.OWN_VERB
    if not _is_verb_position(tokens, place):
        return 0
    after_noun = tokens.same_clause(place) and not cues[place - 1] & Cue.FUNCTION & ~Cue.PASSIVE
    return Cue.OWN_VERB if cues[place] & Cue.OWN_FORM and not after_noun else Cue.PAST


def _is_verb_position(tokens: TokenizedText, place: int) -> bool:
    """Return whether a word stands where a verb does: after its subject, "have", "and" or a noun, or where a clause
    begins or, in German, ends."""
    cues, language, (start, end) = tokens.cues, tokens.language, tokens.bounds[place]
    if not tokens.same_clause(place):
        return place > start or not language.subject_first
    at, binding = _bound_to(tokens, place)
    helper = _HELPS if language.subject_first else Cue.HAVE
    if at < start or binding & (_SAYS_WHO | helper | Cue.CONJUNCTION | Cue.PERSON):
        return True
    if binding & _BEFORE_OTHERS:
        return bool(cues[place - 1] & Cue.CLITIC and cues[place] & Cue.OWN_FORM)
    if binding & Cue.NOT_AN_ACTION:
        return False
    if language.compounds:
        last = place + 1 == end or not tokens.same_clause(place + 1) or cues[place + 1] & Cue.CONJUNCTION
        near = cues[max(start, place - _REACH) : place]
        if cues[place - 1] & Cue.DATE or (last and any(cue & (Cue.SELF | Cue.HAVE) for cue in near)):
            return True
    begins = language.subject_first or not tokens.same_clause(at)
    return not binding & Cue.FUNCTION and (begins or bool(cues[at - 1] & (Cue.DETERMINER | NUMERAL | Cue.CONJUNCTION)))


def _bound_to(tokens: TokenizedText, place: int) -> tuple[int, int]:
    """Return the word that a verb belongs to and its cues; a place before its sentence, and 0, if there is none."""
    cues, start = tokens.cues, tokens.bounds[place][0]
    for at in range(place - 1, start - 1, -1):
        between = cues[at] & Cue.FUNCTION and not cues[at] & _BINDS
        clitic = cues[at] & Cue.CLITIC and at > start and cues[at - 1] & Cue.FUNCTION
        if not (between or clitic):
            return at, cues[at]
    return start - 1, 0
