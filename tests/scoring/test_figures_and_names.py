"""What counts as a particular, what is a quality, what is a list, and how references and key points are weighed."""

from __future__ import annotations

from itertools import pairwise

from for_each import for_each
from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.languages.language import load_languages
from tener_interview.languages.names import find_names
from tener_interview.languages.tokens import tokenize
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.transcript import Transcript


def scored(text: str, language: str = "en", asked: ExpectedContent = ExpectedContent()) -> AnswerScore:  # noqa: B008 - never changed
    return score_answer(make_rule(asked), Transcript(0, "q", "A hard day?", answered=True, text=text), language)


def names(text: str, language: str) -> list[tuple[str, bool]]:
    mentioned = tokenize(text, load_languages().get(language))
    return [(mentioned.quote(first, last), sure) for first, last, sure in find_names(mentioned)]


@for_each(
    ("language", "text", "found"),
    [
        ("en", "i rang mrs kowalska in leeds and moved the list to postgres", ["kowalska", "leeds", "postgres"]),
        ("en", "then doctor adeyemi came and we sent it to nairobi", ["adeyemi", "nairobi"]),
        ("de", "ich habe herr brandl angerufen und die rechnung in excel geschrieben", ["brandl", "excel"]),
        ("es", "llamé a la clínica de sevilla y lo pasé a sap", ["sevilla", "sap"]),
        ("ru", "я позвонила в казань и перенесла всё в эксель", ["казань", "эксель"]),
        ("en", "Yesterday New Holland Motors sent us the parts.", ["New Holland Motors"]),
    ],
)
def test_well_known_names_and_names_after_a_title_are_found_without_capitals(
    language: str, text: str, found: list[str]
) -> None:
    assert names(text, language) == [(name, True) for name in found]


@for_each(
    ("language", "text"),
    [("en", "I missed the bus and excel at nothing"), ("de", "die frau ging und der herr hat zwei kisten getragen"),
     ("en", "I clean windows, buy apples and pick up the slack"), ("es", "quito la lima y el chile del plato")],
)
def test_a_common_word_is_not_taken_for_a_name(language: str, text: str) -> None:
    assert not names(text, language)


@for_each(
    ("language", "text", "name"),
    [("en", "Marek moved the desserts. I fixed the rota for two weeks.", "Marek"),
     ("fr", "Amina a rappelé. J'ai rangé les deux cartons.", "Amina"),
     ("pt", "Josué trancou a porta. Eu liguei para quatro clientes.", "Josué")],
)
def test_a_possible_name_at_a_sentence_start_counts_but_is_not_quoted(language: str, text: str, name: str) -> None:
    if language != "fr":
        assert (name, False) in names(text, language)
    assert f"“{name}”" not in " ".join(scored(text, language).reasons)


@for_each(
    ("language", "tied", "loose"),
    [
        ("en", "I packed 40 parcels and rang 12 customers.", "I packed 40 and the parcels and rang 12 the customers."),
        ("de", "Ich habe 40 Pakete gepackt und 12 Kunden angerufen.",
         "Ich habe Pakete 40 und gepackt und Kunden 12 die angerufen."),
        ("es", "Empaqué 40 cajas y llamé a 12 clientes.", "Empaqué cajas 40 las y llamé clientes 12 los."),
    ],
)
def test_a_figure_without_a_subject_counts_less(language: str, tied: str, loose: str) -> None:
    one, other = (scored(text, language).details["parts"]["particulars"]["points"] for text in (tied, loose))
    assert other < one


@for_each(
    ("language", "did", "raised"),
    [
        ("en", "I drove operational excellence across 12 teams, built commitment and alignment with 30 stakeholders",
         "and raised engagement, innovation and transparency by 25 percent."),
        ("de", "Ich habe in 12 Teams Transparenz und Wertschätzung gelebt, mit 30 Akteuren Vertrauen und Engagement",
         "geschaffen und Mehrwert, Innovation und Nachhaltigkeit um 25 Prozent gesteigert."),
        ("ru", "Я обеспечила прозрачность и взаимодействие в 12 командах, укрепила лояльность и вовлечённость 30",
         "партнёров и подняла эффективность, компетентность и ответственность на 25 процентов."),
    ],
)
def test_figures_in_polished_phrases_do_not_make_a_concrete_story(language: str, did: str, raised: str) -> None:
    found = scored(f"{did} {raised}", language)
    assert (found.score or 0) <= 45
    assert found.details["parts"]["particulars"]["reached"] <= 0.45


@for_each(
    ("language", "things"),
    [
        ("en", ("documents", "payments", "questions", "appointments", "prescriptions", "installations", "apartments")),
        ("de", ("Rechnungen", "Bestellungen", "Lieferungen", "Wohnungen", "Überweisungen", "Heizungen", "Packungen")),
        ("fr", ("documents", "médicaments", "vêtements", "appartements", "virements", "pansements", "ordonnances")),
        ("pt", ("documentos", "pagamentos", "medicamentos", "ligações", "orçamentos", "refeições", "equipamentos")),
    ],
)
def test_countable_nouns_still_count_as_details(language: str, things: tuple[str, ...]) -> None:
    did = {"en": "I sorted the {} and the {}.", "de": "Ich habe die {} und die {} sortiert.",
           "fr": "J'ai trié les {} et les {}.", "pt": "Eu separei os {} e as {}."}[language]
    parts = scored(" ".join(did.format(*pair) for pair in pairwise(things)), language).details["parts"]
    assert parts["actions"]["reached"] > 0.5
    assert language == "de" or parts["details"]["reached"] > 0.5


