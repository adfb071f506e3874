"""The architecture: which package may import which, and that imports have no side effects."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

import pytest

from fakes.running_service import PROJECT, surroundings

PACKAGE = PROJECT / "src" / "tener_interview"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 400

#: Each room and the rooms it may import from; its own is always allowed. `(top)` is the package's `__init__`. A folder
#: inside a room that has a line of its own is a room of its own.
MAY_IMPORT: dict[str, set[str]] = {
    "(top)": set(),
    "actor": set(),
    "errors": set(),
    "setting_values": set(),
    "database_url": set(),
    "settings": {"database_url", "setting_values"},
    "link_tokens": {"errors"},
    "system": set(),
    "outbound": {"settings", "system"},
    "arithmetic": set(),
    "statistics": set(),
    "languages": set(),
    "transcripts": {"languages"},
    "criteria": {"arithmetic", "languages"},
    "plans": {"arithmetic", "criteria", "languages"},
    "scoring": {"arithmetic", "criteria", "languages", "transcripts"},
    "scorecards": {"arithmetic", "criteria", "languages", "scoring", "transcripts"},
    "scoring_worker": {"criteria", "scorecards", "system", "transcripts"},
    "providers": {"errors", "system"},
    "providers/hireflix": {"errors", "outbound", "providers", "system", "link_tokens"},
    "sources": {"errors", "languages", "outbound", "system"},
    "store": set(),
    "store/tables": {"actor", "errors", "languages", "store", "system"},
    "store/ports": {"store", "store/tables", "system"},
    "store/sqlite": {"errors", "languages", "store", "store/ports", "store/tables", "system"},
    "store/postgres": {"actor", "errors", "store", "store/ports", "store/tables", "system"},
    #: The only place that knows both databases.
    "store/opening": {"settings", "store", "store/ports", "store/postgres", "store/sqlite", "system"},
    "domain": {"actor", "arithmetic", "criteria", "errors", "languages", "plans", "providers", "scorecards", "scoring",
               "scoring_worker", "sources", "statistics", "store", "store/ports", "system", "link_tokens",
               "transcripts"},
    "web": {"actor", "errors", "languages", "settings", "system", "link_tokens"},
    "api": {"actor", "(top)", "criteria", "domain", "errors", "languages", "plans", "providers", "scoring", "sources",
            "store", "store/ports", "system", "web"},
    "providers/demo": {"api", "criteria", "domain", "errors", "languages", "plans", "providers", "sources", "store",
                       "store/ports", "store/tables", "system", "web"},
    "composition": {"criteria", "domain", "outbound", "plans", "providers", "providers/demo",
                    "providers/hireflix", "scoring", "scoring_worker", "settings", "sources", "store", "store/opening",
                    "store/ports", "system", "link_tokens"},
    "cli": {"actor", "api", "composition", "criteria", "domain", "errors", "outbound", "plans", "scoring",
            "setting_values", "settings", "sources", "store", "store/opening", "store/ports", "system", "transcripts",
            "web"},
    "serving": {"composition", "errors", "settings", "store", "store/opening", "system", "web"},
    "__main__": {"api", "cli", "composition", "domain", "providers/demo", "scoring_worker", "serving", "settings",
                 "sources", "store/ports", "system", "web"},
}
#: The only places that speak to SQLite.
SPEAK_SQL = ("store/sqlite/", "sources/sqlite.py")


@dataclass(frozen=True)
class Import:
    """One import of a module, by its absolute name."""

    file: str
    line: int
    name: str


def room(parts: Sequence[str]) -> str:
    """The room of a module, of its path or dotted name inside the package."""
    names = [entry.removesuffix(".py") for entry in parts if entry != "__init__.py"]
    inner = "/".join(names[:2])
    return inner if inner in MAY_IMPORT else names[0] if names else "(top)"


def imports_of(path: Path) -> Iterator[Import]:
    relative = path.relative_to(PACKAGE)
    package = ["tener_interview", *relative.parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for entry in node.names:
                yield Import(str(relative), node.lineno, entry.name)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for entry in node.names:
                yield Import(str(relative), node.lineno, f"{source}.{entry.name}" if node.module is None else source)


IMPORTS = [entry for path in MODULES for entry in imports_of(path)]
_ROOMS = {room(path.relative_to(PACKAGE).parts) for path in MODULES}


def room_imported(entry: Import) -> str | None:
    """The room of the package that an import reaches into; None for one from outside."""
    top, *inside = entry.name.split(".")
    if top != "tener_interview":
        return None
    reached = room(inside)
    return reached if reached in _ROOMS else "(top)"


def test_every_package_is_in_the_table() -> None:
    assert set(MAY_IMPORT) == _ROOMS


def test_imports_point_downwards_only() -> None:
    upwards = [
        (entry.file, entry.line, entry.name) for entry in IMPORTS
        if (reached := room_imported(entry)) is not None
        and reached != (own := room(Path(entry.file).parts)) and reached not in MAY_IMPORT[own]
    ]
    assert upwards == []


def test_the_table_has_no_unused_permission() -> None:
    reached: dict[str, set[str]] = {entry: set() for entry in MAY_IMPORT}
    for entry in IMPORTS:
        reached[room(Path(entry.file).parts)].add(room_imported(entry) or "(top)")
    unused = {name: left for name, allowed in MAY_IMPORT.items() if (left := allowed - reached[name])}
    assert unused == {}


def test_the_table_has_no_cycle() -> None:
    left = dict(MAY_IMPORT)
    while free := [entry for entry, reached in left.items() if not reached & set(left)]:
        for entry in free:
            del left[entry]
    assert left == {}


def test_only_the_standard_library_is_imported_but_for_postgres() -> None:
    foreign = {
        (room(Path(entry.file).parts), name) for entry in IMPORTS
        if room_imported(entry) is None and (name := entry.name.split(".")[0]) not in sys.stdlib_module_names
    }
    assert foreign == {("store/postgres", "psycopg"), ("store/postgres", "psycopg_pool")}


def test_few_files_contain_sql() -> None:
    speakers = {entry.file for entry in IMPORTS if entry.name.split(".")[0] == "sqlite3"}
    assert [entry for entry in speakers if not entry.startswith(SPEAK_SQL)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_is_small_and_has_a_docstring(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert ast.get_docstring(ast.parse(text)) or path.name == "__init__.py"


WATCH = """
import json, sys, threading
seen = []

