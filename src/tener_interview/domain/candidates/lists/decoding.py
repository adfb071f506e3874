"""Decode a file to text, or recognise that it is another kind of file.

Spreadsheets write CSV in the machine's encoding without naming it: UTF-8 with or without a byte order mark, UTF-16, or
a code page. A wrong guess garbles names, so the guess is based on what names look like, is reported, and can be
overridden.
"""

# ruff: noqa: RUF001 - similar-looking characters are needed here

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable

from ....errors import Problem
from ....lazy_dataclass import dataclass
from ....regex import regex

#: Encodings (https://encoding.spec.whatwg.org/#names-and-labels) and their Python names, the most common first.
CODE_PAGES: dict[str, str] = {
    "windows-1252": "cp1252", "windows-1251": "cp1251", "windows-1250": "cp1250", "macintosh": "mac_roman",
    "windows-1254": "cp1254", "windows-1253": "cp1253", "windows-1255": "cp1255", "windows-1256": "cp1256",
    "koi8-r": "koi8_r", "gb18030": "gb18030", "shift_jis": "cp932",
}
ENCODINGS: dict[str, str] = {
    "utf-8": "utf-8-sig", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", **CODE_PAGES,
    "big5": "big5hkscs", "euc-kr": "cp949",
}
_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF16_BE, "utf-16be"),
)

#: Control characters that do not occur in lists, and the replacement for undecodable bytes.
_NOT_TEXT = regex("[\x00-\x08\x0e-\x1f\ufffd]")

_HOW_TO_SAVE_IN_EXCEL = (
    "In Excel choose File, Save As, and the type “CSV UTF-8 (Comma delimited)”. Or select the rows there, copy them,"
    " and paste them here."
)
_HOW_TO_SAVE_ELSEWHERE = "Save or export it as CSV, or select the rows there, copy them, and paste them here."


@dataclass(frozen=True)
class _UnreadableKind:
    """A kind of file that is not text: how to recognise it, its code, its description and what to do with it."""

    matches: Callable[[bytes], bool]
    code: str
    description: str
    advice: str