@for_each(
    "text",
    [
        "I set up labelling guides, ran double checks and audited balance and edge cases (smoke, haze, low light).",
        "We kept release notes, ran shadow mode, canary releases, tracked drift, stock levels, error counts, orders.",
        "I wrote down allergies, weighed portions, labelled tubs, checked temperatures, cleaned drains, traps, hoods.",
    ],
)
def test_many_completed_actions_are_not_flagged_as_a_keyword_list(text: str) -> None:
    assert "keyword_list" not in scored(text).flags


WRITTEN = "Retry with the same key, so that the server charges the customer once."
APPROVED = ("You send it again with one token and the till takes the money only once.",
            "Same token every time, so a second try costs nobody anything.",
            "A repeat carries the first token, and the shop ignores it.")


def test_one_written_reference_answer_counts_as_much_as_all_approved_answers() -> None:
    def reached(text: str, *references: str) -> float:
        found = scored(text, asked=ExpectedContent(references=references))
        return float(found.details["parts"]["content"]["reached"])

    for answer in (WRITTEN, APPROVED[0], "The key tells the server that it charged the customer before."):
        alone, others = reached(answer, WRITTEN), [reached(answer, WRITTEN, each) for each in APPROVED]
        assert min(alone, *others) - 0.01 <= reached(answer, WRITTEN, *APPROVED) <= max(alone, *others) + 0.01
    # Three more that say something else take no more than half from who says the written one.
    assert reached(WRITTEN, WRITTEN, *APPROVED) >= reached(WRITTEN, WRITTEN) / 2


@for_each(
    ("language", "point", "text"),
    [
        ("en", "apologises to the client", "I said sorry to the customer and took the two plates back on Monday."),
        ("en", "informs the supervisor", "I told my manager at nine, before the shift of twelve people began."),
        ("de", "meldet den Schaden", "Ich habe meinem Chef um neun gesagt, dass zwei Paletten kaputt sind."),
        ("es", "avisa al encargado", "Le dije a mi jefe a las nueve que faltaban dos cajas."),
        ("fr", "prévient tout de suite son chef", "J'ai dit à mon chef à neuf heures que deux cartons manquaient."),
        ("ru", "сообщить руководителю", "Я сказала начальнику в девять, что двух коробок не хватает."),
    ],
)
def test_a_key_point_in_common_synonyms_counts_and_is_not_reported_missing(
    language: str, point: str, text: str
) -> None:
    asked = ExpectedContent(key_points=((point,),))
    found = scored(text, language, asked)
    assert not [each for each in found.statements if not each.found and point in each.text]
    other = scored(text, language, ExpectedContent(key_points=(("xyzzy plugh",),)))
    assert found.details["parts"]["content"]["points"] > other.details["parts"]["content"]["points"]


@for_each(
    ("point", "text", "found"),
    [
        ("follows up afterwards", "Afterwards I went home at nine, the two dogs were asleep.", False),
        ("apologises", "I apologised to the two ladies and took the plates back.", True),
        ("calms the passenger down", "The passenger had 2 bags and I opened the door at noon.", False),
        ("writes the hours down", "I wrote down all hours of the week in the blue book, 41 in all.", True),
    ],
)
def test_one_word_of_a_longer_key_point_does_not_match(point: str, text: str, found: bool) -> None:
    asked = ExpectedContent(key_points=((point,),))
    assert (point not in scored(text, asked=asked).details["missing_key_points"]) is found


@for_each(
    ("language", "text", "name", "other"),
    [
        ("en", "On Monday {} said that the pump had failed, so I told {} what I saw and fixed it.", "Ahmed", "Martin"),
        ("en", "I showed Mr {} the 14 receipts, and {} and I went home.", "Mohammed", "Thompson"),
        ("es", "Llamé a {} el lunes y {} me contó que faltaban 14 cajas.", "Salgado", "Romero"),
        ("pt", "Liguei para {} na segunda, e {} contou as 14 caixas comigo.", "Davi", "Carlos"),
        ("fr", "J'ai appelé {} lundi, et {} a compté les 14 caisses avec moi.", "Chloé", "Sylvie"),
        ("ru", "Утром {} пришёл, и мы пересчитали 14 коробок, потому что {} сбился.", "Михаил", "Виктор"),
    ],
)
def test_a_name_that_ends_like_a_verb_changes_no_score(language: str, text: str, name: str, other: str) -> None:
    for transcribe in (str, str.lower):
        judged = {
            mentioned: scored(transcribe(text.format(mentioned, mentioned)), language).score
            for mentioned in (name, other)
        }
        assert judged[name] == judged[other], judged
