"""Finds the texts of scripts: those that are translated, and those that should be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_STRING = r'"(?:[^"\\\n]|\\.)*"'
#: A call of `lib/texts.js`, with its texts.
_CALL = re.compile(rf"(?<![\w.])(t|tNodes)\(\s*(?:({_STRING})(?=\s*[,)])|)")
_PLURAL_CALL = re.compile(r"(?<![\w.])(tn|tnNodes)\(")
_PLURAL_TEXTS = re.compile(rf"\s*({_STRING}),\s*({_STRING})(?=\s*[,)])")
_WORD = re.compile(r"[^\W\d_]{2,}")
#: What stands before a literal that nobody reads.
_NOT_READ = re.compile(
    r"(?:\b(?:class|className|kind|keyshortcuts|rel|key|d|id|href)\"?\s*(?:[:=]|!==)[^,;})\n]*"
    r"|\b(?:querySelector|querySelectorAll|closest|matches|byId|addEventListener|import|from|Error)[( ]\s*"
    r"|\bcell\((?:[^,()]|\([^()]*\))*,\s*"
    r"|\bheaders\.get\("
    r"|\bclassList\.\w+\([^)]*)$"
)
_CODE = re.compile(
    r"[a-z0-9_.:-]+|[A-Z0-9_]+|[/#\[.?&:@(].*|[^.?!“]*(?:[=>\[\]]|--)[^.?!“]*|[A-Z]\w*(?:-[A-Z]\w*)+"
    r"|(?:https?|mailto):.*", re.DOTALL
)
_COMMENT = re.compile(
    rf"{_STRING}|`(?:[^`\\]|\\.)*`|//[^\n]*|/\*.*?\*/"
    r"|/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*", re.DOTALL
)


#: Texts that a page shows to nobody, but sends to candidates.
_FOR_CANDIDATES = re.compile(r"// Texts for candidates.*?// Translated again", re.DOTALL)


@dataclass(frozen=True)
class Used:
    """A text of a script: as it is looked up, `one` too if it has plural forms."""

    other: str
    one: str | None = None


@dataclass(frozen=True)
class Literal:
    """A literal of a script, and where it begins."""

    text: str
    start: int
    line: int


def used_texts(script: str) -> Iterator[Used]:
    """Yield the texts that a script looks up. Raises ValueError for a call whose texts are not literals."""
    code = without_comments(script)
    for match in _CALL.finditer(code):
        if match[2] is None:
            raise ValueError(f"not a literal: {code[match.start() : match.start() + 60]!r}")
        yield Used(json.loads(match[2]))
    for match in _PLURAL_CALL.finditer(code):
        if code[: match.start()].endswith("function "):
            continue
        texts = _PLURAL_TEXTS.match(code, _end_of_argument(code, match.end()))
        if texts is None:
            raise ValueError(f"not two literals: {code[match.start() : match.start() + 80]!r}")
        yield Used(json.loads(texts[2]), json.loads(texts[1]))


def raw_texts(script: str) -> list[Literal]:
    """Return the literals of a script that look like English for readers and are not looked up."""
    code = without_comments(_FOR_CANDIDATES.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), script))
    looked_up = [
        (match.start(2), match.end(2)) for match in _CALL.finditer(code) if match[2] is not None
    ]
    for match in _PLURAL_CALL.finditer(code):
        if texts := _PLURAL_TEXTS.match(code, _end_of_argument(code, match.end())):
            looked_up.append((texts.start(), texts.end()))
    return [
        literal for literal in literals(code)
        if _looks_like_text(literal.text)
        and not _NOT_READ.search(code[max(0, literal.start - 200) : literal.start])
        and not any(start <= literal.start < end for start, end in looked_up)
    ]


def _looks_like_text(text: str) -> bool:
    plain = re.sub(r"\$\{(?:[^{}]|\{[^{}]*\})*\}", "", text)
    if not _WORD.search(plain) or _CODE.fullmatch(plain):
        return False
    return bool(re.search(r"\s|[.?!…“”:;,]|[A-ZÀ-Þ][a-zß-ÿ]", plain))


def literals(code: str) -> Iterator[Literal]:
    """Yield the strings and templates of a script without comments; those inside a template on their own."""
    place = 0
    while place < len(code):
        character = code[place]
        if character == '"':
            end = re.compile(_STRING).match(code, place)
            assert end is not None, code[place : place + 60]
            yield Literal(json.loads(end[0].replace("\\'", "'")) if "\\" not in end[0] else end[0][1:-1], place,
                          code.count("\n", 0, place) + 1)
            place = end.end()
        elif character == "`":
            end_place, inner = _template(code, place)
            yield Literal(code[place + 1 : end_place - 1], place, code.count("\n", 0, place) + 1)
            for start, stop in inner:
                for literal in literals(code[start:stop]):
                    yield Literal(literal.text, start + literal.start, code.count("\n", 0, start) + 1)
            place = end_place
        elif character == "/" and re.search(r"(?:[(,=:\[!&|?{};]|return)\s*$", code[max(0, place - 12) : place]):
            regex = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/").match(code, place)
            place = regex.end() if regex else place + 1
        else:
            place += 1


def _template(code: str, start: int) -> tuple[int, list[tuple[int, int]]]:
    """Return where a template ends, and where the expressions in it are."""
    inner: list[tuple[int, int]] = []
    place = start + 1
    while code[place] != "`":
        if code[place] == "\\":
            place += 2
        elif code.startswith("${", place):
            depth, begin = 1, place + 2
            place = begin
            while depth:
                if code[place] == "`":
                    place, _ = _template(code, place)
                    continue
                if code[place] == '"':
                    place = re.compile(_STRING).match(code, place).end()  # type: ignore[union-attr]
                    continue
                depth += {"{": 1, "}": -1}.get(code[place], 0)
                place += 1
            inner.append((begin, place - 1))
        else:
            place += 1
    return place + 1, inner


def _end_of_argument(code: str, start: int) -> int:
    """Return where the first argument of a call is over: after its comma."""
    depth, place = 0, start
    while depth or code[place] != ",":
        if code[place] == '"':
            place = re.compile(_STRING).match(code, place).end()  # type: ignore[union-attr]
            continue
        if code[place] == "`":
            place, _ = _template(code, place)
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(code[place], 0)
        place += 1
    return place + 1


def without_comments(script: str) -> str:
    """Return a script whose comments are blank, at the same places."""
    def blank(match: re.Match[str]) -> str:
        text = match[0]
        return re.sub(r"[^\n]", " ", text) if text.startswith(("//", "/*")) else text

    return _COMMENT.sub(blank, script)
