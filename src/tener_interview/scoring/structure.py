"""The structure part: whether enough is said, and whether the story has a beginning, a middle and an end."""

from __future__ import annotations

from collections.abc import Sequence

from .arithmetic import Curve, on_curve
from .criteria import Rubric
from .evidence import Tally
from .part import Part, Quote
from .speech import EMPTY, Speech

#: What each step of a story (situation, task and action, result) is called where it is missing.
_STEPS = (
    ("situation", "Does not say what the situation was."),
    ("own action", "Does not say what the candidate did."),
    ("result", "Does not say what came of it."),
)
#: Different words with a meaning, for each word of length that the rule asks for.
_MEANT_PER_WORD = 0.3


def told_well(found: Tally, speech: Speech, meant: int, rubric: Rubric, *, story: bool) -> Part:
    """Sufficiency, and for a story its steps. Beyond what is enough, length neither earns nor costs."""
    enough = max(8.0, _MEANT_PER_WORD * rubric.ideal_words)
    curve: Curve = ((0, 0.0), (0.4 * enough, 0.7), (enough, 1.0))
    sufficient = on_curve(curve, meant)
    reasons = ["Says enough to be judged." if sufficient >= 1 else "Says less than there is room for."]
    if not story:
        return Part("structure", sufficient, tuple(reasons))
    present = [name for name, _ in _STEPS if found.amount.get(name)]
    missing = tuple(said for name, said in _STEPS if name not in present)
    reasons.append(f"Of situation, own action and result it tells {', '.join(present) or 'nothing'}.")
    quotes = tuple(Quote("structure", name, *speech.quote(*found.first[name])) for name in present)
    return Part("structure", sufficient * (0.55 + 0.15 * len(present)), tuple(reasons), quotes, missing)


def meant_words(speech: Speech, ignored: Sequence[bool]) -> int:
    """How many different words with a meaning are said."""
    return len({
        stem for stem, cue, skipped in zip(speech.stems, speech.cues, ignored, strict=True)
        if not skipped and not cue & EMPTY
    })
