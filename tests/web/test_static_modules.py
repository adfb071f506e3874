"""The JavaScript modules of the pages: their imports and exports, and CSS rules without a use."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from for_each import for_each
from tener_interview.__main__ import STATIC_FOLDER

MODULES = sorted(STATIC_FOLDER.rglob("*.js"))
MAX_LINES = 400
#: Each folder and the folders it may import from; its own is always allowed.
MAY_IMPORT = {"lib": set[str](), "components": {"lib"}, "pages": {"components", "lib"}}
#: So many modules somebody has to read who wants to know how a screen works, at most.
FLOW = {
    "pages/dashboard.js": 75, "pages/plan.js": 41, "pages/leaderboard.js": 31, "pages/candidates.js": 25,
    "pages/shortlist.js": 14,
}

_IMPORT = re.compile(r"(?m)^import (?:\{([^}]*)\} from )?\"([^\"]+)\";$")
_EXPORT = re.compile(r"(?m)^export (?:async )?(?:function|const|let|class) (\w+)")


@cache
def text_of(module: Path) -> str:
    return module.read_text("utf-8")


@cache
def exports(module: Path) -> tuple[str, ...]:
    return tuple(_EXPORT.findall(text_of(module)))


@cache
def imports(module: Path) -> tuple[tuple[Path, list[str]], ...]:
    """Every module that this one imports, with the names it takes from there."""
    return tuple(
        ((module.parent / source).resolve(), [part.strip() for part in names.split(",") if part.strip()])
        for names, source in _IMPORT.findall(text_of(module))
    )


@cache
def all_imports_of(module: Path) -> set[Path]:
    """A module with everything that is loaded for it."""
    seen: set[Path] = set()
    ahead = [module.resolve()]
    while ahead:
        each = ahead.pop()
        if each not in seen:
            seen.add(each)
            ahead += [other for other, _ in imports(each)]
    return seen


@for_each("module", MODULES, ids=lambda module: module.relative_to(STATIC_FOLDER).as_posix())
def test_script_modules_are_small_documented_and_import_existing_names(module: Path) -> None:
    text = text_of(module)
    assert len(text.splitlines()) <= MAX_LINES
    assert text.startswith("/**")
    assert len(_IMPORT.findall(text)) == len(re.findall(r"(?m)^import\b", text))
    own = module.relative_to(STATIC_FOLDER).parts[0]
    for other, names in imports(module):
        folder = other.relative_to(STATIC_FOLDER.resolve()).parts[0]
        assert folder == own or folder in MAY_IMPORT[own], other
        assert set(names) <= set(exports(other)), other
        used = _IMPORT.sub("", text)
        assert [name for name in names if not re.search(rf"\b{name}\b", used)] == []


_TEXT_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|(?<!:)//[^\n]*', re.DOTALL)

#: By a keyword, as a parameter or in a pattern, or as a method.
_DECLARATION = (
    r"(?:function|const|let|class) NAME\b|[({,]\s*(?:\w+: )?NAME\s*[,)}=]|^  (?:async )?NAME\("
)


@for_each("module", MODULES, ids=lambda module: module.relative_to(STATIC_FOLDER).as_posix())
def test_script_modules_import_or_declare_every_function_of_the_project_that_they_call(module: Path) -> None:
    exported = {name for other in MODULES for name in exports(other)}
    code = _TEXT_OR_COMMENT.sub("", text_of(module))
    called = exported & set(re.findall(r"(?<![\w.])(\w+)\(", code))
    imported = {name for _, names in imports(module) for name in names}
    declared = {name for name in called if re.search(_DECLARATION.replace("NAME", name), code, re.MULTILINE)}
    assert called - imported - declared == set()


@for_each("module", MODULES, ids=lambda module: module.relative_to(STATIC_FOLDER).as_posix())
def test_script_modules_write_numbers_as_their_reader_does(module: Path) -> None:
    """`toFixed` has a decimal point in every language; `lib/format.js` and `decimal` know the reader's."""
    assert "toFixed(" not in module.read_text("utf-8")


def test_script_modules_have_no_import_cycle() -> None:
    in_cycles = [
        module for module in MODULES if any(module.resolve() in all_imports_of(other) for other, _ in imports(module))
    ]
    assert in_cycles == []


def test_every_export_of_a_script_module_is_used_elsewhere() -> None:
    taken = Counter(name for module in MODULES for _, names in imports(module) for name in names)
    #: What only a test takes from outside.
    tried = {"describeError"}
    unused = {name for module in MODULES for name in exports(module)} - set(taken) - tried
    assert unused == set()


def test_every_script_module_is_loaded_by_a_page() -> None:
    pages = [page.read_text("utf-8") for page in STATIC_FOLDER.rglob("*.html")]
    entries = [STATIC_FOLDER / path for page in pages for path in re.findall(r'src="/static/([^"]+\.js)"', page)]
    assert set().union(*map(all_imports_of, entries)) == {module.resolve() for module in MODULES}


@for_each(("module", "most"), FLOW.items())
def test_each_page_loads_a_limited_number_of_script_modules(module: str, most: int) -> None:
    assert len(all_imports_of(STATIC_FOLDER / module)) <= most


def test_every_style_is_used_on_a_page() -> None:
    code = "".join(path.read_text("utf-8") for suffix in ("js", "html") for path in STATIC_FOLDER.rglob(f"*.{suffix}"))
    code += "".join(path.read_text("utf-8") for path in STATIC_FOLDER.parent.rglob("*.py"))
    used = set(re.findall(r"[\w-]+", code))
    for sheet in STATIC_FOLDER.rglob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        selectors = " ".join(re.findall(r"([^{}]*)\{", rules))
        unused = [name for name in re.findall(r"[.#]([a-zA-Z][\w-]*)", selectors) if name not in used]
        assert unused == [], sheet.name
