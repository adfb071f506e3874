"""A link's token out of what mail and chat made of the link.

Programs break lines, escape what they take for formatting, put invisible characters inside and punctuation around, and
people copy a word too much. Nothing here decides whether a token is good: whoever verifies it does. A letter or digit
too much or too little makes it another token, and stays so.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import product
from urllib.parse import unquote

#: More than this is no link with something around it.
_MOST_CHARS = 600
#: How many tokens are offered at most: each costs whoever verifies them a signature.
_MOST_TOKENS = 16

#: How often programs encode what is encoded already: `%2520` is a space.
_ENCODED_AGAIN = 2
#: A line break of quoted-printable (RFC 2045, 6.7), and one before a quoted line of mail.
_SOFT_BREAK = re.compile(r"=[ \t]*(?:\r\n|\r|\n|(?=\s|$))")
_QUOTED_LINE = re.compile(r"[\r\n]\s*(?:>\s*)+")
#: Variation selectors and the joiner of graphemes, which are marks and show nothing.
_SHOWS_NOTHING = re.compile("[\ufe00-\ufe0f\u034f]")
_HYPHENS = re.compile("[\u2010\u2011\u2012\u2212\ufe63\uff0d]")
#: What writing programs make of one hyphen, or of two.
_DASHES = re.compile("[\u2013\u2014\u2015]")


def tokens_in(text: str, chars: int) -> Iterator[str]:
    """The tokens of so many characters of base64url that a text may hold, each once, the likeliest first."""
    if len(text) > _MOST_CHARS:
        return
    plain = _plain(text)
    dashes = ("-", "--") if _DASHES.search(plain) else ("",)
    gaps = ((" ", " "), ("", " "), ("", ""))
    found: set[str] = set()
    # An equals sign that a lost line break has left behind, itself encoded or not.
    equals = (None, "=", "=3D") if "=" in plain else (None,)
    for dash, (unseen, white), left in product(dashes, gaps, equals):
        dashed = _DASHES.sub(dash, plain).replace(left, "") if left else _DASHES.sub(dash, plain)
        joined = "".join(_joined(each, unseen, white) for each in dashed)
        for run in re.findall(rf"[A-Za-z0-9_-]{{{chars},}}", joined):
            token = _trimmed(run, chars)
            if token and token not in found and len(found) < _MOST_TOKENS:
                found.add(token)
                yield token


def _plain(text: str) -> str:
    """The text without the encodings and escapes that were put over it."""
    for _ in range(_ENCODED_AGAIN):
        text = html.unescape(unquote(text))
    text = _QUOTED_LINE.sub("", _SOFT_BREAK.sub("", text)).replace("\\", "")
    return unicodedata.normalize("NFKC", _SHOWS_NOTHING.sub("", _HYPHENS.sub("-", text)))


def _joined(character: str, unseen: str, white: str) -> str:
    """A character as it is, or what stands for one that shows nothing or only a space."""
    if character.isascii() and character.isprintable() and character != " ":
        return character
    kind = unicodedata.category(character)
    return unseen if kind == "Cf" else white if kind in ("Cc", "Zs", "Zl", "Zp") else character


def _trimmed(run: str, chars: int) -> str | None:
    """The token of a run that has only underscores and hyphens around it; no token ends in one (see `tokens`)."""
    kept = run.rstrip("-_")
    token, before = kept[-chars:], kept[:-chars]
    return token if len(token) == chars and not before.strip("-_") else None
