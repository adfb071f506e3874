"""Documents say what the code says, and their links lead somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from documents.generated import GENERATED
from documents.place import Place
from fakes.client import Client
from fakes.running_service import PROJECT
from for_each import for_each
from tener_interview.api.page_constants import labels
from tener_interview.domain.sessions.status import Status

PACKAGE = PROJECT / "src" / "tener_interview"
DOCUMENTS = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").glob("*.md"))]


@for_each(("place", "due"), GENERATED.items(), ids=lambda it: getattr(it, "name", ""))
def test_generated_documents_are_up_to_date(place: Place, due: Callable[[], str]) -> None:
    assert place.read() == due(), (
        f"{place.file}, {place.name}: run `make docs` (PYTHONPATH=src:tests python3 -m documents) and commit what it"
        " wrote"
    )


@for_each("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_in_documents_to_project_files_work(document: Path) -> None:
    wrong = []
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", document.read_text("utf-8")):
        file, _, anchor = target.partition("#")
        reached = document.parent / file if file else document
        if not reached.exists() or (anchor and anchor not in anchors(reached)):
            wrong.append(target)
    assert wrong == []


def test_files_and_names_in_the_contributing_document_exist() -> None:
    """Paths start at the project or the package; a path with `<name>` stands for what is to be added."""
    text = re.sub(r"(?ms)^```.*?^```$", "", (PROJECT / "docs" / "contributing.md").read_text("utf-8"))
    terms = set(re.findall(r"`([^`]+)`", text))
    paths = {term for term in terms if re.fullmatch(r"[\w.-]+/[\w./-]*|\w+\.(?:py|yaml)", term)}
    assert {path for path in paths if not any((top / path).exists() for top in (PROJECT, PACKAGE))} == set()
    files = (path for top in (PACKAGE, PROJECT / "tests") for path in top.rglob("*.*"))
    names = {term for term in terms if re.fullmatch(r"\w+", term)}
    missing = names
    for path in files:
        if missing and path.suffix in (".py", ".js", ".json"):
            code = path.read_text("utf-8")
            missing = {name for name in missing if name not in code or not re.search(rf"\b{name}\b", code)}
    assert missing == set()
    assert min(len(paths), len(names)) > 20


@cache
def anchors(document: Path) -> set[str]:
    """What the headings of a document can be linked to by, as Markdown's readers make it."""
    headings = re.findall(r"(?m)^#+ (.+)$", document.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_example_error_of_the_api_document_is_what_the_api_returns(client: Client) -> None:
    text = (PROJECT / "docs" / "api.md").read_text("utf-8")
    shown = json.loads(text.split("An error has one shape", 1)[1].split("```")[1].removeprefix("json"))
    given = client.post("/api/interviews/sessions/start", {"job_id": 0, "candidate_id": 42}).json
    assert {**shown, "request_id": ""} == {**given, "request_id": ""}


def test_every_status_is_explained_in_the_documents() -> None:
    text = (PROJECT / "docs" / "api.md").read_text("utf-8")
    explained = text[text.index("## The status of a session"):text.index("## Time limits")]
    assert re.findall(r"(?m)^\| `(\w+)` \|", explained)[1:] == [str(status) for status in Status]


def test_every_flag_of_the_scoring_document_has_a_label_on_the_dashboard() -> None:
    table = (PROJECT / "docs" / "scoring.md").read_text("utf-8").split("## Flags", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"(?m)^\| (.*?`\)) \|", table)
    documented = {flag: label for row in rows for label, flag in re.findall(r"([^,]+) \(`(\w+)`\)", row)}
    explained = {flag: words["label"] for flag, words in labels()["flags"].items()}
    assert {flag: label.strip() for flag, label in documented.items()} == explained
