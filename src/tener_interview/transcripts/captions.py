"""Captions: the spoken text of a transcript, without the markup of captioning tools.

Handles WebVTT (https://www.w3.org/TR/webvtt1/), SubRip, SBV, and text with time stamps, speaker labels or tags. Text
without markup stays the same, character by character. A time or a heading that may have been spoken is kept: "10:30 was
too late", "Result: we saved 20%".
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

from ..lazy_dataclass import dataclass
from ..regex import regex

_DATA = Path(__file__).with_name("captions.json")

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
#: Some tools omit zeros.
_CUE_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
#: `00:01.000 --> 00:04.000 align:start`, in brackets as some tools write it.
_CUE = regex(
    rf"[\[(]?[ \t]{{0,8}}{_CUE_TIME}[ \t]*-{{1,2}}>[ \t]*{_CUE_TIME}(?:[ \t]*[\])])?"
    r"(?:[ \t]+(?:align|position|line|size|vertical|region|[XY][12]):[^\s]+)*"
)
_SBV_CUE = regex(r"(?m)^[ \t]*\d{1,2}:\d{2}:\d{2}\.\d{3},\d{1,2}:\d{2}:\d{2}\.\d{3}[ \t]*$")
_HEADER = regex(r"\A\s*WEBVTT(?![^ \t\n])")
_HEADER_ALONE = regex(r"\A\s*WEBVTT[ \t]*(?:\n|\Z)")
_UNSPOKEN_BLOCK = regex(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?$")

_TAG = regex(
    r"</?(?:c|i|b|u|em|strong|span|font|ruby|rt|lang)(?:[.\s][^<>\n]{0,200})?/?>|\{\\[^{}\n]{1,60}\}", re.IGNORECASE
)
_BREAK = regex(
    rf"</?v(?:[.\s][^<>\n]{{0,200}})?>|<br\s*/?>|</?(?:p|div)(?:\s[^<>\n]{{0,200}})?>|<{_TIME}>|\\N", re.IGNORECASE
)
#: Only with its semicolon, because "AT&T" is a name. An entity that was escaped twice counts as one.
_ENTITY = regex(r"&(?:amp;)*(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")

_STAMP = rf"[ \t]*{_TIME}(?:[ \t]*[-\u2013\u2014][ \t]*{_TIME})?[ \t]*"
_AFTER_STAMP = r"[ \t]*[-\u2013\u2014:]?"
_BRACKETED = regex(rf"(?m)^[ \t]*\[{_STAMP}\]{_AFTER_STAMP}|\[{_STAMP}\]")
_LINE_IN_PARENTHESES = regex(rf"(?m)^[ \t]*\({_STAMP}\){_AFTER_STAMP}")
_IN_PARENTHESES = regex(rf"{_LINE_IN_PARENTHESES.pattern}|\({_STAMP}\)")
_BARE_STAMPS = regex(
    rf"(?:[ \t]*({_TIME})(?:[ \t]*[-\u2013\u2014][ \t]*{_TIME})?(?=[ \t]|$)[ \t]*[-\u2013\u2014|]?)+"
)
#: The first stamp of a text, since recordings start at 0:00.
_BEGINNING = regex(r"(?<![\d:])(?:00?:)?00?:\d{2}(?:[.,]\d{1,3})?(?![\d:])")
#: The speaker and the time on a line of their own.
_HEADED = regex(rf"[ \t]*([^\W\d_][^\n:\uff1a]{{0,40}}?)[ \t]+({_TIME})[ \t]*")
_NEXT_STAMP_WITHIN_S = 300.0
#: Marks where a time was removed: a name after it is a speaker label. Never occurs in text (private use).
_TIMED = "\ue000"

_LABEL = regex(
    r"[ \t]*([^\W\d_][^\n:\uff1a\[\](){}<>|,;!?]{0,40}?)"
    rf"[ \t]*(?:[\[(]{_TIME}[\])]|{_TIME})?[ \t]*[:\uff1a](?=[ \t]|$|[^\W\d_])"
)
_CHEVRONS = regex(r"[ \t]*(?:>>+)[ \t]*")
_DASH = regex(r"[ \t]*[-\u2013\u2014][ \t]+")

#: A text without any of these, and without the header of a file, has no markup.
_OF_MARKUP = regex(f"[][<>({{&:\uff1a♪♫\\\\\r\ufeff{_TIMED}]")

#: Limit for nested markup, in case of malicious input.
_PASSES = 20


@dataclass(frozen=True)
class _Vocabulary:
    """Words of captioning tools in several languages, from `captions.json`."""

    #: Descriptions of sounds: `[inaudible]`, musical notes.
    sounds: re.Pattern[str]
    #: Speakers without a name: `Speaker 1`.
    speaker: re.Pattern[str]
    speaker_in_brackets: re.Pattern[str]
    particles: frozenset[str]
    #: Words before a colon that are spoken headings, not speakers.
    headings: frozenset[str]


def plain_transcript(text: str) -> str:
    """Return the spoken words of a transcript. Applying it again changes nothing."""
    if not _OF_MARKUP.search(text) and "WEBVTT" not in text:
        return text
    for _ in range(_PASSES):
        cleaned = _clean(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    with_marks = text.lstrip("\ufeff")
    is_file = bool(_CUE.search(with_marks) or _SBV_CUE.search(with_marks) or _HEADER_ALONE.match(with_marks))
    with_marks = _cue_text(with_marks) if is_file else with_marks
    with_marks = _ENTITY.sub(lambda entity: html.unescape(f"&{entity[1]};"), with_marks)
    with_marks = _vocabulary().sounds.sub(" ", _TAG.sub("", _BREAK.sub(_replace_tag, with_marks)))
    by_line = _without_labels(_without_stamps(with_marks, is_file), is_file)
    if is_file or by_line != with_marks:
        # Lines of captions end anywhere in a sentence, so they are joined.
        return " ".join(_without_repeated_lines(by_line.split("\n"), is_file))
    return text if with_marks == text else _tidy(with_marks)


@cache
def _vocabulary() -> _Vocabulary:
    words: dict[str, list[str]] = json.loads(_DATA.read_text("utf-8"))
    sounds, numbered, speakers = ("|".join(map(re.escape, words[kind])) for kind in (
        "heard", "speakers_numbered", "speakers",
    ))
    speaker = rf"(?:{numbered})[ _#-]*\d{{0,3}}[A-Za-z]?|{speakers}"
    return _Vocabulary(
        sounds=re.compile(rf"[\[(][ \t♪♫*]*(?:{sounds})[ \t]*(?:{_TIME})?[ \t♪♫*.]*[\])]|[♪♫]+", re.IGNORECASE),
        speaker=re.compile(speaker, re.IGNORECASE),
        speaker_in_brackets=re.compile(rf"^[ \t]*\[[ \t]*({speaker})[ \t]*\][ \t]*[:\uff1a]?", re.IGNORECASE),
        particles=frozenset(words["particles"]),
        headings=frozenset([*words["headings"], *words["headings_without_spaces"]]),
    )


def _replace_tag(tag: re.Match[str]) -> str:
    """Return a line break for the end of a line or a change of speaker, and a space for a time within a line."""
    return "\n" if tag[0][1:2].lower() in ("v", "/", "p", "d") else " "


def _cue_text(text: str) -> str:
    """Return the text of the cues of a file: without header, comments, styles, and the times and names of cues."""
    header = _HEADER.match(text)
    blocks = re.split(r"\n[ \t]*\n", text[header.end():] if header else text)
    if header:
        first = _CUE.search(blocks[0])
        # The header continues up to an empty line or the first cue.
        blocks[0] = blocks[0][_cue_start(blocks[0], first.start()):] if first else _without_header_fields(blocks[0])
        blocks = [block for block in blocks if not _UNSPOKEN_BLOCK.match(block.strip("\n").partition("\n")[0])]
    number = 0
    spoken: list[str] = []
    #: Indexes of first lines of cues that have more than one line.
    first_lines = set[int]()
    for block in blocks:
        lines = block.strip("\n").split("\n")
        for at, line in enumerate(lines):
            if _SBV_CUE.fullmatch(line):
                continue
            pieces = _CUE.split(line)
            if len(pieces) == 1:
                follows = lines[at + 1] if at + 1 < len(lines) else ""
                if _CUE.match(follows.lstrip()) and (at == 0 or line.strip().isdecimal()):
                    continue
                if follows.strip() and at and _CUE.fullmatch(lines[at - 1].strip()):
                    first_lines.add(len(spoken))
                spoken.append(line)
                continue
            for piece in pieces[:-1]:
                number += 1
                spoken.append(re.sub(rf"(?:^|(?<=\s)){number}[ \t]*$", "", piece))
            spoken.append(pieces[-1])
    if len(first_lines) > 1 and all(_is_name(spoken[at]) for at in first_lines):
        # The speakers' names have lines of their own.
        spoken = [line for at, line in enumerate(spoken) if at not in first_lines]
    return "\n".join(line for line in spoken if line.strip())


def _without_header_fields(block: str) -> str:
    """Return a header's block without its first line and fields such as `Kind: captions`."""
    return "\n".join(line for line in block.split("\n")[1:] if not re.fullmatch(r"[\w-]+[:=].*", line.strip()))


