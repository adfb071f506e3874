"""How people tell: who did it, numbers in words, stories without "I", and words that only sound like an answer."""

from __future__ import annotations

import pytest

from for_each import for_each
from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.transcript import Transcript

STORIES = {
    "en": "The pump failed on Friday. I shut the valve, called the plumber and dried the floor with two towels.",
    "de": "Die Pumpe ist am Freitag ausgefallen. Ich habe das Ventil geschlossen und den Klempner angerufen.",
    "es": "La bomba falló el viernes. Cerré la llave, llamé al fontanero y sequé el suelo con dos toallas.",
    "fr": "La pompe a lâché vendredi. J'ai fermé la vanne, j'ai appelé le plombier et j'ai séché le sol.",
    "pt": "A bomba falhou na sexta. Eu fechei a válvula, chamei o encanador e sequei o chão com duas toalhas.",
    "ru": "Я нашла течь, закрыла кран, позвонила сантехнику и вытерла пол двумя полотенцами.",
}


def scored(
    text: str, language: str = "en", asked: ExpectedContent = ExpectedContent(), question: str = "A hard day?"  # noqa: B008 - never changed
) -> AnswerScore:
    return score_answer(make_rule(asked), Transcript(0, "q", question, answered=True, text=text), language)


def reasons_for(text: str, language: str = "en") -> str:
    return " ".join(scored(text, language).reasons)


@for_each(
    ("language", "back"),
    [
        ("en", "To be fair it was my supervisor's idea and I only held the lamp."),
        ("en", "I mean, my coworker did all of that, I just watched from the door."),
        ("en", "Mind you, that was Derek, I was upstairs."),
        ("de", "Ehrlich gesagt hat das mein Kollege gemacht, ich habe nur die Lampe gehalten."),
        ("de", "Das war gar nicht ich, das hat der Polier angeordnet."),
        ("es", "La verdad, eso lo hizo mi jefe, yo miraba desde la puerta."),
        ("fr", "Enfin, c'est mon chef qui a tout fait, moi je tenais la lampe."),
        ("pt", "Na verdade quem resolveu foi meu chefe, eu só segurei a lanterna."),
        ("ru", "Если честно, это сделал начальник, я только держала фонарь."),
    ],
)
def test_crediting_somebody_else_lowers_the_score_with_a_reason(language: str, back: str) -> None:
    story = STORIES[language]
    found = scored(f"{story} {back}", language)
    assert (found.score or 0) < (scored(story, language).score or 0)
    assert "May retract something" in " ".join(found.reasons)


@for_each(
    ("language", "back"),
    [
        ("en", "If I'm honest, I never called the plumber, I meant to."),
        ("en", "Truth be told, Denise shut the valve, I was in the van."),
        ("en", "I say I, but it was the late shift."),
        ("de", "Ehrlich gesagt habe ich den Klempner nie angerufen."),
        ("es", "A decir verdad, yo no cerré nada, lo pensé y ya."), ("es", "Digo yo, pero fue el turno de noche."),
        ("fr", "À vrai dire, Amina a tout séché, moi j'étais en pause."),
        ("pt", "Para ser sincera, a Carla fechou a válvula, eu estava de folga."),
        ("ru", "Честно говоря, я сантехнику не звонила."), ("ru", "Я говорю я, но всё это Лена, я была в отпуске."),
    ],
)
def test_denying_the_deed_or_having_been_elsewhere_lowers_the_score(language: str, back: str) -> None:
    story = STORIES[language]
    assert (scored(f"{story} {back}", language).score or 0) < (scored(story, language).score or 0)


@for_each(
    ("language", "kept"),
    [
        ("en", "To be honest I was scared, I didn't know the house."), ("de", "Ehrlich gesagt hatte ich Angst."),
        ("en", "Denise held the lamp while I was on the ladder."), ("en", "I never found out who broke it."),
        ("es", "La verdad, tenía miedo de la luz."), ("fr", "À vrai dire, j'avais peur de l'eau."),
        ("pt", "Para ser sincera, eu tinha medo."), ("ru", "Честно говоря, мне было страшно."),
        ("en", "I didn't argue, I went up and counted what they actually throw away."),
        ("de", "Das war ein Freitag, wir waren nur zu zweit."),
    ],
)
def test_admitting_a_weakness_is_not_a_retraction(language: str, kept: str) -> None:
    found = scored(f"{STORIES[language]} {kept}", language)
    assert "May take" not in " ".join(found.reasons)
    assert (found.score or 0) >= (scored(STORIES[language], language).score or 0) - 2


