"""Renders the documents as HTML. They use a subset of Markdown: headings, paragraphs, lists, tables, code, links and
emphasis; everything else is text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import count

from ..regex import regex

#: Makes the address of a link from the one in the document; None leaves only its text.
ResolveLink = Callable[[str], str | None]

_FENCE = "```"
_HEADING = regex(r"(#{1,6}) +(.+)")
_BULLET = regex(r"( *)(?:[-*]|([0-9]+)\.) +(.*)")
_DIVIDER = regex(r"\|(?: *:?-+:? *\|)+")
_COMMENT = regex(r"<!--.*?-->", re.DOTALL)
_IMAGE = regex(r"!\[[^\]]*\]\([^)]*\)")
_TABLE_NAME = regex('(?<=aria-label=")Table(?=")')
_INLINE = regex(r"`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*")


def to_html(text: str, resolve_link: ResolveLink) -> str:
    """Return the HTML of a document. Every value in it is escaped."""
    lines = _IMAGE.sub("", _COMMENT.sub("", text)).splitlines()
    numbers = count(1)
    # Regions need names that differ.
    return _TABLE_NAME.sub(lambda _: f"Table {next(numbers)}", "\n".join(_blocks(lines, resolve_link)))


def title_of(text: str) -> str:
    """Return the first heading; empty without one."""
    heading = next(filter(None, map(_HEADING.fullmatch, text.splitlines())), None)
    return heading[2] if heading else ""


def anchor(heading: str) -> str:
    """Return the URL fragment of a heading, as links between the documents write it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _blocks(lines: Sequence[str], resolve_link: ResolveLink) -> Iterator[str]:
    at = 0
    while at < len(lines):
        end = _end_of_block(lines, at)
        block = lines[at:end]
        if block[0].strip():
            yield _block(block, resolve_link)
        at = end


def _end_of_block(lines: Sequence[str], start: int) -> int:
    """Return where the block that starts there ends: at its fence, after its only line, or at an empty line."""
    first = lines[start]
    if first.startswith(_FENCE):
        closing = (at for at in range(start + 1, len(lines)) if lines[at].startswith(_FENCE))
        return next(closing, len(lines) - 1) + 1
    if not first.strip() or _HEADING.fullmatch(first):
        return start + 1
    is_list = _BULLET.fullmatch(first) is not None
    for at in range(start + 1, len(lines)):
        line = lines[at]
        continues = is_list and at + 1 < len(lines) and lines[at + 1].startswith("  ")
        if (not line.strip() and not continues) or _HEADING.fullmatch(line) or line.startswith(_FENCE):
            return at
        if not is_list and _BULLET.fullmatch(line):
            return at
    return len(lines)


def _block(lines: Sequence[str], resolve_link: ResolveLink) -> str:
    heading = _HEADING.fullmatch(lines[0])
    if lines[0].startswith(_FENCE):
        body = [line for line in lines[1:] if not line.startswith(_FENCE)]
        return f"<pre><code>{escape(chr(10).join(body))}</code></pre>"
    if heading:
        level = len(heading[1])
        name = escape(anchor(heading[2]), quote=True)
        return f'<h{level} id="{name}">{_inline(heading[2], resolve_link)}</h{level}>'
    if _BULLET.fullmatch(lines[0]):
        return _list(lines, resolve_link)
    if len(lines) > 1 and _DIVIDER.fullmatch(lines[1].strip()):
        return _table(lines, resolve_link)
    return f"<p>{_inline(' '.join(line.strip() for line in lines), resolve_link)}</p>"


def _list(lines: Sequence[str], resolve_link: ResolveLink) -> str:
    """A list; the lines below an item that are indented belong to it."""
    first = _BULLET.fullmatch(lines[0])
    items: list[list[str]] = []
    for line in lines:
        bullet = _BULLET.fullmatch(line)
        if bullet and first and len(bullet[1]) <= len(first[1]):
            items.append([bullet[3]])
        else:
            items[-1].append(line)
    kind = "ol" if first and first[2] else "ul"
    return f"<{kind}>{''.join(f'<li>{_item(item, resolve_link)}</li>' for item in items)}</{kind}>"


def _item(lines: Sequence[str], resolve_link: ResolveLink) -> str:
    indent = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    rest = [line[indent:] for line in lines[1:]]
    plain = next((at for at, line in enumerate(rest) if not line.strip() or _BULLET.fullmatch(line)), len(rest))
    text = _inline(" ".join([lines[0], *(line.strip() for line in rest[:plain])]), resolve_link)
    return text + "".join(_blocks(rest[plain:], resolve_link))


def _table(lines: Sequence[str], resolve_link: ResolveLink) -> str:
    head, _, *body = [line.strip().strip("|").split("|") for line in lines]

    def row(cells: Sequence[str], kind: str) -> str:
        return "".join(f"<{kind}>{_inline(cell.strip(), resolve_link)}</{kind}>" for cell in cells)

    rows = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in body)
    return (
        '<div class="scroll" role="region" aria-label="Table" tabindex="0">'
        f"<table><thead><tr>{row(head, 'th')}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _inline(text: str, resolve_link: ResolveLink) -> str:
    parts: list[str] = []
    at = 0
    for match in _INLINE.finditer(text):
        parts.append(escape(text[at : match.start()]))
        parts.append(_span(match, resolve_link))
        at = match.end()
    return "".join(parts) + escape(text[at:])


def _span(match: re.Match[str], resolve_link: ResolveLink) -> str:
    code, label, target, strong, emphasis = match.groups()
    if code is not None:
        return f"<code>{escape(code)}</code>"
    if label is not None:
        address = resolve_link(target)
        shown = _inline(label, resolve_link)
        return f'<a href="{escape(address, quote=True)}">{shown}</a>' if address else shown
    if strong is not None:
        return f"<strong>{_inline(strong, resolve_link)}</strong>"
    return f"<em>{_inline(emphasis, resolve_link)}</em>"