def _cue_start(block: str, cue: int) -> int:
    """Return where the first cue of a header's block starts: at the cue's number, if it has one."""
    number = re.search(r"(?:^|(?<=\s))\d{1,6}\s*$", block[:cue])
    return number.start() if number else cue


def _without_stamps(text: str, is_file: bool) -> str:
    text = _BRACKETED.sub(" ", text)
    opening = _LINE_IN_PARENTHESES.match(text.lstrip())
    if opening and (is_file or _BEGINNING.search(opening[0]) or len(_LINE_IN_PARENTHESES.findall(text)) > 1):
        text = _IN_PARENTHESES.sub(" ", text)
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    starts_at_zero = first is not None and any(
        stamp and _BEGINNING.fullmatch(stamp[stamp.lastindex or 1])
        for stamp in (_BARE_STAMPS.match(lines[first]), _HEADED.fullmatch(lines[first]))
    )
    last_s = 0.0
    for at, line in enumerate(lines):
        stamp = _BARE_STAMPS.match(line)
        if stamp:
            at_s = _seconds(stamp[1])
            label = _LABEL.match(line[stamp.end():])
            follows = starts_at_zero and last_s <= at_s <= last_s + _NEXT_STAMP_WITHIN_S
            if follows or (label and _is_name(label[1])):
                last_s, line = at_s, _TIMED + line[stamp.end():]
        elif starts_at_zero and (headed := _HEADED.fullmatch(line)) and _is_name(headed[1]):
            last_s, line = _seconds(headed[2]), ""
        lines[at] = line
    return "\n".join(lines)


