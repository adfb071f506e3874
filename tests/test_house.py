"""The architecture: which package may import which, and that imports have no side effects."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from inspect import signature
from pathlib import Path
from pkgutil import resolve_name

import pytest

from fakes.parsed import nodes, parsed
from fakes.running_service import PROJECT, clean_environ
from for_each import for_each
from tener_interview.__main__ import NEEDED_FIRST, ROUTES
from tener_interview.errors import CODES
from tener_interview.lazy_import import load

PACKAGE = PROJECT / "src" / "tener_interview"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 400

#: Each room and the rooms it may import from; its own is always allowed. `(top)` is the package's `__init__`. A folder
#: inside a room that has a line of its own is a room of its own.
MAY_IMPORT: dict[str, set[str]] = {
    "(top)": set(),
    "lazy_dataclass": set(),
    "lazy_import": set(),
    "regex": set(),
    "special_files": set(),
    "actor": set(),
    "errors": set(),
    "chat": set(),
    "host_names": set(),
    "setting_values": {"host_names"},
    "database_url": set(),
    "setting_declaration": set(),
    "html_links": set(),
    "mail": {"host_names", "html_links"},
    "setting_rules": {"setting_declaration", "setting_values"},
    "settings": {"mail", "database_url", "setting_declaration", "setting_rules", "setting_values"},
    "link_tokens": {"errors"},
    "system": set(),
    "outbound": {"chat", "host_names", "mail", "settings", "system"},
    "arithmetic": set(),
    "statistics": set(),
    "languages": set(),
    "transcripts": {"languages"},
    "criteria": {"arithmetic", "languages"},
    "plans": {"arithmetic", "chat", "criteria", "languages"},
    "scoring": {"arithmetic", "criteria", "languages", "transcripts"},
    "scorecards": {"arithmetic", "criteria", "languages", "scoring", "transcripts"},
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
    "domain": {"actor", "arithmetic", "chat", "criteria", "errors", "languages", "mail", "plans", "providers",
               "scorecards", "scoring", "sources", "statistics", "store", "store/ports", "system",
               "link_tokens", "transcripts"},
    "web": {"actor", "errors", "languages", "settings", "system", "link_tokens"},
    "mcp": {"actor", "errors", "system", "web"},
    "api": {"actor", "(top)", "criteria", "domain", "errors", "html_links", "languages", "mcp", "plans", "providers",
            "scoring", "sources", "store", "store/ports", "system", "web"},
    "providers/demo": {"api", "criteria", "domain", "errors", "languages", "plans", "providers", "sources", "store",
                       "store/ports", "store/tables", "system", "web"},
    "composition": {"criteria", "domain", "mail", "outbound", "plans", "providers", "providers/demo",
                    "providers/hireflix", "scoring", "settings", "sources", "store", "store/opening",
                    "store/ports", "system", "link_tokens"},
    "cli": {"actor", "api", "chat", "composition", "criteria", "domain", "errors", "mail", "outbound", "plans",
            "providers", "scoring", "setting_values", "settings", "sources", "store", "store/opening", "store/ports",
            "system", "transcripts", "web"},
    "outbox_channels": {"domain", "outbound", "settings", "store"},
    "serving": {"composition", "errors", "settings", "store", "store/opening", "system", "web"},
    "__main__": {"api", "cli", "composition", "domain", "errors", "mcp", "outbox_channels", "providers/demo",
                 "serving", "settings", "sources", "store/ports", "system", "web"},
}
#: Every room may import from these.
FOR_ALL = {"lazy_import", "lazy_dataclass", "regex", "special_files"}
#: The only places that speak to SQLite.
SPEAK_SQL = ("store/sqlite/", "sources/sqlite")


@dataclass(frozen=True)
class Import:
    """One import of a module, by its absolute name."""

    file: str
    line: int
    name: str


def folder_of(parts: Sequence[str]) -> str:
    """The room of a module, of its path or dotted name inside the package."""
    names = [entry.removesuffix(".py") for entry in parts if entry != "__init__.py"]
    inner = "/".join(names[:2])
    return inner if inner in MAY_IMPORT else names[0] if names else "(top)"


def lazy_name(node: ast.AST) -> str | None:
    """The name by which a call leaves an import for later; None for any other node."""
    match node:
        case ast.Call(func=ast.Name(id="load" | "make_lazy" | "lazy_function"), args=[ast.Constant(value=str(name)), *_]
                      ):
            return name
    return None


def imports_of(path: Path) -> Iterator[Import]:
    relative = path.relative_to(PACKAGE)
    package = ["tener_interview", *relative.parts[:-1]]
    for node in nodes(path):
        if isinstance(node, ast.Import):
            for entry in node.names:
                yield Import(str(relative), node.lineno, entry.name)
        elif isinstance(node, ast.Call) and (name := lazy_name(node)):
            yield Import(str(relative), node.lineno, f"tener_interview.{name.rpartition('.')[0]}")
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for entry in node.names:
                yield Import(str(relative), node.lineno, f"{source}.{entry.name}" if node.module is None else source)


@cache
def all_imports() -> tuple[Import, ...]:
    return tuple(entry for path in MODULES for entry in imports_of(path))


_ROOMS = {folder_of(path.relative_to(PACKAGE).parts) for path in MODULES}


def imported_folder(entry: Import) -> str | None:
    """The room of the package that an import reaches into; None for one from outside."""
    top, *inside = entry.name.split(".")
    if top != "tener_interview":
        return None
    reached = folder_of(inside)
    return reached if reached in _ROOMS else "(top)"


def test_every_package_is_in_the_import_table() -> None:
    assert set(MAY_IMPORT) == _ROOMS


def test_imports_point_downwards_only() -> None:
    upwards = [
        (entry.file, entry.line, entry.name) for entry in all_imports()
        if (reached := imported_folder(entry)) is not None
        and reached != (own := folder_of(Path(entry.file).parts)) and reached not in MAY_IMPORT[own] | FOR_ALL
    ]
    assert upwards == []


def test_the_import_table_has_no_unused_permission() -> None:
    reached: dict[str, set[str]] = {entry: set() for entry in MAY_IMPORT}
    for entry in all_imports():
        reached[folder_of(Path(entry.file).parts)].add(imported_folder(entry) or "(top)")
    unused = {name: left for name, allowed in MAY_IMPORT.items() if (left := allowed - reached[name])}
    assert unused == {}


def test_the_import_table_has_no_cycle() -> None:
    left = dict(MAY_IMPORT)
    while free := [entry for entry, reached in left.items() if not reached & set(left)]:
        for entry in free:
            del left[entry]
    assert left == {}


def test_only_the_standard_library_is_imported_but_for_postgres() -> None:
    foreign = {
        (folder_of(Path(entry.file).parts), name) for entry in all_imports()
        if imported_folder(entry) is None and (name := entry.name.split(".")[0]) not in sys.stdlib_module_names
    }
    assert foreign == {("store/postgres", "psycopg"), ("store/postgres", "psycopg_pool")}


def test_every_lazily_imported_name_exists() -> None:
    names = {name for path in MODULES for node in nodes(path) if (name := lazy_name(node))}
    assert len(names) > 10
    assert [name for name in sorted(names) if not callable(load(name))] == []


def test_modules_use_lazy_dataclasses_unless_they_need_slots() -> None:
    """Those of the standard library cost the start a millisecond each; slots are all that only they can have."""
    texts = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in MODULES}
    standard = re.compile(r"from dataclasses import .*\bdataclass\b|@dataclasses")
    at_once = {name for name, text in texts.items() if standard.search(text)}
    assert at_once - {"lazy_dataclass.py"} == {name for name, text in texts.items() if "slots=True" in text}


def test_no_module_compiles_a_pattern_when_it_is_imported() -> None:
    """Those of one module take milliseconds, and most runs use few."""
    at_once = [
        (str(path.relative_to(PACKAGE)), node.lineno)
        for path in MODULES if path.name != "regex.py"
        for statement in parsed(path).body if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    ]
    assert at_once == []


def test_every_problem_that_is_raised_has_a_documented_code() -> None:
    raised = [
        (str(path.relative_to(PACKAGE)), call.lineno, call.args[0].value)
        for path in MODULES if "Problem(" in path.read_text("utf-8") for call in nodes(path)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Problem"
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert len(raised) > 100
    assert [entry for entry in raised if entry[2] not in CODES] == []


def test_sqlite3_is_imported_only_by_the_store_and_sources() -> None:
    speakers = {entry.file for entry in all_imports() if entry.name.split(".")[0] == "sqlite3"}
    assert [entry for entry in speakers if not entry.startswith(SPEAK_SQL)] == []


@for_each("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_is_small_and_has_a_docstring(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES
    assert ast.get_docstring(parsed(path)) or path.name == "__init__.py"


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
        [sys.executable, "-c", WATCH], cwd=PROJECT, env=clean_environ(PYTHONPATH="src", PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True, text=True, timeout=60, check=True,
    )
    assert json.loads(ran.stdout) == {"seen": [], "threads": 1, "foreign": []}


#: What tests may still take from inside a module.
STILL_PRIVATE = {"_mean"}
#: `_replace` and its like are the public names of named tuples, `_exit` is that of a function of `os`.
_PUBLIC_ALL_THE_SAME = {"_replace", "_asdict", "_fields", "_exit"}


def private_names(module: ast.Module) -> Iterator[str]:
    """Names with an underscore before them that a test imports, looks up in what is not its own, or writes in a text
    that says where something is: the module, then the name."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "self"):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (entry.name for entry in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "tener_interview" in node.value:
            for path in re.findall(r"tener_interview[\w.:]*", node.value):
                yield from re.split(r"[.:]", path)