@for_each(
    ("language", "kept"),
    [
        ("en", "My manager only asked for the bill."),
        ("en", "It wasn't the seal, as my boss thought, it was the pipe."),
        ("de", "Mein Chef hat nur gefragt, was es kostet."), ("es", "Mi jefe sólo preguntó cuánto costaba."),
        ("fr", "Mon collègue a seulement apporté les serviettes."), ("ru", "Коллега только принесла полотенца."),
        ("de", "Die Zeiten habe ich auf dem Papier notiert."), ("es", "Anoté las horas en el papel de la pared."),
        ("fr", "J'ai noté les heures sur le papier."), ("pt", "Anotei as horas no papel da parede."),
        ("ru", "Время я записала на бумаге."),
    ],
)
def test_phrases_resembling_a_retraction_are_not_flagged_as_one(language: str, kept: str) -> None:
    found = scored(f"{STORIES[language]} {kept}", language)
    assert (found.score or 0) >= (scored(STORIES[language], language).score or 0) - 2
    assert "take something back" not in " ".join(found.reasons)


@for_each(
    ("language", "text", "quoted"),
    [
        ("en", "We opened at ten past twelve and I called all the guests.", "ten past twelve"),
        ("en", "It cost one thousand two hundred pounds and I paid it.", "one thousand two hundred pounds"),
        ("en", "By six, two hundred and forty card payments had failed and I rang the bank.", "two hundred and forty"),
        ("de", "Ich habe fünfunddreißig Kisten umgeladen und den Fahrer angerufen.", "fünfunddreißig Kisten"),
        ("de", "Ich habe sechsundvierzig Minuten gewartet und dann angerufen.", "sechsundvierzig Minuten"),
        ("es", "Llegué a las siete menos cuarto y abrí la tienda.", "siete menos cuarto"),
        ("ru", "Я заплатила восемьсот тысяч чужой фирме и позвонила в банк.", "восемьсот тысяч"),
        ("en", "I taught Year 9 and I moved him to the front.", "Year 9"),
        ("en", "I rang the owner of Harlow Brothers and we signed.", "Harlow Brothers"),
    ],
)
def test_numbers_and_names_are_quoted_whole(language: str, text: str, quoted: str) -> None:
    assert quoted in reasons_for(text, language)


@for_each(
    ("language", "text"),
    [
        ("en", "I give a hundred percent and I always believed in two or three values."),
        ("en", "I built trust on 3 values and I lived 4 principles."),
        ("de", "Ich habe hundert Prozent gegeben und an zwei oder drei Werte geglaubt."),
        ("es", "Di el cien por cien y viví 3 valores."),
    ],
)
def test_vague_figures_do_not_count_as_particulars(language: str, text: str) -> None:
    assert scored(text, language).details["parts"]["particulars"]["reached"] == 0


@for_each(
    ("language", "text"),
    [
        ("en", "The cache was cleared on Monday and the backup was restored within 2 hours."),
        ("de", "Am Montag wurde gelöscht und in zwei Stunden wurde getauscht."),
        ("es", "El lunes se cambió la bomba y en dos horas se limpió todo."),
        ("en", "Shut the gas, then rang the 3 neighbours."),
        ("de", "Hab am Montag den Hersteller angerufen und zwei Teile bestellt."),
        ("ru", "Позвонила в банк в понедельник, написала письмо."),
        ("ru", "Были принесены весы и мука, и было пересчитано на двадцать человек."),
        ("es", "Buscamos una solución el lunes y llamamos a la madre."),
    ],
)
def test_actions_without_a_pronoun_or_in_the_passive_count(language: str, text: str) -> None:
    assert scored(text, language).details["parts"]["actions"]["reached"] > 0.2


@for_each(
    ("language", "story", "empty", "keyword"),
    [
        ("en", STORIES["en"], "Safety is the most important thing.", "safety"),
        ("de", STORIES["de"], "Sicherheit ist das Wichtigste.", "Sicherheit"),
        ("fr", STORIES["fr"], "La sécurité est la chose la plus importante.", "sécurité"),
        ("en", STORIES["en"], "I think that the guest comes first.", "guest"),
    ],
)
def test_a_keyword_in_a_sentence_without_content_does_not_count(
    language: str, story: str, empty: str, keyword: str
) -> None:
    asked = ExpectedContent(required=((keyword,),))
    without = scored(story, language, asked).score or 0
    assert (scored(f"{story} {empty}", language, asked).score or 0) <= without + 2
    assert without >= 0.75 * (scored(story, language).score or 0)


