"""Captions: the spoken text of a transcript, without what a captioning tool adds.

WebVTT (https://www.w3.org/TR/webvtt1/), SubRip, SBV, and text with time stamps, speaker labels or tags: the words stay,
what the tool put around them goes. Text in which nobody put anything stays as it is, character by character. Where it
cannot be told, a time or a heading counts as said: "10:30 was too late", "Result: we saved 20%".
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("captions.json")

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
#: Some tools leave out noughts.
_CUE_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
#: `00:01.000 --> 00:04.000 align:start`, in brackets as some tools write it.
_CUE = re.compile(
    rf"[\[(]?[ \t]{{0,8}}{_CUE_TIME}[ \t]*-{{1,2}}>[ \t]*{_CUE_TIME}(?:[ \t]*[\])])?"
    r"(?:[ \t]+(?:align|position|line|size|vertical|region|[XY][12]):[^\s]+)*"
)
_SBV_CUE = re.compile(r"(?m)^[ \t]*\d{1,2}:\d{2}:\d{2}\.\d{3},\d{1,2}:\d{2}:\d{2}\.\d{3}[ \t]*$")
_HEADER = re.compile(r"\A\s*WEBVTT(?![^ \t\n])")
_HEADER_ALONE = re.compile(r"\A\s*WEBVTT[ \t]*(?:\n|\Z)")
_NOT_SAID_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?$")

_TAG = re.compile(
    r"</?(?:c|i|b|u|em|strong|span|font|ruby|rt|lang)(?:[.\s][^<>\n]{0,200})?/?>|\{\\[^{}\n]{1,60}\}", re.IGNORECASE
)
_BREAK = re.compile(
    rf"</?v(?:[.\s][^<>\n]{{0,200}})?>|<br\s*/?>|</?(?:p|div)(?:\s[^<>\n]{{0,200}})?>|<{_TIME}>|\\N", re.IGNORECASE
)
#: With its semicolon only, because "AT&T" is a name; one that was escaped twice is one.
_ENTITY = re.compile(r"&(?:amp;)*(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")

_STAMP = rf"[ \t]*{_TIME}(?:[ \t]*[-\u2013\u2014][ \t]*{_TIME})?[ \t]*"
_AFTER_STAMP = r"[ \t]*[-\u2013\u2014:]?"
_BRACKETED = re.compile(rf"(?m)^[ \t]*\[{_STAMP}\]{_AFTER_STAMP}|\[{_STAMP}\]")
_LINE_IN_PARENTHESES = re.compile(rf"(?m)^[ \t]*\({_STAMP}\){_AFTER_STAMP}")
_IN_PARENTHESES = re.compile(rf"{_LINE_IN_PARENTHESES.pattern}|\({_STAMP}\)")
_BARE = re.compile(
    rf"(?:[ \t]*({_TIME})(?:[ \t]*[-\u2013\u2014][ \t]*{_TIME})?(?=[ \t]|$)[ \t]*[-\u2013\u2014|]?)+"
)
#: Of the first stamp of a text; a talk begins at its beginning.
_BEGINNING = re.compile(r"(?<![\d:])(?:00?:)?00?:\d{2}(?:[.,]\d{1,3})?(?![\d:])")
#: The speaker and the time on a line of their own.
_HEADED = re.compile(rf"[ \t]*([^\W\d_][^\n:\uff1a]{{0,40}}?)[ \t]+({_TIME})[ \t]*")
_NEXT_STAMP_WITHIN_S = 300.0
#: Before what stood behind a time: a name there is a label. No text has it by itself.
_TIMED = "\ue000"

_LABEL = re.compile(
    r"[ \t]*([^\W\d_][^\n:\uff1a\[\](){}<>|,;!?]{0,40}?)"
    rf"[ \t]*(?:[\[(]{_TIME}[\])]|{_TIME})?[ \t]*[:\uff1a](?=[ \t]|$|[^\W\d_])"
)
_CHEVRONS = re.compile(r"[ \t]*(?:>>+)[ \t]*")
_DASH = re.compile(r"[ \t]*[-\u2013\u2014][ \t]+")

#: Markup within markup within markup: nobody writes that deep, and somebody could.
_PASSES = 20


@dataclass(frozen=True)
class _Vocabulary:
    """The words that tools and people write, in the languages they write them in."""

    #: What a tool says it heard where nothing was said: `[inaudible]`, and notes of music.
    heard: re.Pattern[str]
    #: Who speaks, without a name: `Speaker 1`.
    speaker: re.Pattern[str]
    speaker_in_brackets: re.Pattern[str]
    particles: frozenset[str]
    #: What follows one of these and a colon was said with it.
    headings: frozenset[str]


def plain_transcript(text: str) -> str:
    """The words of a transcript without what a captioning tool put around them. Cleaning it again changes nothing."""
    for _ in range(_PASSES):
        cleaned = _cleaned(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    marked = text.lstrip("\ufeff")
    is_file = bool(_CUE.search(marked) or _SBV_CUE.search(marked) or _HEADER_ALONE.match(marked))
    marked = _of_file(marked) if is_file else marked
    marked = _ENTITY.sub(lambda found: html.unescape(f"&{found[1]};"), marked)
    marked = _vocabulary().heard.sub(" ", _TAG.sub("", _BREAK.sub(_break, marked)))
    by_line = _without_labels(_without_stamps(marked, is_file), is_file)
    if is_file or by_line != marked:
        # Where lines are those of captions, they end anywhere in a sentence.
        return " ".join(_unrolled(by_line.split("\n"), is_file))
    return text if marked == text else _tidy(marked)


@cache
def _vocabulary() -> _Vocabulary:
    held: dict[str, list[str]] = json.loads(_DATA.read_text("utf-8"))
    heard, numbered, speakers = ("|".join(map(re.escape, held[each])) for each in (
        "heard", "speakers_numbered", "speakers",
    ))
    speaker = rf"(?:{numbered})[ _#-]*\d{{0,3}}[A-Za-z]?|{speakers}"
    return _Vocabulary(
        heard=re.compile(rf"[\[(][ \t♪♫*]*(?:{heard})[ \t]*(?:{_TIME})?[ \t♪♫*.]*[\])]|[♪♫]+", re.IGNORECASE),
        speaker=re.compile(speaker, re.IGNORECASE),
        speaker_in_brackets=re.compile(rf"^[ \t]*\[[ \t]*({speaker})[ \t]*\][ \t]*[:\uff1a]?", re.IGNORECASE),
        particles=frozenset(held["particles"]),
        headings=frozenset([*held["headings"], *held["headings_without_spaces"]]),
    )


def _break(found: re.Match[str]) -> str:
    """The end of a line, or where somebody else speaks; a time within a line is neither."""
    return "\n" if found[0][1:2].lower() in ("v", "/", "p", "d") else " "


def _of_file(text: str) -> str:
    """The text of the cues: without header, comments, styles, and the times and names of cues."""
    header = _HEADER.match(text)
    blocks = re.split(r"\n[ \t]*\n", text[header.end():] if header else text)
    if header:
        first = _CUE.search(blocks[0])
        # What stands beside and under the first line belongs to the header, up to an empty line or the first cue.
        blocks[0] = blocks[0][_named_from(blocks[0], first.start()):] if first else _without_fields(blocks[0])
        blocks = [each for each in blocks if not _NOT_SAID_BLOCK.match(each.strip("\n").partition("\n")[0])]
    number = 0
    said: list[str] = []
    #: Places of lines straight under a cue's time that have another under them.
    under: list[int] = []
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
                    under.append(len(said))
                said.append(line)
                continue
            for piece in pieces[:-1]:
                number += 1
                said.append(re.sub(rf"(?:^|(?<=\s)){number}[ \t]*$", "", piece))
            said.append(pieces[-1])
    if len(under) > 1 and all(_is_name(said[at]) for at in under):
        # Who speaks, on a line of its own.
        said = [line for at, line in enumerate(said) if at not in under]
    return "\n".join(each for each in said if each.strip())


def _without_fields(block: str) -> str:
    """What stands under a header without being of it: `Kind: captions`."""
    return "\n".join(line for line in block.split("\n")[1:] if not re.fullmatch(r"[\w-]+[:=].*", line.strip()))


def _named_from(block: str, cue: int) -> int:
    """Where a header ends that is followed by a cue at once: before the cue's number, if it has one."""
    named = re.search(r"(?:^|(?<=\s))\d{1,6}\s*$", block[:cue])
    return named.start() if named else cue