def _seconds(time: str) -> float:
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _without_labels(text: str, is_file: bool) -> str:
    chevrons = bool(_CHEVRONS.match(text.replace(_TIMED, "")))
    if chevrons:
        text = re.sub(r"[ \t]>>+[ \t]+", "\n>> ", text)
    lines = [_vocabulary().speaker_in_brackets.sub(r"\1: ", line) for line in text.split("\n")]
    times = Counter(label[1] for line in lines if (label := _LABEL.match(_without_marks(line, is_file))))
    first = next((line for line in lines if line.strip()), "")
    lines_kept = []
    for line in lines:
        bare = _without_marks(line, is_file)
        label = _LABEL.match(bare)
        if label and _is_label(
            label[1], sure=is_file or bare != line, times=times[label[1]], opens=line is first
        ):
            bare = bare[label.end():]
        lines_kept.append(bare)
    return "\n".join(lines_kept)


def _without_marks(line: str, is_file: bool) -> str:
    """Return a line without the leading marks of a change of speaker."""
    line = line.removeprefix(_TIMED)
    mark = _CHEVRONS.match(line) or (_DASH.match(line) if is_file else None)
    return line[mark.end():] if mark else line


def _is_label(name: str, *, sure: bool, times: int, opens: bool) -> bool:
    """Return whether the text before a colon is a speaker. Without any other sign, a name counts as one only if it
    occurs again, or if it begins the text and has at least two words."""
    if _vocabulary().speaker.fullmatch(name.strip()):
        return True
    return _is_name(name) and (sure or times > 1 or (opens and len(name.split()) > 1))


def _is_name(name: str) -> bool:
    """Return whether the text is written like a person's name, or is a placeholder for one."""
    name, vocabulary = name.strip(), _vocabulary()
    if vocabulary.speaker.fullmatch(name):
        return True
    parts = name.split()
    if not 1 <= len(parts) <= 4 or any(part.casefold() in vocabulary.headings for part in parts):
        return False
    if not re.fullmatch(r"[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*)*", " ".join(parts)):
        return False
    if name.lower() == name.upper():
        return 2 <= len(name) <= 4 and name not in vocabulary.headings
    return all(part[0].isupper() or part in vocabulary.particles for part in parts) and parts[0][0].isupper()


def _without_repeated_lines(lines: list[str], is_file: bool) -> list[str]:
    """Remove repeated lines: in rolling captions, the next cue shows a line again, or a longer version of it."""
    lines_kept: list[str] = []
    for line in (" ".join(line.replace(_TIMED, "").split()) for line in lines):
        if not line or (is_file and line in lines_kept[-2:]):
            continue
        if is_file and lines_kept and line.startswith(f"{lines_kept[-1]} "):
            lines_kept[-1] = line
        else:
            lines_kept.append(line)
    return lines_kept


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