@for_each(
    ("asked", "text"),
    [
        (ExpectedContent(required=(("client", "guest"),), key_points=(("Tells the client",),)), "I told the guest."),
        (ExpectedContent(key_points=(("Shuts the valve", "Closes the tap"),)), "On Friday I closed the tap at once."),
        (ExpectedContent(key_points=(("Informs the buyer", "Rings the client"),)), "I went and rang the client."),
    ],
)
def test_a_key_point_matches_its_synonyms(asked: ExpectedContent, text: str) -> None:
    assert scored(text, asked=asked).details["missing_key_points"] == []


@for_each(
    ("language", "question", "text"),
    [
        ("en", "What is an index?", "It is like the register of a book."),
        ("de", "Was ist der Unterschied zwischen netto und brutto?", "Beim einen ist die Steuer schon drin."),
        ("fr", "Expliquez la différence entre TVA et taxe.", "La première est payée par le client à la fin."),
        ("en", "Explain how caching works.", "You keep the result near, so nobody computes it again."),
    ],
)
def test_answers_to_knowledge_questions_without_expected_content_get_no_findings(
    language: str, question: str, text: str
) -> None:
    found = scored(text, language, question=question)
    assert "nothing_to_compare" in found.flags
    assert found.confidence < 1
    assert found.details["missing"] == []
    compared = scored(text, language, ExpectedContent(references=(text,)), question)
    assert "nothing_to_compare" not in compared.flags


@for_each("question", ["What is your greatest achievement?", "Why do you want this role?",
                                      "What was the hardest bug you fixed?", "Was ist Ihre größte Stärke?"])
def test_a_question_with_the_word_your_is_not_a_knowledge_question(question: str) -> None:
    assert "nothing_to_compare" not in scored(STORIES["en"], question=question).flags


@for_each(
    ("language", "terms"),
    [
        ("en", "SQL, AWS, scalability, microservices, Kubernetes, Docker, Terraform, Kafka, Redis, agile"),
        ("en", "Scrum, Kanban, budgeting, procurement, negotiation, compliance, onboarding, SAP, audit, payroll"),
        ("es", "trabajo en equipo, liderazgo, resolución de problemas, comunicación, gestión del tiempo, creatividad"),
        ("ru", "командная работа, лидерство, коммуникация, ответственность, планирование, анализ данных, мотивация"),
        ("en", "SELECT name FROM users WHERE id = 3 AND active = 1; UPDATE orders SET status = 'done' WHERE id = 4;"),
    ],
)
def test_bare_terms_and_code_are_a_keyword_list_and_not_an_unknown_language(language: str, terms: str) -> None:
    found = scored(terms, language)
    assert (found.score or 0) == 0
    assert "keyword_list" in found.flags


@for_each(
    "text",
    [
        "Op maandag heb ik de klant gebeld en daarna hebben we samen alle dozen opnieuw ingepakt.",
        "Ho chiamato il cliente e poi abbiamo rifatto tutte le scatole insieme perché il camion non poteva aspettare.",
        "月曜日に機械が止まりました。私は電源を切って、修理の人を呼びました。それから床を拭きました。",
        "Zadzwoniłem do klienta i potem razem zapakowaliśmy od nowa kartony, bo kierowca nie chciał czekać.",
    ],
)
def test_an_answer_in_another_language_is_not_a_keyword_list(text: str) -> None:
    assert "keyword_list" not in scored(text).flags


@for_each(
    "text",
    [
        "Pazartesi müşteriyi gördüm, sonra bütün paketleri beraber yeniden paketledik, çünkü şoför beklemek istemedi.",
        "Jumatatu nilimpigia mteja simu na baadaye tulifunga masanduku yote upya kwa sababu dereva hakutaka kusubiri.",
        "Maanantaina soitin asiakkaalle ja pakkasimme kaikki laatikot yhdessä koska kuljettaja ei halunnut odottaa.",
        "asdf qwer zxcv uiop hjkl vbnm tyui ghjk cvbn rtyu fghj xcvb dfgh wert sdfg erty",
        "Lkjh gfds poiu ytre wqas dfgh. Jklm nbvc xzas dfre tghy ujik. Olpm nbgt rfvd ewsx qazp wdcv.",
    ],
)
def test_answers_in_unknown_languages_are_not_scored(text: str) -> None:
    found = scored(text)
    assert (found.score, found.details.get("reason_code"), found.flags) == (None, "unknown_language", ())


