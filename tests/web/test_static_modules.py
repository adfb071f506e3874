"""The JavaScript modules of the pages: their imports and exports, and CSS rules without a use."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tener_interview.__main__ import STATIC_FOLDER

MODULES = sorted(STATIC_FOLDER.rglob("*.js"))
MAX_LINES = 400
#: Each folder and the folders it may import from; its own is always allowed.
MAY_IMPORT = {"lib": set[str](), "components": {"lib"}, "pages": {"components", "lib"}}
#: So many modules somebody has to read who wants to know how a screen works, at most.
FLOW = {
    "pages/dashboard.js": 37, "pages/plan.js": 34, "pages/leaderboard.js": 18, "pages/candidates.js": 12,
    "pages/shortlist.js": 9,
}

_IMPORT = re.compile(r"(?m)^import (?:\{([^}]*)\} from )?\"([^\"]+)\";$")
_EXPORT = re.compile(r"(?m)^export (?:async )?(?:function|const|let|class) (\w+)")


def imports(module: Path) -> list[tuple[Path, list[str]]]:
    """Every module that this one imports, with the names it takes from there."""
    return [
        ((module.parent / source).resolve(), [part.strip() for part in names.split(",") if part.strip()])
        for names, source in _IMPORT.findall(module.read_text("utf-8"))
    ]


def reached(module: Path) -> set[Path]:
    """A module with everything that is loaded for it."""
    seen: set[Path] = set()
    ahead = [module.resolve()]
    while ahead:
        each = ahead.pop()
        if each not in seen:
            seen.add(each)
            ahead += [other for other, _ in imports(each)]
    return seen


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(STATIC_FOLDER).as_posix())
def test_a_module_is_small_says_what_it_is_for_and_imports_what_there_is(module: Path) -> None:
    text = module.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert text.startswith("/**")
    assert len(_IMPORT.findall(text)) == len(re.findall(r"(?m)^import\b", text))
    own = module.relative_to(STATIC_FOLDER).parts[0]
    for other, names in imports(module):
        folder = other.relative_to(STATIC_FOLDER.resolve()).parts[0]
        assert folder == own or folder in MAY_IMPORT[own], other
        assert set(names) <= set(_EXPORT.findall(other.read_text("utf-8"))), other
        used = _IMPORT.sub("", text)
        assert [name for name in names if not re.search(rf"\b{name}\b", used)] == []


def test_no_module_reaches_itself() -> None:
    in_cycles = [
        module for module in MODULES if any(module.resolve() in reached(other) for other, _ in imports(module))
    ]
    assert in_cycles == []


def test_what_is_exported_is_used_elsewhere() -> None:
    taken = Counter(name for module in MODULES for _, names in imports(module) for name in names)
    #: What only a test takes from outside.
    tried = {"describeError"}
    unused = {name for module in MODULES for name in _EXPORT.findall(module.read_text("utf-8"))} - set(taken) - tried
    assert unused == set()


def test_every_module_is_loaded_by_a_page() -> None:
    pages = [page.read_text("utf-8") for page in STATIC_FOLDER.rglob("*.html")]
    entries = [STATIC_FOLDER / path for page in pages for path in re.findall(r'src="/static/([^"]+\.js)"', page)]
    assert set().union(*map(reached, entries)) == {module.resolve() for module in MODULES}


@pytest.mark.parametrize(("module", "most"), FLOW.items())
def test_a_screen_can_be_read_in_few_files(module: str, most: int) -> None:
    assert len(reached(STATIC_FOLDER / module)) <= most


def test_what_is_styled_is_on_a_page() -> None:
    code = "".join(path.read_text("utf-8") for suffix in ("js", "html") for path in STATIC_FOLDER.rglob(f"*.{suffix}"))
    code += "".join(path.read_text("utf-8") for path in STATIC_FOLDER.parent.rglob("*.py"))
    used = set(re.findall(r"[\w-]+", code))
    for sheet in STATIC_FOLDER.rglob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        selectors = " ".join(re.findall(r"([^{}]*)\{", rules))
        unused = [name for name in re.findall(r"[.#]([a-zA-Z][\w-]*)", selectors) if name not in used]
        assert unused == [], sheet.name
