"""Bundles: joins a page's scripts into one file and its style sheets into another, so that a visit takes few requests.

Page templates still name the single files. These stay available at their own addresses, where a script's source map
points a browser's debugger to them.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..lazy_dataclass import dataclass
from ..regex import regex

#: `import { name, name } from "./path.js";`, or without names; the modules know no other form.
_IMPORT = regex(r'(?m)^import (?:(\{[^}]*\}) from )?"([^"]+)";$')
_EXPORT = regex(r"(?m)^export (?=(?:async )?(?:function|const|class) (\w+))")
_UNSUPPORTED_STATEMENT = regex(r"(?m)^(?:import|export)\b.*$")
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@dataclass(frozen=True)
class Script:
    """Joined modules."""

    text: str
    #: Each module's path, and how many lines of its own it has.
    modules: Sequence[tuple[str, int]]

    @property
    def lines(self) -> list[tuple[str, int] | None]:
        """The module and its line that each line of the text comes from; None for a line that joins modules."""
        return [
            line for path, count in self.modules for line in (None, *((path, own) for own in range(count)), None, None)
        ]

    def source_map(self, name: str, folder: str) -> str:
        """Return the map from this script's lines to those of its modules in a folder (ECMA-426)."""
        sources = list(dict.fromkeys(line[0] for line in self.lines if line))
        index = {source: number for number, source in enumerate(sources)}
        groups: list[str] = []
        last = (0, 0)
        for line in self.lines:
            if line is None:
                groups.append("")
                continue
            at = (index[line[0]], line[1])
            groups.append(_segment(at[0] - last[0], at[1] - last[1]))
            last = at
        return json.dumps({
            "version": 3, "file": name, "sourceRoot": folder, "sources": sources, "names": [],
            "mappings": ";".join(groups),
        })


def join_styles(paths: Sequence[str], texts: Mapping[str, str]) -> str:
    """Return style sheets as one, in their order."""
    return "\n".join(f"/* {path} */\n{texts[path].strip()}\n" for path in paths)


def join_scripts(entries: Sequence[str], texts: Mapping[str, str]) -> Script:
    """Return modules with everything they import as one script.

    Each module becomes a function that is called once, after those that it imports, and that returns what it exports:
    a module's other names stay its own. Raises ValueError for modules that import each other, and for imports and
    exports of another form.
    """
    parts: list[str] = []
    modules: list[tuple[str, int]] = []
    for number, path in enumerate(order := _in_import_order(entries, texts)):
        body, exported = _as_function_body(path, texts[path], order)
        parts += [f"const module{number} = (() => {{", body, f"return {{ {', '.join(exported)} }};\n}})();"]
        modules.append((path, body.count("\n") + 1))
    return Script("\n".join(parts) + "\n", modules)


def _in_import_order(entries: Sequence[str], texts: Mapping[str, str]) -> list[str]:
    """Return the modules in the order of their evaluation, each after those that it imports."""
    order: dict[str, None] = {}
    open_paths: list[str] = []

    def visit(path: str) -> None:
        if path in order:
            return
        if path in open_paths:
            raise ValueError(f"{path} imports itself: {' → '.join([*open_paths, path])}")
        open_paths.append(path)
        for match in _IMPORT.finditer(texts[path]):
            visit(_resolve(path, match[2]))
        open_paths.pop()
        order[path] = None

    for entry in entries:
        visit(entry)
    return list(order)


def _as_function_body(path: str, text: str, order: Sequence[str]) -> tuple[str, list[str]]:
    """Return a module's text without imports and exports, keeping its line numbers, and the names that it exports."""

    def replace_import(match: re.Match[str]) -> str:
        names, specifier = match.groups()
        line_breaks = "\n" * match[0].count("\n")
        return f"const {names} = module{order.index(_resolve(path, specifier))};" if names else line_breaks

    exported = [match[1] for match in _EXPORT.finditer(text)]
    body = _EXPORT.sub("", _IMPORT.sub(replace_import, text.rstrip("\n")))
    if unknown := _UNSUPPORTED_STATEMENT.search(body):
        raise ValueError(f"{path}: cannot be joined: {unknown[0]}")
    return body, exported


def _resolve(path: str, specifier: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), specifier))


@lru_cache(maxsize=1_000)
def _segment(source_step: int, line_step: int) -> str:
    """Return where a line comes from, counted from the line before. Most lines come from the next one of their file."""
    return f"A{_vlq(source_step)}{_vlq(line_step)}A"


def _vlq(value: int) -> str:
    """Return a number in Base64 VLQ (ECMA-426 section 9.2.1): the sign in the last bit, five bits a digit."""
    rest = -value << 1 | 1 if value < 0 else value << 1
    digits = ""
    while True:
        rest, digit = rest >> 5, rest & 31
        digits += _BASE64[digit | 32 if rest else digit]
        if not rest:
            return digits