@for_each(
    ("language", "back"),
    [
        ("en", "Well, I say I, it was Gary that shut the valve, I was in the van."),
        ("en", "No, thinking about it, that was Derek on the phone."),
        ("de", "Den Klempner angerufen hat es eigentlich meine Kollegin."),
        ("de", "Das Ventil geschlossen habe nicht ich, sondern der Nachbar."),
        ("pt", "Quem fechou mesmo foi o Paulo, eu estava em casa."),
        ("ru", "Сантехнику звонила не я, а сосед сверху."),  # noqa: RUF001 - Russian
        ("fr", "C'est pas moi mais le voisin qui a fermé la vanne."),
        ("es", "La llave la cerró no yo sino el vecino."),
    ],
)
def test_a_retraction_in_any_wording_lowers_the_score_and_no_action_is_quoted(language: str, back: str) -> None:
    story = STORIES[language]
    found = scored(f"{story} {back}", language)
    assert (found.score or 0) < (scored(story, language).score or 0)
    assert "May retract something" in " ".join(found.reasons)
    assert "Describes own actions" not in " ".join(found.reasons)


@for_each(
    ("language", "empty"),
    [
        ("en", "For me safety is everything, with 8 years of dedication and 20 percent more passion."),
        ("en", "A good kitchen stands on 3 ingredients, and after 9 years safety is in my blood."),
        ("de", "Sicherheit ist nach 12 Jahren meine Leidenschaft, mit 40 Prozent mehr Einsatz."),
        ("es", "La seguridad es lo más importante, con 15 años de vocación y 30 por ciento más de ilusión."),
    ],
)
def test_figures_and_keywords_in_a_sentence_without_content_are_not_quoted(language: str, empty: str) -> None:
    keywords = ExpectedContent(required=(("safety", "Sicherheit", "seguridad"),))
    reasons = " ".join(scored(empty, language, keywords).reasons)
    assert "details to check" not in reasons
    assert "keywords" not in reasons
    beside = " ".join(scored(f"{STORIES[language]} {empty}", language, keywords).reasons)
    assert "Gives details to check" in beside


@for_each(
    ("language", "point", "empty"),
    [
        ("en", "Checks the safety rules", "Checking the safety rules is always in my heart and in my nature."),
        ("es", "Escucha al huésped", "Mi vocación de servicio y mi escucha al huésped me permiten transformar todo."),
        ("pt", "Procura uma alternativa", "Com paixão procuro uma alternativa que inspire confiança e excelência."),
    ],
)
def test_a_key_point_in_a_sentence_without_content_is_not_quoted(language: str, point: str, empty: str) -> None:
    asked = ExpectedContent(key_points=((point,),))
    named = f"On “{point}”: "
    assert named not in " ".join(scored(empty, language, asked).reasons)
    assert named in " ".join(scored(f"{STORIES[language]} {empty}", language, asked).reasons)


@for_each(
    "text", ["safety, hazard, report, risk, helmet, gloves, audit, training, incident", "Safety hazard report. " * 4],
)
def test_keywords_that_were_said_but_did_not_count_are_not_reported_missing(text: str) -> None:
    missing = scored(text, asked=ExpectedContent(required=(("safety",), ("report",)))).details.get("missing", [])
    assert not any("these words" in line["text"] for line in missing)


def test_a_key_point_found_in_part_is_not_reported_missing() -> None:
    points = (("Say sorry for the trouble",), ("Offer a discount voucher",))
    text = "I told him on Monday that I was sorry and carried his bags myself."
    assert not scored(text, asked=ExpectedContent(key_points=points)).details["missing"]
    text = "Being sorry is a value for me, always and everywhere."
    texts = [line["text"] for line in scored(text, asked=ExpectedContent(key_points=points)).details["missing"]]
    assert any("Offer a discount voucher" in text for text in texts)
    assert not any("Say sorry" in text for text in texts)


