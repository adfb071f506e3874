"""The judgement of one answer: its direction, its bounds, and what it says of itself."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.answers import TEXTS
from for_each import for_each
from tener_interview.criteria.criteria import Criteria, ExpectedContent, Rule, Weights, load_criteria, make_rule
from tener_interview.criteria.stemmed_criteria import stem_criteria
from tener_interview.languages.language import load_languages
from tener_interview.languages.tokens import tokenize
from tener_interview.scoring import weights
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.scoring.content import AnswerIndex
from tener_interview.transcripts.transcript import Transcript

CONFIG = Path(__file__).parents[2] / "config"
DOCUMENT: dict[str, Any] = {
    "version": "1",
    "defaults": {
        "weights": {"keyword": 0.6, "length": 0.3, "clarity": 0.1},
        "rubric": {"min_words": 10, "ideal_words": 20, "max_words": 40},
        "filler_words": ["um", "you know"],
        "disallowed_patterns": ["lorem ipsum"],
    },
    "question_rules": [
        {
            "id": "design",
            "match": {"title_contains": "design"},
            "required_keywords": ["cache", ["alignment", "aligned"]],
            "optional_keywords": ["queue", "index"],
        }
    ],
}
#: Says something, and nothing of what the rule asks for.
BASE = (
    "Last year our ticket shop was slow every morning, so I measured the requests for three days and found that one "
    "report locked the orders table. I moved the report to a copy of the data and"
)
PIECES = ["cache", "queue", "um", "we", "design", "because", "\u0301", "\u05d0\u05d1", "\ud800", "lorem ipsum", "\0"]


@pytest.fixture
def rule(tmp_path: Path) -> Rule:
    return loaded(tmp_path).question_rules[0]


def loaded(folder: Path, **rule_members: Any) -> Criteria:
    document = {**DOCUMENT, "question_rules": [{**DOCUMENT["question_rules"][0], **rule_members}]}
    path = folder / "criteria.json"
    path.write_text(json.dumps(document), "utf-8")
    return load_criteria(path)


@cache
def shipped() -> Criteria:
    return load_criteria(CONFIG / "interview_transcription_scoring_criteria.json")


def answer(text: str | None, language: str | None = None) -> Transcript:
    return Transcript(0, "q1", "Design a thing", answered=True, text=text, language=language)


def score(rule: Rule, text: str) -> float:
    judged = score_answer(rule, answer(text)).score
    assert judged is not None
    return judged


def test_keywords_are_found_as_words_with_their_forms_and_synonyms(rule: Rule) -> None:
    judged = score_answer(rule, answer(f"{BASE} we aligned on cached pages and two queues."))
    assert judged.details["matched_keywords"] == ["cache", "alignment", "queue"]
    assert judged.details["missing_keywords"] == []
    assert judged.details["missing_optional_keywords"] == ["index"]
    statement = "Mentions keywords: cache (“cached”), alignment (“aligned”), queue (“queues”)."
    assert statement in judged.reasons


@for_each(
    ("keyword", "text", "found"),
    [
        ("collaborate", "I collaborated with two teams", True),
        ("art", "we had to start again", False),
        ("log", "we read all the logs", True),
        ("trade-off", "it was a tradeoff", True),
        ("database", "the data base was slow", True),
        ("root cause", "we found the root causes", True),
        ("solution", "there was no problem and I had no solution", False),
        ("organise", "I organized the release", True),
        ("C++", "the engine was written in C++ and", True),
        ("c", "the engine was written in C++ and", False),
        ("decide", "we did not decide anything", False),
        ("decide", "not only did we decide it", True),
        ("install", "I installed the pump", True),
        ("called", "there was a call for you and we took it", True),
        ("call", "the calf was calm and we fed it", False),
    ],
)
def test_keywords_match_whole_words_only(tmp_path: Path, keyword: str, text: str, found: bool) -> None:
    rule = loaded(tmp_path, required_keywords=[keyword], optional_keywords=[]).question_rules[0]
    judged = score_answer(rule, answer(f"{BASE} {text} in the morning"))
    assert (judged.details["matched_keywords"] == [keyword]) is found


def test_keywords_do_not_tell_in_which_language_the_criteria_are() -> None:
    asked = ExpectedContent(required=(("die casting",), ("mold",), ("a/b test",)))
    judged = score_answer(make_rule(asked), answer(f"{BASE} die casting"), "en")
    assert judged.details["matched_keywords"] == ["die casting"]
    assert "language_mismatch" not in judged.flags


def test_a_reference_of_small_words_alone_is_compared_by_these() -> None:
    rule = make_rule(ExpectedContent(references=("Yes, we do.",)))
    assert score(rule, "Yes, we do, since 2019.") > score(rule, "The parcels arrived in June.")


def test_an_answer_may_end_within_a_keyword_of_several_words(tmp_path: Path) -> None:
    rule = loaded(tmp_path, required_keywords=["root cause"], optional_keywords=["query plan cache"]).question_rules[0]
    for ending in ("and found the root", "and read the query", "and read the query plan"):
        assert score_answer(rule, answer(f"{BASE} {ending}")).details["missing_keywords"] == ["root cause"]


@for_each("first", ("symptom", "fault", "outage", "incident", "trouble", "alarm"))
def test_the_first_synonym_in_the_answer_is_quoted(first: str) -> None:
    others = ["symptom", "fault", "outage", "incident", "trouble", "alarm"]
    written = [first, *(word for word in others if word != first)]
    language = load_languages().by_code["en"]
    expected = ExpectedContent(required=(("monitoring", *written),))
    synonyms = stem_criteria(expected, "What failed?", "en").synonyms
    tokens = tokenize(" ".join(others), language)
    index = AnswerIndex(tokens, [False] * len(tokens), synonyms)
    assert index.match(language.stem("monitoring")) == (1.0, [others.index(first)])


def test_common_synonyms_are_in_the_order_of_their_file() -> None:
    for language in load_languages().by_code.values():
        for group in language.alike:
            stems = tuple(dict.fromkeys(map(language.stem, group.split("|"))))
            # A word of two groups begins with those of the later one.
            assert any(others[: len(stems)] == stems for others in map(language.synonyms.__getitem__, stems)), group


@for_each(("language", "word", "form"), TEXTS["irregular"])
def test_an_irregular_form_matches_its_keyword(language: str, word: str, form: str) -> None:
    spoken = load_languages().get(language)
    assert spoken.stem(form) == spoken.stem(word)


def test_keywords_match_parts_of_german_compounds(tmp_path: Path) -> None:
    rule = loaded(
        tmp_path, match={"title_contains": "design"}, language="de", required_keywords=["Kunde", "Datenbank"],
        optional_keywords=[],
    ).question_rules[0]
    statement = (
        "Vor einem Jahr habe ich in einem Kundengespräch gelernt, dass die Bestelldatenbank zu langsam war, und ich "
        "habe deshalb drei Abfragen gemessen und einen Index ergänzt."
    )
    assert score_answer(rule, answer(statement), "de").details["matched_keywords"] == ["Kunde", "Datenbank"]


def test_key_points_and_reference_answers_are_matched_by_their_words(tmp_path: Path) -> None:
    points = ["Measures before changing anything", "Talks to the customers who complained"]
    rule = loaded(tmp_path, required_keywords=[], optional_keywords=[], key_points=points).question_rules[0]
    judged = score_answer(rule, answer(f"{BASE} I measured it again before I changed anything else."))
    assert judged.details["missing_key_points"] == points[1:]
    # A story seldom has the words of a list, so only an answer without a story is said to lack them.
    assert not [line for line in judged.details["missing"] if line["part"] == "content"]
    empty = score_answer(rule, answer("Quality matters most to us, with passion and dedication, in everything."))
    statement = f"We did not find: “{points[0]}”, “{points[1]}”."
    assert {"part": "content", "text": statement} in empty.details["missing"]
    reference = "A cache keeps results of slow queries in memory so that later requests need not wait for the database."
    rule = loaded(tmp_path, required_keywords=[], optional_keywords=[], reference_answers=[reference]).question_rules[0]
    right = "The cache keeps the results of slow queries in memory, so later requests do not wait for the database."
    wrong = "A load balancer spreads new connections over many servers and takes broken machines out of the rotation."
    assert score(rule, right) > 70
    assert (score_answer(rule, answer(wrong)).score or 0) < 35


def test_a_reference_that_is_contradicted_is_worth_less(tmp_path: Path) -> None:
    reference = "The client retries the request with the same key, and the server charges the customer once."
    rule = loaded(tmp_path, required_keywords=[], optional_keywords=[], reference_answers=[reference]).question_rules[0]
    same = "The client retries a request with the same key, and then the server charges the customer once."
    other = "The client never retries a request with the same key, and the server does not charge the customer once."
    assert score(rule, other) < score(rule, same) - 5


def test_all_missing_required_keywords_are_named(rule: Rule) -> None:
    judged = score_answer(rule, answer(f"{BASE} that was all."))
    assert judged.details["missing_keywords"] == ["cache", "alignment"]
    statement = "We did not find these keywords or their synonyms: cache, alignment."
    assert {"part": "content", "text": statement} in judged.details["missing"]


def test_disallowed_wording_is_flagged_and_does_not_change_the_score(rule: Rule) -> None:
    judged = score_answer(rule, answer(f"{BASE} it was called lorem ipsum by us."))
    assert "disallowed_wording" in judged.flags


@for_each("before", [9_000, 9_990, 10_000, 18_995, 60_000])
def test_disallowed_wording_is_found_wherever_it_is_in_a_long_answer(rule: Rule, before: int) -> None:
    statement = ("we " * 20_000)[:before]
    assert "disallowed_wording" in score_answer(rule, answer(f"{statement} lorem ipsum and so on")).flags
    assert "disallowed_wording" not in score_answer(rule, answer(f"{statement} lorem and ipsum")).flags


def test_a_long_answer_is_searched_for_disallowed_wording_in_pieces(rule: Rule) -> None:
    """Twice as long, twice the time: as a whole, `.*word` would take four times as long."""
    searched: list[int] = []

    class Pattern:
        def search(self, _text: str, begin: int, end: int) -> None:
            searched.append(end - begin)

    score_answer(replace(rule, disallowed=(cast(Any, Pattern()),)), answer("we measured it " * 10_000))
    assert max(searched) == 10_000
    assert 150_000 <= sum(searched) < 180_000


@pytest.mark.parametrize("weights", [{}, {"keyword": 1, "length": 0, "clarity": 0}])
def test_without_expected_content_its_weight_goes_to_the_other_parts(tmp_path: Path, weights: dict[str, float]) -> None:
    rule = loaded(tmp_path, required_keywords=[], optional_keywords=[], weights=weights).question_rules[0]
    judged = score_answer(rule, answer(f"{BASE} that was all."))
    assert "content" not in judged.details["parts"]
    assert sum(part["weight"] for part in judged.details["parts"].values()) == pytest.approx(1, abs=0.01)


@given(
    factor=st.floats(1e-6, 1e6), shares=st.tuples(*[st.floats(0.01, 1)] * 2), ending=st.text("cache um.", max_size=50)
)
def test_weights_matter_only_in_proportion(factor: float, shares: tuple[float, float], ending: str) -> None:
    rule = make_rule(ExpectedContent(required=(("cache",),)))
    one, other = (
        replace(rule, weights=Weights(*(weight * scale for weight in shares))) for scale in (1.0, factor)
    )
    assert score_answer(one, answer(BASE + ending)).score == score_answer(other, answer(BASE + ending)).score


@for_each(
    ("text", "code"),
    [
        ("", "no_words"), ("...", "no_words"), ("\U0001f600 " * 3, "no_words"), ("\u0000", "no_words"),
        ("yes", "too_little"), ("I agree", "too_little"), ("um, ok", "too_little"), ("Fine.", "too_little"),
        ("I do not know what to say here, sorry.", "no_answer"),
        ("Design a thing", "too_little"),
    ],
)
def test_unscorable_answers_have_a_reason_and_no_score(rule: Rule, text: str, code: str) -> None:
    judged = score_answer(rule, answer(text))
    assert (judged.score, judged.status, judged.confidence) == (None, "not_scorable", 0.0)
    assert judged.details["reason_code"] == code
    assert judged.reasons


@for_each(
    "text",
    [
        "Nothing comes to mind, sorry.", "I have no clue.", "Da kann ich nichts dazu sagen, keine Ahnung.",
        "Ich weiß es nicht.", "No tengo ni idea, lo siento.", "Ahora no me acuerdo.", "Aucune idée, désolé.",
        "Je ne sais vraiment pas.", "Não me lembro.", "Não faço ideia, desculpe.", "Понятия не имею.",
        "Затрудняюсь ответить, извините.",
    ],
)
def test_saying_that_one_has_no_answer_is_recognised_in_every_language(text: str) -> None:
    for title in ("Tell us about a mistake.", "Erzählen Sie uns von einem Fehler, den Sie gemacht haben.", ""):
        transcript = Transcript(0, "q", title, answered=True, text=text)
        assert score_answer(make_rule(ExpectedContent()), transcript).details.get("reason_code") == "no_answer"


@for_each(
    "text",
    [
        "I broke the press.", "Twenty-six.", "Since 2017, yes.", "Only once, in Bremen.", "We closed the shop.",
        "I should have asked the nurse.", "Ich habe den Schlüssel verloren.", "Rompí la impresora.",
        "J'ai perdu la clé.",
        "Perdi a chave.", "Я потерял ключ.", "I don't know why, but I dropped the vase.",
    ],
)
def test_a_short_answer_is_scored_and_noted_as_short(text: str) -> None:
    judged = score_answer(make_rule(ExpectedContent()), Transcript(0, "q", "", answered=True, text=text))
    assert judged.status == "scored"
    assert "short_answer" in judged.flags
    assert judged.confidence < 1


@for_each(
    ("code", "text", "quote"),
    [
        ("it", "Ho cambiato 14 valvole con il signor Bianchi, da allora la caldaia funziona sempre.", "14 valvole"),
        ("nl", "Op maandag heb ik samen met Joost 60 dozen verplaatst, en daarna was alles weer in orde.", "60 dozen"),
        ("pl", "We wtorek z panem Nowakiem naprawiłem 3 maszyny, a potem przez rok nie było awarii.", "3 maszyny"),
    ],
)
def test_a_language_without_data_is_scored_by_figures_and_names(code: str, text: str, quote: str) -> None:
    point = ("Explains the mistake and what was changed after it",)
    for asked in (ExpectedContent(), ExpectedContent(key_points=(point,))):
        judged = score_answer(make_rule(asked), Transcript(0, "q", "Tell us about it", answered=True, text=text), code)
        assert (judged.score or 0) > 10
        assert "content_only" in judged.flags
        assert ("language_mismatch" in judged.flags) is bool(asked)
        assert quote in " ".join(item["quote"] for item in judged.details["evidence"])


@for_each(
    ("language", "text"),
    [
        ("de", "Ich habe den Fahrer angerufen, und wir haben die Kisten am Abend umgeladen."),
        ("fr", "J'ai appelé le chauffeur et nous avons déplacé les caisses dans la soirée."),
        ("es", "Llamé al conductor y por la noche movimos las cajas al otro camión."),
    ],
)
def test_key_points_in_another_language_than_the_answer_are_left_out_with_a_flag(language: str, text: str) -> None:
    points = ("Calls the driver and says what is wrong", "Moves the boxes before the morning")
    transcript = Transcript(0, "q", "Tell us about a hard day.", answered=True, text=text)
    for named in (language, "en", None):
        asked = ExpectedContent(key_points=tuple((point,) for point in points))
        judged = score_answer(make_rule(asked), transcript, named)
        assert "content" not in judged.details["parts"]
        assert "language_mismatch" in judged.flags
        judged = score_answer(make_rule(ExpectedContent()), transcript, named)
        assert (judged.flags, judged.confidence) == ((), 1.0)
        assert not any("criteria" in reason for reason in judged.reasons)


@for_each(
    "text",
    [
        "so so i i opened the the valve and and then the the water the water went down and we we called the plumber",
        "he he came at at six and i i gave him the the list and and he read the list the list to the the others",
        "we we had a a fire in in the kitchen and i i took the the blanket and and put it over the the pan",
    ],
)
def test_stuttering_does_not_lower_the_score(text: str) -> None:
    words = text.split()
    plain = " ".join(word for place, word in enumerate(words) if not place or word != words[place - 1])
    rule = make_rule(ExpectedContent())
    one, other = (score_answer(rule, Transcript(0, "q", "", answered=True, text=item), "en") for item in (text, plain))
    assert (one.flags, one.confidence) == ((), 1.0)
    assert one.score == pytest.approx(other.score, abs=5)


@for_each(
    ("points", "text"),
    [
        (
            ("Owns the mistake and apologises", "Prevents it from happening again"),
            ("I had swapped two labels. I rang all nine customers the same evening and told them, and since May we "
            "stick the labels on before the lid is closed."),
        ),
        (
            ("Listens actively to the other side", "Reaches a compromise"),
            ("Otto wanted the night shift off and so did I. I made tea and let him talk for half an hour. He took "
            "Fridays, I took Sundays, and we wrote it on the wall."),
        ),
        (
            ("Prioritises under time pressure", "Communicates with stakeholders"),
            ("Two of three ovens were dead at five. I put the bread first, crossed out the cakes and phoned the four "
            "cafés. By eight all of them had their rolls."),
        ),
    ],
)
def test_a_paraphrased_key_point_scores_almost_as_much(points: tuple[str, ...], text: str) -> None:
    transcript = Transcript(0, "q", "", answered=True, text=text)
    asked, free = (
        score_answer(make_rule(item), transcript, "en")
        for item in (ExpectedContent(key_points=tuple((point,) for point in points)), ExpectedContent())
    )
    assert (asked.score or 0) >= 0.85 * (free.score or 0)
    assert [item for item in asked.details["missing"] if item["part"] == "content"] == []


def test_answers_in_an_unknown_language_are_scored_and_flagged(tmp_path: Path) -> None:
    rule = loaded(tmp_path, language="pl", required_keywords=["baza"], optional_keywords=[]).question_rules[0]
    statement = (
        "W zeszłym roku nasza baza danych była bardzo wolna, więc zmierzyłem zapytania przez trzy dni i dodałem "
        "indeks, a potem napisałem test, który to sprawdza."
    )
    judged = score_answer(rule, answer(statement), "pl")
    assert judged.details["matched_keywords"] == ["baza"]
    assert set(judged.details["parts"]) == {"content"}
    assert "content_only" in judged.flags
    assert judged.confidence < 1


@pytest.mark.parametrize("tag", ["ru-RU", "EN_gb", None, ""])
def test_the_language_tag_of_the_provider_does_not_change_the_score(rule: Rule, tag: str | None) -> None:
    assert score_answer(rule, answer(BASE, tag), "en").score == score(rule, BASE)


@pytest.mark.parametrize(
    ("criteria", "language", "statement"),
    [
        ("en", "de", "Ich habe den Fahrer angerufen, und wir haben die vierzig Kisten noch am Abend umgeladen."),
        ("en", "ru", "Я позвонил водителю, и мы вечером перегрузили сорок ящиков, утром всё было на месте."),
        ("de", "en", "I called the driver, and we moved the forty boxes to the other truck that evening."),
    ],
)
def test_an_answer_in_another_language_is_scored_by_evidence_without_content(
    tmp_path: Path, criteria: str, language: str, statement: str
) -> None:
    rule = loaded(tmp_path, language=criteria).question_rules[0]
    judged = score_answer(rule, answer(statement), language)
    assert (judged.score or 0) > 40
    assert "content" not in judged.details["parts"]
    assert "language_mismatch" in judged.flags
    assert "content was not scored" in judged.reasons[0]
    assert judged.confidence < 1


def test_a_thousand_answers_take_about_a_second() -> None:
    rule = shipped().question_rules[0]
    began = time.process_time()
    for number in range(200):
        score_answer(rule, answer(f"{BASE} {number} {GOOD} {BASE}"))
    # A fifth of them, with room for a slow machine.
    assert time.process_time() - began < 1


def test_only_the_beginning_of_a_huge_answer_is_scored_with_a_note(rule: Rule) -> None:
    judged = score_answer(rule, answer(f"{BASE} " * (weights.MAX_SCORED_CHARS // len(BASE) + 1) + "cache"))
    assert "cut_for_judging" in judged.flags
    assert "cache" in judged.details["missing_keywords"]


@given(text=st.text(max_size=2000))
def test_any_text_has_a_score_within_bounds_or_none(text: str) -> None:
    for rule in (*shipped().question_rules, shipped().fallback):
        assert_consistent(score_answer(rule, answer(text), "en"))


@given(picked=st.lists(st.sampled_from(PIECES), max_size=300))
def test_any_mix_of_words_has_a_score_within_bounds_or_none(picked: list[str]) -> None:
    assert_consistent(score_answer(shipped().rule_for("Design a system"), answer(" ".join(picked))))


@given(
    picked=st.lists(st.sampled_from(PIECES), max_size=30),
    expected=st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(" ".join), min_size=4, max_size=4),
)
def test_any_mix_of_words_has_a_score_by_any_criteria(picked: list[str], expected: list[str]) -> None:
    keyword, optional, point, reference = expected
    content = ExpectedContent(((keyword,),), ((optional,),), ((point,),), (reference,))
    assert_consistent(score_answer(make_rule(content), answer(" ".join(picked)), "en"))


def assert_consistent(judged: AnswerScore) -> None:
    """What is true of every judgement."""
    json.dumps([judged.details, judged.reasons, judged.flags])
    assert judged.reasons, "no score without an explanation"
    assert len(judged.reasons) + len(judged.details.get("missing", ())) <= 5
    if judged.status == "not_scorable":
        assert judged.score is None
        assert judged.details["reason_code"]
        return
    assert judged.score is not None
    assert 0 <= judged.score <= 100
    parts = judged.details["parts"].values()
    assert sum(part["points"] for part in parts) == pytest.approx(judged.score, abs=0.05)
    assert sum(part["weight"] for part in parts) == pytest.approx(1, abs=0.01)


@given(text=st.text("abc cache um. ", max_size=300))
def test_scoring_the_same_text_twice_gives_the_same_result(text: str) -> None:
    rule = shipped().question_rules[1]
    assert score_answer(rule, answer(text)) == score_answer(rule, answer(text))
    assert score_answer(rule, answer(text.upper())) == score_answer(rule, answer(text))


GOOD = """
Two years ago our checkout service started timing out every evening. I first checked the metrics and the traces and
narrowed it down to one query, then reproduced it with a copy of the traffic. My hypothesis was a missing index, but it
turned out that a deploy had doubled the connection pool and the database was out of connections. I fixed the limit,
added a regression test and an alert, and wrote a post-mortem with the team. Error rates fell from four percent to
nearly zero, and customers stopped complaining about it the same week.
"""
WEAK = """
Well I think I usually just look at the code and try some things until it works, and if that does not help I ask
somebody else or search the internet, it depends really, mostly it is something small in the end I would say.
"""


def test_by_the_shipped_criteria_a_good_answer_scores_far_above_a_weak_one() -> None:
    rule = shipped().rule_for("Tell us about a hard problem you had to debug.")
    assert score(rule, GOOD) >= 80
    assert (score_answer(rule, answer(WEAK)).score or 0) <= 40