def _starts_with(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda raw: raw.startswith(magic)


def _zip_contains(part: bytes) -> Callable[[bytes], bool]:
    return lambda raw: raw.startswith(b"PK\x03\x04") and part in raw


_UNREADABLE_KINDS = (
    _UnreadableKind(_zip_contains(b"xl/"), "xlsx", "an Excel workbook (.xlsx)", _HOW_TO_SAVE_IN_EXCEL),
    _UnreadableKind(_starts_with(b"\xd0\xcf\x11\xe0"), "xls", "an older Excel workbook (.xls)", _HOW_TO_SAVE_IN_EXCEL),
    _UnreadableKind(
        _zip_contains(b"opendocument.spreadsheet"), "ods", "an OpenDocument spreadsheet (.ods)",
        "In LibreOffice choose File, Save As, and the type “Text CSV (.csv)”. Or select the rows there, copy them, and"
        " paste them here.",
    ),
    _UnreadableKind(
        _zip_contains(b"Index/"), "numbers", "a Numbers spreadsheet",
        "In Numbers choose File, Export To, CSV. Or select the rows there, copy them, and paste them here.",
    ),
    _UnreadableKind(
        _zip_contains(b"word/"), "docx", "a Word document", "Select the list there, copy it, and paste it here."
    ),
    _UnreadableKind(
        _starts_with(b"PK\x03\x04", b"\x1f\x8b"), "archive", "an archive", "Unpack it, and choose the list in it."
    ),
    _UnreadableKind(_starts_with(b"%PDF"), "pdf", "a PDF", "Select the list there, copy it, and paste it here."),
    _UnreadableKind(_starts_with(b"{\\rtf"), "rtf", "a formatted document (RTF)", _HOW_TO_SAVE_ELSEWHERE),
    _UnreadableKind(
        _starts_with(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF"), "picture", "a picture", _HOW_TO_SAVE_ELSEWHERE
    ),
    _UnreadableKind(
        lambda raw: raw[:200].lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")), "html",
        "a web page or XML", _HOW_TO_SAVE_ELSEWHERE,
    ),
)


@dataclass(frozen=True)
class Decoded:
    """The text with `\\n` between its lines, and its encoding; `guessed` if the file does not name it."""

    text: str
    encoding: str
    guessed: bool


def decode(raw: bytes, encoding: str | None = None) -> Decoded:
    """Decode a file. Raises `LIST_NOT_READABLE`, with advice, for a file that is not text."""
    for kind in _UNREADABLE_KINDS:
        if kind.matches(raw):
            message = f"This is {kind.description}, not CSV. {kind.advice}"
            raise Problem("LIST_NOT_READABLE", message, {"kind": kind.code})
    declared = encoding or next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    name, guessed = (declared, False) if declared else _guess(raw)
    text = raw.decode(ENCODINGS[name], "replace").removeprefix("\ufeff")
    if "\0" in text or len(_NOT_TEXT.findall(text)) > len(text) // 50:
        raise Problem("LIST_NOT_READABLE", f"This is not a text file. {_HOW_TO_SAVE_ELSEWHERE}", {"kind": "binary"})
    return Decoded(re.sub(r"\r\n?", "\n", text), name, guessed)


def _guess(raw: bytes) -> tuple[str, bool]:
    if b"\0" in raw:
        even, odd = raw[::2].count(0), raw[1::2].count(0)
        return ("utf-16le" if odd >= even else "utf-16be"), False
    if _decode(raw, "utf-8") is not None:
        return "utf-8", False
    readable = {name: text for name in CODE_PAGES if (text := _decode(raw, name)) is not None}
    fitness = {name: _plausibility(text) - _implausibility(name, text, raw) for name, text in readable.items()}
    return max(fitness, key=fitness.__getitem__, default="windows-1252"), True


def _implausibility(encoding: str, text: str, raw: bytes) -> int:
    """Return how much the letters speak against an encoding, because no language uses them together."""
    czech = encoding == "windows-1252" and re.search("[šžŠŽ]", text) and re.search("[øØìÌùÙèÈïÏòÒ]", text)
    turkish = encoding in ("windows-1252", "windows-1250") and _is_turkish(raw.decode("cp1254", "replace"))
    # Chinese names are within GB 2312; Japanese misread as Chinese is not.
    japanese = encoding == "gb18030" and not _is_encodable("gb2312", text)
    return max(3, len(text) // 30) if czech or turkish or japanese else 0


def _is_turkish(text: str) -> bool:
    return bool(re.search(r"[a-zçöü]ş|ı\w|ğ\w", text)) and not re.search("[áéíóúæ]", text)


def _is_encodable(codec: str, text: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _decode(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(ENCODINGS[encoding])
    except UnicodeDecodeError:
        return None


def _plausibility(text: str) -> int:
    """Return how much the words with non-ASCII letters look like real words."""
    words = [word for word in re.findall(r"[^\s,;:\t|\"<>()@./'’‘“”…–-]+", text[:200_000]) if not word.isascii()]
    return sum(map(_word_plausibility, words))


def _word_plausibility(word: str) -> int:
    letters = [letter for letter in word if letter.isalpha()]
    others = sum(not letter.isascii() and not letter.isalpha() for letter in word)
    if others:
        return -2 * others
    scripts = {_script(letter) for letter in letters}
    # A word of accented letters only is another script in the wrong encoding.
    all_accented = len(letters) > 2 and not any(letter.isascii() for letter in letters)
    if len(scripts) != 1 or (scripts == {"LATIN"} and all_accented):
        return -2
    if word.upper() == word.lower() or word.istitle() or word.isupper():
        return 2
    return 1 if word.islower() else 0


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").partition(" ")[0]
    # Half-width letters (which keep their own name here) result from reading other languages as Japanese.
    return "CJK" if name in ("HIRAGANA", "KATAKANA") else name
