"""The catalogue as a file, and the texts of scripts, pages and labels that belong into it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from desk_texts.scripts import Used, used_texts
from fakes.parsed import nodes
from fakes.running_service import PROJECT
from tener_interview.__main__ import STATIC_FOLDER
from tener_interview.api.consents import LANGUAGE_NAMES
from tener_interview.api.desk_texts import LANGUAGES
from tener_interview.api.page_constants import labels
from tener_interview.domain.privacy import data_sheet, sheet_words
from tener_interview.web.page_texts import translate_page
from tener_interview.web.text_catalogue import key_of

PACKAGE = PROJECT / "src" / "tener_interview"
FILE = PACKAGE / "api" / "desk_texts.jsonl"
#: Pages of candidates, which have texts of their own, and pages of documents.
OTHER_PAGES = {"demo_interview", "explanation", "landing", "notice", "opt_out"}
#: Modules that only candidates load.
OTHER_MODULES = {"pages/demo_interview.js", "pages/landing.js", "lib/texts.js"}


def entries() -> list[dict[str, Any]]:
    """Return the entries of the catalogue."""
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines() if line]


def as_file(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return the catalogue's file: one entry a line, in the order of the English texts, each once; the last counts."""
    by_key = {key_of(entry["en"]): entry for entry in lines}
    ordered = sorted(by_key.items(), key=lambda item: (item[0].casefold(), item[0]))
    rows = [{code: entry[code] for code in LANGUAGES if code in entry} for _, entry in ordered]
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def modules() -> list[Path]:
    """Return the scripts of the desk."""
    return [path for path in sorted(STATIC_FOLDER.rglob("*.js")) if name_of(path) not in OTHER_MODULES]


def pages() -> list[Path]:
    """Return the page templates of the desk."""
    return [path for path in sorted(STATIC_FOLDER.rglob("*.html")) if path.stem not in OTHER_PAGES]


def name_of(path: Path) -> str:
    """Return a file's path below the static folder."""
    return path.relative_to(STATIC_FOLDER).as_posix()


def needed() -> dict[str, Used]:
    """Return every text that is looked up, by its key. Raises ValueError if two have the same key."""
    texts = [Used(text) for text in ("Language", *_label_texts(labels()), *_python_texts(), *sentences())]
    for page in pages():
        texts += [Used(text) for text in texts_of_page(page.read_text("utf-8"))]
    for module in modules():
        texts += used_texts(module.read_text("utf-8"))
    by_key: dict[str, Used] = {}
    for used in texts:
        if by_key.setdefault(used.other, used) != used:
            raise ValueError(f"one text with different forms: {used} and {by_key[used.other]}")
    return by_key


def texts_of_page(page: str) -> list[str]:
    """Return the texts of a page, as `translate_page` asks for them."""
    texts: list[str] = []

    def collect(text: str) -> str:
        texts.append(text)
        return text

    translate_page(page, collect)
    return texts


def sentences() -> list[str]:
    """Return the sentences of the service that are translated."""
    texts: list[str] = json.loads((FILE.parent / "service_sentences.json").read_text("utf-8"))
    return texts


def _label_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for inner in value.values():
            yield from _label_texts(inner)


def _python_texts() -> Iterator[str]:
    """Yield the literals that the API's code has translated, with `translate("…")` or as a `Sentence("…")` of the data
    sheet, and the names that it has for what is stored."""
    yield from (*sheet_words.WORDS.values(), *sheet_words.PARTS.values(), *sheet_words.EVENTS.values())
    yield from (text for texts in sheet_words.LABELS.values() for text in texts.values())
    yield from data_sheet.CONSENTS.values()
    yield from (*data_sheet.COPIES_ELSEWHERE, *LANGUAGE_NAMES.values())
    for path in (*sorted((PACKAGE / "api").rglob("*.py")), Path(data_sheet.__file__)):
        for node in nodes(path):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
                if name in ("translate", "Sentence"):
                    yield str(node.args[0].value)