def watch(event, args):
    if event == "open" and str(args[0]).endswith((".py", ".pyc", ".so")):
        return
    if event == "open" or event.startswith(("socket.", "sqlite3.", "subprocess.", "_thread.start", "os.mkdir")):
        seen.append([event, repr(args)[:200]])

sys.addaudithook(watch)
import tener_interview.__main__
foreign = sorted(name for name in sys.modules if name.startswith("psycopg"))
print(json.dumps({"seen": seen, "threads": threading.active_count(), "foreign": foreign}))
"""


def test_imports_have_no_side_effects() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WATCH], cwd=PROJECT, env=surroundings(PYTHONPATH="src", PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True, text=True, timeout=60, check=True,
    )
    assert json.loads(ran.stdout) == {"seen": [], "threads": 1, "foreign": []}


#: What tests may still take from inside a module.
STILL_PRIVATE = {"_mean"}
#: `_replace` and its like are the public names of named tuples.
_OF_TUPLES = {"_replace", "_asdict", "_fields"}


def private_names(module: ast.Module) -> Iterator[str]:
    """Names with an underscore before them that a test imports, looks up in what is not its own, or writes in a text
    that says where something is: the module, then the name."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "self"):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (entry.name for entry in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for path in re.findall(r"tener_interview[\w.:]*", node.value):
                yield from re.split(r"[.:]", path)


def test_tests_use_public_names() -> None:
    """Whoever changes how something is done, and not what, changes no test."""
    violations = {
        (path.name, name)
        for path in (PROJECT / "tests").rglob("*.py") if "benchmarks" not in path.parts
        for name in private_names(ast.parse(path.read_text("utf-8")))
        if re.match(r"_[a-z]", name) and name not in _OF_TUPLES | STILL_PRIVATE
    }
    assert violations == set()


def test_what_tests_alter_in_a_service_by_its_name_exists() -> None:
    """The names stand in text, which no type checker follows when something is renamed."""
    naming = re.compile(r"(?:set|kill-before|kill-after) (tener_interview[.\w]*:[.\w]*?)(?:\.\d+)?[ \"]")
    named = set()
    for path in (PROJECT / "tests").rglob("*.py"):
        text = path.read_text("utf-8")
        for constant, value in re.findall(r'^([A-Z_]+) = "(tener_interview[.:\w]*)"', text, re.MULTILINE):
            text = text.replace(f"{{{constant}}}", value)
        named |= {match[1] for match in naming.finditer(text)}
    assert len(named) > 20
    for name in sorted(named):
        assert resolve_name(name) is not None, name