def _without_stamps(text: str, is_file: bool) -> str:
    text = _BRACKETED.sub(" ", text)
    opening = _LINE_IN_PARENTHESES.match(text.lstrip())
    if opening and (is_file or _BEGINNING.search(opening[0]) or len(_LINE_IN_PARENTHESES.findall(text)) > 1):
        text = _IN_PARENTHESES.sub(" ", text)
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    begun = first is not None and any(
        found and _BEGINNING.fullmatch(found[found.lastindex or 1])
        for found in (_BARE.match(lines[first]), _HEADED.fullmatch(lines[first]))
    )
    last_s = 0.0
    for at, line in enumerate(lines):
        stamp = _BARE.match(line)
        if stamp:
            at_s = _seconds(stamp[1])
            label = _LABEL.match(line[stamp.end():])
            follows = begun and last_s <= at_s <= last_s + _NEXT_STAMP_WITHIN_S
            if follows or (label and _is_name(label[1])):
                last_s, line = at_s, _TIMED + line[stamp.end():]
        elif begun and (headed := _HEADED.fullmatch(line)) and _is_name(headed[1]):
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
    labels = [label[1] for line in lines if (label := _LABEL.match(_unmarked(line, is_file)))]
    first = next((line for line in lines if line.strip()), "")
    kept = []
    for line in lines:
        bare = _unmarked(line, is_file)
        label = _LABEL.match(bare)
        if label and _is_label(
            label[1], sure=is_file or bare != line, times=labels.count(label[1]), opens=line is first
        ):
            bare = bare[label.end():]
        kept.append(bare)
    return "\n".join(kept)