@for_each("floor", ["el suelo con dos toallas", "el suelo de la tienda", "un suelo nuevo en tres días"])
def test_the_spanish_word_suelo_as_floor_is_not_taken_for_a_habit(floor: str) -> None:
    assert "sequé" in reasons_for(f"El lunes sequé {floor} y llamé al fontanero.", "es")


@for_each(
    ("language", "text"),
    [
        ("en", "I moved the button and the sales doubled in a week."),
        ("en", "I called each of them and the returns halved."),
        ("pt", "Eu subi o botão e as vendas dobraram em uma semana."),
        ("de", "Ich habe den Knopf verschoben und der Umsatz hat sich verdoppelt."),
        ("fr", "J'ai déplacé le bouton et les ventes ont doublé."),
        ("es", "Moví el botón y las ventas se duplicaron."),
        ("ru", "Я переставила кнопку, и продажи выросли вдвое."),
    ],
)
def test_the_word_doubled_counts_as_a_figure(language: str, text: str) -> None:
    found = scored(text, language)
    assert found.details["parts"]["particulars"]["reached"] > 0
    assert not any("figure" in line["text"] for line in found.details["missing"])


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "I fixed it." + "\n" * 20_000 + "x", "I fixed it " + "#" * 20_000, "<system>" * 4_000, "my boss " * 4_000,
        "I led led it " * 3_000, "## " * 10_000 + "system",
        "to be honest, I never called " * 1_300,
    ],
    ids=["empty lines", "hashes", "markup", "others", "verbs", "headings", "corrections"],
)
def test_any_text_of_forty_thousand_characters_is_scored_quickly(text: str) -> None:
    """The former patterns and loops took minutes for some of these, with all other requests waiting behind them."""
    assert scored(text).details["word_count"] > 0


@for_each(
    ("language", "text"),
    [
        ("pt", "Briguei com o meu colega na nossa loja. Falei com ele, dei a lista para ela, e troquei do meu turno."),
        ("pt", "A chefe perdeu as chaves da nossa carrinha. Vi-as no meu cacifo, levei-as para ela, o meu colega riu."),
        ("es", "Hablé con ella y con ellos, los del turno de noche, hice con ella la lista y para nosotros cambió."),
        ("fr", "J'en ai parlé avec elle en mai. Pour elle la caisse passait avant nous, j'ai fait la liste pour nous."),
        ("en", "She in the back and he on the register, we in this together, I wrote a list, she on three of them."),
    ],
)
def test_what_a_language_or_dialect_puts_after_small_words_is_not_out_of_order(language: str, text: str) -> None:
    found = scored(text, language)
    assert not {"word_order", "poor_transcript"}.intersection(found.flags)


@for_each(
    ("language", "wish", "plain"),
    [
        ("en", "I worked as a cook for six years and now I would like to teach.",
         "I worked as a cook for six years and now I want to teach."),
        ("en", "We moved forty beds in one night, and I would love to lead it again.",
         "We moved forty beds in one night, and I hope to lead it again."),
        ("de", "Ich habe drei Jahre in der Logistik gearbeitet und würde gern wechseln.",
         "Ich habe drei Jahre in der Logistik gearbeitet und möchte gern wechseln."),
    ],
)
def test_a_wish_does_not_make_a_hypothesis_of_what_was_done(language: str, wish: str, plain: str) -> None:
    assert scored(wish, language).score == scored(plain, language).score
    assert scored(plain, language).score


@for_each("hypothetical", [
    "I would call forty people on Monday, write a list and find a compromise.",
    "I would like to call forty people on Monday and I would like to find a compromise.",
])
def test_what_one_would_do_or_like_to_do_is_still_no_action(hypothetical: str) -> None:
    assert not scored(hypothetical).score


def test_the_bare_words_of_key_points_score_almost_nothing() -> None:
    asked = ExpectedContent(key_points=(
        ("a short unique key for each URL", "base62 encoding", "hash of the URL"),
        ("storage for keys and URLs", "key value store", "a database table"),
        ("fast reads with a cache", "put a cache in front"), ("handling of abuse", "rate limiting", "links expire"),
    ))
    words = "short unique key base62 encoding hash of the URL key value store database table cache rate limiting links"
    found, sentence = scored(words, asked=asked), scored("I would use a table with the key and the URL.", asked=asked)
    assert "keyword_list" in found.flags
    assert (found.score or 0) < 10 < (sentence.score or 0)
