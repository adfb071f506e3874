"""What may be said of an answer, and what must not count: words of others, what is taken back, who somebody is."""

from __future__ import annotations

from for_each import for_each
from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.transcript import Transcript

STORY = "I moved forty boxes on Friday, I called the driver and I wrote the list again. She signed it at noon."


def judged(text: str, language: str = "en") -> AnswerScore:
    transcript = Transcript(0, "q", "A hard day?", answered=True, text=text)
    return score_answer(make_rule(ExpectedContent()), transcript, language)


def reasons_for(text: str, language: str = "en") -> str:
    return " ".join(judged(text, language).reasons)


@for_each(
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
def test_reported_speech_does_not_count_as_an_action(language: str, text: str) -> None:
    found = judged(text, language)
    assert found.details["parts"]["actions"]["points"] == 0
    assert "own actions" not in " ".join(found.reasons)


@for_each(
    "text",
    ["The doctor said it was fine, but I called the ward at 9.", "I told Karen that I broke the cup on Monday."],
)
def test_an_action_after_reported_speech_counts(text: str) -> None:
    assert "own actions" in reasons_for(f"{text} It was a bad week for all of us.")


@for_each(
    "back", ["No, I made it up.", "That wasn't me, that was before my time.", "That was somebody else, sorry."],
)
def test_a_retraction_lowers_the_score_and_is_quoted(back: str) -> None:
    assert (judged(f"{STORY} {back}").score or 0) < (judged(STORY).score or 0) - 3
    assert "May retract something" in reasons_for(f"{STORY} {back}")


@for_each(
    "kept", ["My colleague only watched.", "It wasn't me who dropped them.", "My boss only helped on the phone."],
)
def test_unfinished_work_of_others_is_not_a_retraction(kept: str) -> None:
    assert (judged(f"{STORY} {kept}").score or 0) >= (judged(STORY).score or 0)


@for_each(
    ("language", "who"),
    [
        ("en", "I am Polish."), ("en", "I was born in 1988 in Gdynia."), ("en", "My wife is called Magda."),
        ("en", "My name is Piotr Nowak."), ("en", "I'm from Ghana."), ("en", "I live in Hull."),
    ],
)
def test_personal_facts_change_no_score_and_are_not_quoted(language: str, who: str) -> None:
    base = "In the shop I called the driver and I carried the boxes in, and she signed the list on Friday."
    assert judged(f"{who} {base}", language).score == judged(base, language).score
    assert judged(f"{who} {base}", language).reasons == judged(base, language).reasons


@for_each(
    "text",
    [
        "I recognised the situation early, I informed the relevant people and I monitored the results with care.",
        "I acknowledged the concerns and I fostered an open dialogue with everybody who was involved.",
        "I analysed the problem, I developed a plan and I implemented a sustainable solution for the customers.",
    ],
)
def test_polished_phrases_are_not_quoted_as_own_actions(text: str) -> None:
    assert "own actions" not in reasons_for(text)


@for_each(
    ("language", "text", "quoted"),
    [
        ("en", "We fed three hundred and six people and I rang a bank for it.", "three hundred and six people"),
        ("es", "Yo pagué cuarenta y dos euros al chófer por la caja.", "cuarenta y dos euros"),
        ("pt", "Eu paguei duzentos e dez reais ao vizinho pela porta.", "duzentos e dez reais"),
    ],
)
def test_a_number_is_quoted_whole_and_counted_once(language: str, text: str, quoted: str) -> None:
    assert quoted in reasons_for(text, language)
    assert judged(text, language).details["parts"]["particulars"]["reached"] == 0.537


@for_each(
    "text",
    [
        "The pump was stopped, the lab was rung and the form was filled in with the nurse that same evening.",
        "In May the tray fell and the soup was all over the place, so the floor was washed twice.",
        "Fire alarm goes, children out, one missing, and it's Jamie under the piano with his hands on his ears.",
    ],
)
def test_an_impersonal_concrete_story_is_not_said_to_lack_actions_or_outcome(text: str) -> None:
    missing = " ".join(item["text"] for item in judged(text).details["missing"])
    assert "specific action" not in missing
    assert "outcome" not in missing


@for_each(
    "text",
    [
        "In the end of the hall there was a tray and I carried it away on Monday.",
        "He did not come any more on Mondays, so I called him at home.",
        "Now, I was in the kitchen with two others and I dropped the tray.",
    ],
)
def test_a_result_word_alone_does_not_count_as_an_outcome(text: str) -> None:
    assert "the outcome" not in reasons_for(text)
