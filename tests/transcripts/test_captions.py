"""Of a transcript as a tool wrote it the words that were said are left; plain words stay as they are."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.transcripts.captions import plain_transcript

SAID = "So I started with the logs & the metrics. Then we fixed it."
ONE, TWO, THREE = "So I started with the logs", "& the metrics.", "Then we fixed it."

WRITTEN = {
    "WebVTT": (
        "WEBVTT\n\nNOTE made by\na tool\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:r width:40%\n\n1\n"
        "00:00:01.000 --> 00:00:04.000 align:start position:0%\n<v Jane Doe>So I <c.loud.bg_blue>started</c> with "
        "<00:00:02.500>the logs\n\nan id of words\n00:04.000 --> 00:06.000\n&amp; the metrics. Then\nwe fixed it.</v>\n"
    ),
    "WebVTT with fields in its header": f"\ufeffWEBVTT - a title\nKind: captions\nLanguage: en\n\n00:00:01.000 --> "
                                        f"00:00:04.000\n{ONE}\n\n00:00:04.000 --> 00:00:09.000\n{TWO} {THREE}",
    "WebVTT whose header ends in nothing": f"WEBVTT\n00:01.000 --> 00:04.000\n{ONE}\n\n00:04.000 --> 00:09.000\n"
                                           f"{TWO}\n{THREE}",
    "a header alone": f"WEBVTT\n\n{SAID}",
    "voices, one after another": f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v.first Jane>{ONE}</v><v Bob>{TWO}</v>\n{THREE}",
    "SubRip": f"1\r\n00:00:01,000 --> 00:00:04,000\r\n{ONE}\r\n{TWO}\r\n\r\n2\r\n00:00:04,000 --> 00:00:08,000 X1:5 "
              "Y1:9\r\n- Then we <i>fixed</i> {\\an8}<font color=\"#fff\">it.</font>\r\n",
    "SubRip without empty lines": f"1\n00:00:01,000 --> 00:00:04,000\n{ONE}\n2\n00:00:04,000 --> 00:00:08,000\n"
                                  f"{TWO} {THREE}",
    "SubRip on one line": f"1 00:00:01,000 --> 00:00:04,000 {ONE} 2 00:00:04,000 --> 00:00:06,000 {TWO} {THREE}",
    "WebVTT on one line": f"WEBVTT Kind: captions Language: en 00:01.000 --> 00:04.000 {ONE} 00:04.000 --> 00:06.000 "
                          f"{TWO} {THREE}",
    "SBV": f"0:00:01.000,0:00:04.000\n{ONE}\n\n0:00:04.000,0:00:06.000\n{TWO}\n{THREE}",
    "times in brackets before lines": f"[00:00.000 --> 00:04.000]   {ONE}\n[00:04.000 --> 00:06.000]  {TWO} {THREE}",
    "a name under every time": f"0:0:0.0 --> 0:0:4.170\nJane Doe\n{ONE}\n\n0:0:4.2 --> 0:0:9.0\nJane Doe\n"
                               f"{TWO} {THREE}",
    "captions that roll": f"WEBVTT\n\n00:01.000 --> 00:02.000\nSo I\n\n00:02.000 --> 00:03.000\n{ONE}\n\n"
                          f"00:03.000 --> 00:04.000\n{ONE}\n{TWO}\n\n00:04.000 --> 00:05.000\n{TWO}\n{THREE}",
    "[00:12]": f"[00:12] {ONE} [0:01:15] {TWO} [00:16 - 00:20] {THREE}",
    "(00:12)": f"(00:12) {ONE} (00:15) {TWO} {THREE}",
    "(12:10) before every line": f"(12:10) {ONE}\n(12:15) {TWO} {THREE}",
    "00:12 Speaker 1:": f"00:12 Speaker 1: {ONE}\n01:15 Speaker 1: {TWO}\n12:16 Speaker 2: {THREE}",
    "a time on every other line": f"0:00\n{ONE}\n0:04\n{TWO}\n1:03\n{THREE}",
    "a speaker and a time on lines of their own": f"Jane Doe  0:00\n{ONE}\nJane Doe  0:09\n{TWO} {THREE}",
    "Jane Doe:": f"Jane Doe: {SAID}",
    "one name again and again": f"Jane: {ONE}\nJane: {TWO}\nJane: {THREE}",
    "names that stand for nobody": f"SPEAKER_00: {ONE}\n[Speaker 2]: {TWO}\nInterviewee: {THREE}",
    "a name with a time": f"Speaker 1 (00:12): {ONE}\nSpeaker A [00:14]: {TWO}\nSpeaker 1 00:18: {THREE}",
    "a name in another script": f"00:01 Анна Каренина: {ONE} {TWO}\n00:04 王小明\uff1a{THREE}",
    ">>": f">> JANE: {ONE} >> {TWO}\n>>> {THREE}",
    "what was heard": f"[Music] {ONE} [inaudible 00:12] {TWO} ♪ (laughs) {THREE} [BLANK_AUDIO]",
    "HTML": f"<p>{ONE}<br>&amp; the metrics.<br/>{THREE}</p>",
    "escaped, and again": "&lt;v Jane&gt;So I started with the logs &amp;amp; the metrics. Then we fixed it.",
}

#: What people say and type.
HONEST = (
    "at 10:30 we met", "10:30 was too late", "(10:30) we met", "09:00 standup\n10:30 review", "ratio 16:9, then 3:2",
    "Result: we saved 20%", "Situation: a\nTask: b\nAction: c\nResult: d", "Root Cause: the pool ran dry",
    "Result: one\nResult: two", "Debugging: I look at the logs", "1. first\n2. second", "1\n2\n3", "- one\n- two",
    "a < b, and List<String> of Map<K, V>", "AT&T and R&D", "I wrote cin >> x", "NOTE that I did", "I said: no",
    "[your company] rocks", "WEBVTT is a format I know", "two  spaces\n\nand lines ", "So: I went.\nSo: I went.",
    "https://example.com:8080/x at 12:30:15", "we moved x --> y", "结果\uff1a我们成功了\n结果\uff1a好", "Lösung: neu",
)


@for_each("written", WRITTEN.values(), ids=WRITTEN)
def test_caption_markup_is_removed(written: str) -> None:
    plain = plain_transcript(written)
    assert " ".join(plain.split()) == SAID
    assert plain_transcript(plain) == plain


@for_each("spoken", HONEST)
def test_spoken_text_that_looks_like_caption_markup_is_kept(spoken: str) -> None:
    assert plain_transcript(spoken) == spoken


@given(st.lists(st.sampled_from([
    "WEBVTT", "\n", "\n\n", " ", "00:01.000 --> 00:02.000", "00:12", "[0:01]", "(00:03)", "Jane Doe:", "Jane:", ">>",
    "-", "1", "2", "<v Jane>", "<c>", "&amp;", "&lt;", "lt;", "amp;", "[Music]", "NOTE", "word", "Result:", "♪", "\r\n",
])).map("".join))
def test_cleaning_a_transcript_twice_is_like_cleaning_it_once(written: str) -> None:
    plain = plain_transcript(written)
    assert plain_transcript(plain) == plain


@given(st.text(st.characters(categories=("L", "N", "Z"), include_characters=".,;!?'\"/%+=\n"), max_size=200))
def test_a_plain_text_transcript_is_not_changed(spoken: str) -> None:
    assert plain_transcript(spoken) == spoken


@for_each("piece", [
    " ", "[", "[ ", "0:", "00:01 ", "<v ", "<", "&amp;", "\n", ">> ", "Jane: ", "1 00:00:01,000 --> ", "(", "J ",
    "\n1\n",
    "00:00:01.000 --> 00:00:02.000 a ", "\n00:00 a", "&amp;lt;", "Jane Doe ",
    "Jane: a\n",
])
def test_a_long_transcript_is_cleaned_in_linear_time(piece: str) -> None:
    began = time.process_time()
    plain_transcript(piece * (50_000 // len(piece)))
    assert time.process_time() - began < 1