#: Where there may be one. Few files have any, and looking for these is much quicker than parsing all files.
_PRIVATE = re.compile(
    r"(?<![^.\w]self)\s*\.\s*_[a-z]|import (?:\([^)]*|[^\n]*)\b_[a-z]"
    r"|tener_interview[\w.:]*(?:[.:]_[a-z]|['\"]\s*f?['\"])"
)


def test_tests_use_public_names() -> None:
    """Whoever changes how something is done, and not what, changes no test."""
    texts = {
        path: path.read_text("utf-8")
        for path in (PROJECT / "tests").rglob("*.py") if "benchmarks" not in path.parts
    }
    violations = {
        (path.name, name)
        for path, text in texts.items() if _PRIVATE.search(text)
        for name in private_names(ast.parse(text))
        if name.startswith("_") and re.match(r"_[a-z]", name) and name not in _PUBLIC_ALL_THE_SAME | STILL_PRIVATE
    }
    assert violations == set()


def test_every_route_names_its_handler() -> None:
    """The names stand in text, so that a handler is imported for its first request."""
    parameters = {len(signature(route.handler).parameters) for route in ROUTES}
    assert parameters == {2}
    assert {route.handler_name.partition(".")[0] for route in ROUTES} == {"api", "providers"}
    assert set(NEEDED_FIRST) <= {route.handler_name for route in ROUTES}
    for wrong in ("api.pages.hom", "api.page.home", "home"):
        with pytest.raises((ImportError, AttributeError)):
            _ = replace(ROUTES[0], handler_name=wrong).handler


def test_names_altered_by_fault_injection_exist() -> None:
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


def test_no_test_alters_the_postgres_server_that_all_share() -> None:
    """Tests of other processes use it and its role at the same time: whoever alters them starts a server."""
    altering = re.compile(r"\bALTER (?:SYSTEM|ROLE(?!.* IN DATABASE))")
    texts = {path: path.read_text("utf-8") for path in (PROJECT / "tests").rglob("test_*.py")}
    assert [path.name for path, text in texts.items() if altering.search(text) and "started_server" not in text] == []
