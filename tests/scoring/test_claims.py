"""What may be said of an answer, and what must not count: words of others, what is taken back, who somebody is."""

from __future__ import annotations

import pytest

from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.transcript import Transcript

STORY = "I moved forty boxes on Friday, I called the driver and I wrote the list again. She signed it at noon."


def judged(text: str, language: str = "en") -> AnswerScore:
    transcript = Transcript(0, "q", "A hard day?", answered=True, text=text)
    return score_answer(make_rule(ExpectedContent()), transcript, language)


def said(text: str, language: str = "en") -> str:
    return " ".join(judged(text, language).reasons)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The manager claimed I lost the 40 parcels on Monday. It was a bad week for all of us there."),
        ("en", "I was told that I had broken the scanner on Tuesday. It was a bad week for all of us there."),
        ("de", "Der Chef behauptet, dass ich die 40 Kisten gestohlen habe. Das war eine schlimme Woche für uns."),
        ("es", "Dicen que rompí la máquina el martes. Fue una semana mala para todos nosotros."),
        ("fr", "Le chef a dit que j'ai volé 40 euros lundi. C'était une mauvaise semaine pour tous."),
        ("pt", "Eles dizem que parti a máquina na terça. Foi uma semana má para todos."),
        ("ru", "Они говорят, что я сломал машину во вторник. Это была плохая неделя для всех."),
    ],
)
def test_what_somebody_else_says_is_nobodys_deed(language: str, text: str) -> None:
    found = judged(text, language)
    assert found.details["parts"]["actions"]["points"] == 0
    assert "own actions" not in " ".join(found.reasons)


@pytest.mark.parametrize(
    "text",
    ["The doctor said it was fine, but I called the ward at 9.", "I told Karen that I broke the cup on Monday."],
)
def test_what_the_speaker_says_and_does_next_is(text: str) -> None:
    assert "own actions" in said(f"{text} It was a bad week for all of us.")


@pytest.mark.parametrize(
    "back", ["No, I made it up.", "That wasn't me, that was before my time.", "That was somebody else, sorry."],
)
def test_taking_back_lowers_and_is_quoted_as_such(back: str) -> None:
    assert (judged(f"{STORY} {back}").score or 0) < (judged(STORY).score or 0) - 3
    assert "May retract something" in said(f"{STORY} {back}")


@pytest.mark.parametrize(
    "kept", ["My colleague only watched.", "It wasn't me who dropped them.", "My boss only helped on the phone."],
)
def test_what_others_left_undone_takes_nothing_back(kept: str) -> None:
    assert (judged(f"{STORY} {kept}").score or 0) >= (judged(STORY).score or 0)


@pytest.mark.parametrize(
    ("language", "who"),
    [
        ("en", "I am Polish."), ("en", "I was born in 1988 in Gdynia."), ("en", "My wife is called Magda."),
        ("en", "My name is Piotr Nowak."), ("en", "I'm from Ghana."), ("en", "I live in Hull."),
    ],
)
def test_who_somebody_is_has_no_weight_and_is_not_shown(language: str, who: str) -> None:
    base = "In the shop I called the driver and I carried the boxes in, and she signed the list on Friday."
    assert judged(f"{who} {base}", language).score == judged(base, language).score
    assert judged(f"{who} {base}", language).reasons == judged(base, language).reasons


@pytest.mark.parametrize(
    "text",
    [
        "I recognised the situation early, I informed the relevant people and I monitored the results with care.",
        "I acknowledged the concerns and I fostered an open dialogue with everybody who was involved.",
        "I analysed the problem, I developed a plan and I implemented a sustainable solution for the customers.",
    ],
)
def test_polish_is_not_quoted_as_a_deed(text: str) -> None:
    assert "own actions" not in said(text)


@pytest.mark.parametrize(
    ("language", "text", "quoted"),
    [
        ("en", "We fed three hundred and six people and I rang a bank for it.", "three hundred and six people"),
        ("es", "Yo pagué cuarenta y dos euros al chófer por la caja.", "cuarenta y dos euros"),
        ("pt", "Eu paguei duzentos e dez reais ao vizinho pela porta.", "duzentos e dez reais"),
    ],
)
def test_a_number_is_quoted_whole_and_counted_once(language: str, text: str, quoted: str) -> None:
    assert quoted in said(text, language)
    assert judged(text, language).details["parts"]["particulars"]["reached"] == 0.537


@pytest.mark.parametrize(
    "text",
    [
        "The pump was stopped, the lab was rung and the form was filled in with the nurse that same evening.",
        "In May the tray fell and the soup was all over the place, so the floor was washed twice.",
        "Fire alarm goes, children out, one missing, and it's Jamie under the piano with his hands on his ears.",
    ],
)
def test_of_a_concrete_story_without_a_speaker_nothing_is_denied(text: str) -> None:
    missing = " ".join(item["text"] for item in judged(text).details["missing"])
    assert "specific action" not in missing
    assert "outcome" not in missing


@pytest.mark.parametrize(
    "text",
    [
        "In the end of the hall there was a tray and I carried it away on Monday.",
        "He did not come any more on Mondays, so I called him at home.",
        "Now, I was in the kitchen with two others and I dropped the tray.",
    ],
)
def test_a_marker_alone_is_no_outcome(text: str) -> None:
    assert "the outcome" not in said(text)