def _unmarked(line: str, is_file: bool) -> str:
    """A line without the marks of a change of speakers before it."""
    line = line.removeprefix(_TIMED)
    mark = _CHEVRONS.match(line) or (_DASH.match(line) if is_file else None)
    return line[mark.end():] if mark else line


def _is_label(name: str, *, sure: bool, times: int, opens: bool) -> bool:
    """Whether what stands before a colon says who speaks. One name by itself, in a text without any other sign, is
    taken for one only where it opens the text with two words or more, or comes again."""
    if _vocabulary().speaker.fullmatch(name.strip()):
        return True
    return _is_name(name) and (sure or times > 1 or (opens and len(name.split()) > 1))


def _is_name(name: str) -> bool:
    """Whether it is written as a person's name, or stands for one."""
    name, known = name.strip(), _vocabulary()
    if known.speaker.fullmatch(name):
        return True
    parts = name.split()
    if not 1 <= len(parts) <= 4 or any(part.casefold() in known.headings for part in parts):
        return False
    if not re.fullmatch(r"[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*)*", " ".join(parts)):
        return False
    if name.lower() == name.upper():
        return 2 <= len(name) <= 4 and name not in known.headings
    return all(part[0].isupper() or part in known.particles for part in parts) and parts[0][0].isupper()


def _unrolled(lines: list[str], is_file: bool) -> list[str]:
    """The lines of cues once each: captions that roll show a line again, or a longer one, in the next cue."""
    kept: list[str] = []
    for line in (" ".join(each.replace(_TIMED, "").split()) for each in lines):
        if not line or (is_file and line in kept[-2:]):
            continue
        if is_file and kept and line.startswith(f"{kept[-1]} "):
            kept[-1] = line
        else:
            kept.append(line)
    return kept


def _tidy(text: str) -> str:
    lines = (" ".join(each.split()) for each in text.split("\n"))
    return "\n".join(each for each in lines if each)
