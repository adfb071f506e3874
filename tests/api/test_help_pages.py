"""Help is a page, and whoever is lost is led back."""

from __future__ import annotations

import re

from fakes.client import Client
from fakes.front_door import HTML, MakeApp
from fakes.running_service import PROJECT
from fakes.users import signed_in
from tener_interview.actor import Role
from tener_interview.api.help_pages import HELP


def test_every_help_page_exists_and_its_links_work(client: Client) -> None:
    pages = {name: client.get(f"/help/{name}", **HTML) for name in HELP}
    anchors = {name: set(re.findall(r' id="([^"]+)"', page.text)) for name, page in pages.items()}
    for name, page in pages.items():
        title = (PROJECT / "docs" / f"{name}.md").read_text("utf-8").splitlines()[0].removeprefix("# ")
        assert f"<title>{title} " in page.text
        assert 'href="/dashboard"' in page.text
        for other, fragment in re.findall(r'href="/help/(\w+)(?:#([\w-]+))?"', page.text):
            assert other in HELP, (name, other)
            assert not fragment or fragment in anchors[other], (name, other, fragment)
        assert not re.search(r'\]\(|```|&lt;!--|href="[^"]*\.md', page.text), name
    # What engineers look up follows at the end, folded; nothing is left out.
    plain, technical = pages["scoring"].text.split("<details>")
    assert ">When an answer gets no score<" in plain
    assert ">What the score cannot do<" in plain
    assert ">What was measured<" in technical
    assert client.get("/help/security", **HTML).status == 404
    assert client.get("/help/..%2fREADME", **HTML).status in (400, 404)


def test_signed_in_users_have_the_search_on_help_and_404_pages(make_app: MakeApp) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN="a" * 40)
    somebody, recruiter = Client(app), signed_in(app, Role.RECRUITER)
    # What only the desk has is listed there only.
    listed = somebody.get("/help/plans", **HTML).text
    assert [name for name in HELP if f'/help/{name}"' not in listed] == ["messages", "webhooks"]
    assert all(f'/help/{name}"' in recruiter.get("/help/plans", **HTML).text for name in HELP)
    for name in HELP:
        for asking, is_hidden in ((somebody, True), (recruiter, False)):
            page = asking.get(f"/help/{name}", **HTML).text
            assert ("<p hidden><button id=\"palette-button\"" in page) == is_hidden, name
    for path in ("/nowhere", "/jobs/x/notice", "/help/nothing"):
        assert "palette-button" not in somebody.get(path, **HTML).text, path
        assert "palette-button" in recruiter.get(path, **HTML).text, path
    assert "palette-button" not in recruiter.get("/i/nothing", **HTML).text


def test_help_pages_note_in_the_language_of_the_browser_that_they_are_in_english(client: Client) -> None:
    for language, sentence in (("de-AT", "nur auf Englisch"), ("es", "solo en inglés"), ("en", "only in English")):
        page = client.get("/help/fairness", **HTML, **{"Accept-Language": language}).text
        assert f'<html lang="{language[:2]}">' in page
        assert sentence in page
        assert '<div lang="en">\n<h1' in page


def test_error_pages_link_to_the_desk_except_those_of_candidates(client: Client) -> None:
    for path, leads_back in (
        ("/nowhere", True), ("/jobs/x/notice", True), ("/help/nothing", True), ("/reviews/a/b", True),
        ("/i/nothing", False), ("/s/nothing", False), ("/demo/interview/x", False),
    ):
        page = client.get(path, **HTML)
        assert page.status in (400, 401, 404), path
        if page.status != 401:
            assert ('href="/dashboard"' in page.text) == leads_back, path
