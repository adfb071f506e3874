"""The texts of the desk: all translated, none in vain, none bypassing the catalogue."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from desk_texts import catalogue, not_yet
from desk_texts.scripts import Used, raw_texts, used_texts
from fakes.client import Client
from fakes.running_service import PROJECT
from for_each import for_each
from tener_interview.api.desk_texts import LANGUAGES
from tener_interview.api.page_constants import labels
from tener_interview.domain.decisions.reasons import DEFAULT_REASONS
from tener_interview.domain.messages.templates import PLACEHOLDERS
from tener_interview.plans.library import QuestionLibrary
from tener_interview.scorecards import headline
from tener_interview.web.text_catalogue import key_of

ENTRIES = catalogue.entries()
KEYS = {key_of(entry["en"]): entry for entry in ENTRIES}
#: Literals that look like texts and are none, by script.
NOT_TEXTS = {
    "components/desk.js": {"button:not(.menu-button), a.button"},
    "components/answer_findings.js": {"taken back", "reference answer", "Enter"},
    "components/answer_transcript.js": {"own action", "figure or date", "taken back"},
    "components/answer_video.js": {"fullscreen; autoplay"},
    "components/dialog.js": {"replaceState", "pushState"},
    "components/language.js": {
        "tener_language=${choice.value}; path=/; max-age=${YEAR_S}; samesite=lax${secure}", "; secure",
    },
    "components/qr_code.js": {"crispEdges", "currentColor"},
    "lib/format.js": {"exceptZero"},
    "lib/keys.js": {
        "Mod+K", "Mod+Enter", "Mod+${key}", "Mod", "Meta", "Control", "Enter", "Escape", "Esc", "Arrow", "ArrowDown",
        "ArrowUp", "ArrowLeft", "ArrowRight",
    },
    "pages/account.js": {"timeZone"},
    "pages/job_actions.js": {"Arrow"},
}


def forms(text: str | dict[str, str]) -> dict[str, str]:
    return {"other": text} if isinstance(text, str) else text


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}|\$\w+", text))


def test_sentences_about_placeholders_are_in_the_catalogue() -> None:
    assert set(PLACEHOLDERS.values()) <= set(catalogue.sentences())


def test_headlines_are_in_every_language_of_the_desk() -> None:
    assert tuple(LANGUAGES) == headline.LANGUAGES, "pages ask for headlines in their language: add it to headlines.json"


@for_each("language", LANGUAGES)
def test_the_desk_and_the_question_library_name_the_dimensions_alike(language: str) -> None:
    library = QuestionLibrary(PROJECT / "config" / "question_library.json")
    assert labels(language)["dimensions"] == library.dimension_names(language)


def test_every_text_is_in_the_catalogue_in_all_languages_and_no_other() -> None:
    needed = catalogue.needed()
    excused = {
        text for page in catalogue.pages() if page.stem in not_yet.PAGES
        for text in catalogue.texts_of_page(page.read_text("utf-8"))
    }
    missing = [text for text in needed if text not in KEYS and text not in excused]
    assert missing == [], "add them: PYTHONPATH=src:tests python3 -m desk_texts"
    assert sorted(set(KEYS) - set(needed)) == []
    for key, entry in KEYS.items():
        assert list(entry) == list(LANGUAGES), key
        one = needed[key].one
        assert entry["en"] == (key if one is None else {"one": one, "other": key}), key


def test_translations_have_the_placeholders_and_plural_forms_of_the_english_text() -> None:
    for key, entry in KEYS.items():
        english = forms(entry["en"])
        for language in LANGUAGES:
            translated = forms(entry[language])
            assert list(translated) == list(english), key
            assert all(text.strip() for text in translated.values()), key
            assert placeholders(translated["other"]) == placeholders(key), (language, key)
            for text in translated.values():
                assert set(placeholders(text)) <= set(placeholders(key)), (language, key)
                assert [text.startswith(" "), text.endswith(" ")] == [key.startswith(" "), key.endswith(" ")], key


def test_the_catalogue_is_sorted() -> None:
    before = catalogue.FILE.read_text("utf-8")
    assert len(KEYS) == len(ENTRIES), "a text stands in it twice"
    assert catalogue.as_file(ENTRIES) == before, "PYTHONPATH=src:tests python3 -m documents puts it in order"


@for_each("script", catalogue.modules(), ids=catalogue.name_of)
def test_scripts_show_only_texts_of_the_catalogue(script: Path) -> None:
    name = catalogue.name_of(script)
    raw = {literal.text for literal in raw_texts(script.read_text("utf-8"))} - NOT_TEXTS.get(name, set())
    if name in not_yet.SCRIPTS:
        assert raw, "all translated: remove it from tests/desk_texts/not_yet.py"
    else:
        assert raw == set()


def test_every_script_and_page_listed_as_untranslated_exists() -> None:
    assert {catalogue.name_of(script) for script in catalogue.modules()} >= not_yet.SCRIPTS
    assert {page.stem for page in catalogue.pages()} >= not_yet.PAGES


@for_each(("code", "used"), [
    ('el("p", {}, t("Send Message"))', [Used("Send Message")]),
    ('t(\n  "One line", { count })', [Used("One line")]),
    ('tNodes("{name} was {state}.", { name: el("b", {}, t("x")) })', [Used("{name} was {state}."), Used("x")]),
    ('tn(rows.filter((r) => r.a).length, "{count} row", "{count} rows")', [Used("{count} rows", "{count} row")]),
    ('tnNodes(f(a, "b"), "One of {x}", "{count} of {x}", { x })', [Used("{count} of {x}", "One of {x}")]),
    ('at("no") // t("nor this")\n/* t("nor that") */ t("\\"yes\\"")', [Used('"yes"')]),
])
def test_calls_of_translation_functions_are_found_in_scripts(code: str, used: list[Used]) -> None:
    assert sorted(used_texts(code), key=str) == sorted(used, key=str)


@for_each("code", [
    "t(label)", "t(`Send`)", 't("a" + b)', "tNodes(text, {})", 'tn(n, one, "{count} rows")', 't(x ? "a" : "b")',
])
def test_a_translation_call_without_a_literal_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="literal"):
        list(used_texts(code))


@for_each(("code", "raw"), [
    ('el("p", { class: "muted block" }, "Send")', ["Send"]),
    ('button("Send Message", act, { kind: "small quiet" })', ["Send Message"]),
    ("announce(`${name} was invited.`)", ["${name} was invited."]),
    ('el("a", { href: "/users", "aria-label": "All users" }, x ? "Yes" : t("No"))', ["All users", "Yes"]),
    ("t(`${a ? `of ${b}` : \"\"}`.trim())", ["of ${b}"]),
    ('const CODE = "NOT_FOUND"; // Never shown', []),
    ('root.querySelector("#main .list > li"); fetch(`/api/jobs/${id}`)', []),
    ('x.match(/"Not a text"/); y = { state: "needs_review" }', []),
])
def test_literals_that_readers_would_see_are_found(code: str, raw: list[str]) -> None:
    assert [literal.text for literal in raw_texts(code)] == raw


@for_each(("accept", "cookie", "language"), [
    ("de-AT,de;q=0.9,en;q=0.5", None, "de"),
    ("es-MX", None, "es"),
    ("fr,es;q=0.4,en;q=0.1", None, "es"),
    ("fr-FR,pt;q=0.8", None, "en"),
    (None, None, "en"),
    ("de", "en", "en"),
    ("en-US", "es", "es"),
    ("de", "xx", "de"),
    ("de", '"><script>', "de"),
    ("en;q=0,de;q=0.1", None, "de"),
])
def test_a_page_comes_in_the_chosen_language_or_the_browsers(
    accept: str | None, cookie: str | None, language: str, client: Client
) -> None:
    headers = {"Accept-Language": accept} if accept else {}
    headers |= {"Cookie": f"other=1; tener_language={cookie}"} if cookie else {}
    for path in ("/dashboard", "/reviews", "/account"):
        reply = client.request("GET", path, headers=headers)
        assert f'<html lang="{language}">' in reply.text
        assert f'<option value="{language}" lang="{language}" selected>' in reply.text
        assert reply.headers["content-language"] == language
        assert {"Cookie", "Accept-Language"} <= set(reply.headers["vary"].split(", "))
        loaded = re.findall(r'src="(/static/texts/[^"]+)"', reply.text)
        assert len(loaded) == (language != "en")
        for address in loaded:
            texts = client.get(address)
            assert texts.text.startswith("globalThis.deskTexts = {")
            assert "immutable" in texts.headers["cache-control"]


def test_labels_of_the_service_come_in_the_language_of_the_page(client: Client) -> None:
    for language, label in (("en", "Needs a human look"), ("de", "Bitte ansehen"), ("es", "Requiere revisión")):
        page = client.request("GET", "/dashboard", headers={"Accept-Language": language}).text
        assert f'"needs_review":"{label}"' in page



#: Where the service writes sentences that its answers hold and that the desk translates.
WRITERS = [
    "scoring/explanation.py", "scoring/answer.py", "scorecards/interview.py", "domain/refresh/review_reasons.py",
    "domain/messages/sending.py", "plans/plan.py", "domain/candidates/lists/reading.py",
]


@for_each("writer", WRITERS)
def test_sentences_of_the_service_about_candidates_and_plans_are_in_the_catalogue(writer: str) -> None:
    forms = [
        re.compile(re.sub(r"\\{(\w+)\\}", "(.+)", re.escape(text)), re.DOTALL) for text in catalogue.sentences()
    ]
    said = sentences_in(PROJECT / "src" / "tener_interview" / writer)
    assert said
    assert [text for text in said if not any(form.fullmatch(text) for form in forms)] == []


def test_decision_reasons_and_advice_on_questions_are_in_the_catalogue() -> None:
    advice = json.loads((PROJECT / "src" / "tener_interview" / "plans" / "sensitive_questions.json").read_text("utf-8"))
    said = [reason.label for reason in DEFAULT_REASONS] + [topic["instead"] for topic in advice["topics"]]
    assert set(said) <= set(catalogue.sentences())


def sentences_in(path: Path) -> list[str]:
    """Return the sentences of a module, with a word for whatever they fill in."""
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    problems = {
        id(inner) for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"
        for inner in ast.walk(node)
    }
    texts = []
    for node in ast.walk(tree):
        if id(node) in documentation | inside | problems:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [
                str(part.value) if isinstance(part, ast.Constant) else {"about": "On"}.get(
                    ast.unparse(part).strip("f'{}"), "word"
                ) for part in node.values
            ]
            texts.append("".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(node.value)
    return [text for text in texts if re.fullmatch(r"[A-Z“w].* .*\.", text, re.DOTALL)]


def test_a_rating_is_never_called_a_school_mark() -> None:
    """In Germany the best mark is 1, which is the lowest rating; in Spanish a mark and a note are the same word."""
    marks = re.compile(r"\b(Noten?|[Bb]enote\w*|[Nn]otas?)\b")
    ratings = [entry for entry in ENTRIES if re.search(r"\b[Rr]at(e|ed|ings?)\b", str(entry["en"]))]
    assert ratings
    assert [entry["en"] for entry in ratings if marks.search(f"{entry['de']} {entry['es']}")] == []
