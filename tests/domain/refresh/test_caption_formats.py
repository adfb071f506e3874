"""The same words have the same score, however the tool that transcribed them writes them down."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.desk import ANSWERS, Desk


def in_caption_format(kind: str, spoken: str) -> str:
    """An answer as a tool would write it."""
    words = spoken.split(" ")
    lines = [" ".join(words[at : at + 7]) for at in range(0, len(words), 7)]
    if kind == "WebVTT":
        cues = (f"{at}\n00:{at:02}.000 --> 00:{at + 1:02}.000\n<v Jane>{line}" for at, line in enumerate(lines))
        return "WEBVTT\n\n" + "\n\n".join(cues)
    if kind == "stamps":
        return "\n".join(f"[00:{at:02}] Speaker 1: {line}" for at, line in enumerate(lines))
    return "Jane Doe: " + spoken.replace("&", "&amp;")


def questions(desk: Desk, session_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.scorecard(session_id)["transcription_scoring"]["question_scores"]
    return found


@pytest.mark.parametrize("kind", ["WebVTT", "stamps", "label"])
def test_captions_and_plain_text_of_an_answer_get_the_same_score_and_quotes(desk: Desk, kind: str) -> None:
    # Of different jobs: within one, each would be the other's near duplicate.
    plain, captioned = desk.started(1, 1), desk.started(2, 2)
    desk.finish(plain, ANSWERS)
    desk.finish(captioned, [in_caption_format(kind, answer) for answer in ANSWERS])
    for item in (plain, captioned):
        assert desk.refresh(item).json["status"] == "scored"
    wanted, found = (
        [_judged(question) for question in questions(desk, item)] for item in (plain, captioned)
    )
    for one, other in zip(found, wanted, strict=True):
        assert {k: (one[k], other[k]) for k in one if one[k] != other[k]} == {}
    assert [item["transcript"] for item in found] == list(ANSWERS)
    assert desk.refresh(captioned, force=True).json["status"] == "scored"
    assert len(desk.results(captioned)) == 1
    assert desk.client.post("/api/admin/jobs/2/rescore", {}).status == 200
    assert len(desk.results(captioned)) == 1


def _judged(question: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in question.items() if name not in ("question_id", "video_url")}


def test_captions_without_speech_count_as_missing_transcript(desk: Desk) -> None:
    session_id = desk.started()
    desk.finish(session_id, ["[inaudible]", "WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n", *ANSWERS[2:]])
    desk.clock.advance(hours=25)
    assert desk.refresh(session_id).json["status"] == "scored"
    states = [question["status"] for question in questions(desk, session_id)]
    assert states == ["missing_transcription", "missing_transcription", "scored", "scored"]
