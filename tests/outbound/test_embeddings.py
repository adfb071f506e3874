"""The embeddings server: what is requested, how responses are used, and what scores gain."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from fakes.clock import FakeClock
from for_each import for_each
from tener_interview.criteria.criteria import load_criteria
from tener_interview.criteria.formula import load_formula
from tener_interview.domain.plans.session_rules import SessionRules
from tener_interview.domain.refresh import score_cache as module_of_scores
from tener_interview.domain.refresh.score_cache import ScorableInterview, ScoreCache
from tener_interview.outbound import embeddings
from tener_interview.outbound.embeddings import Embeddings
from tener_interview.outbound.request import Unreachable, UpstreamResponse, send
from tener_interview.scoring.vectors import embed_nothing
from tener_interview.transcripts.transcript import Transcript

CONFIG = Path(__file__).parents[2] / "config"
WEEK, CLIENT = "Tell us about a hard week.", "Tell us about an angry client."
#: What a text means to the stand-in: the first of these that it holds.
MEANINGS = ("week", "client", "hears", "asked her why")


class Server:
    """A stand-in for a server of embeddings, over real HTTP: texts mean what `MEANINGS` says."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.body: bytes | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(given)
                outer.keys.append(self.headers["Authorization"])
                rows = [{"index": at, "embedding": vector(text)} for at, text in enumerate(given["input"])]
                body = outer.body or json.dumps({"data": rows[::-1]}).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1/embeddings"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def embeddings(self, api_key: str | None = None) -> Embeddings:
        return Embeddings(send, self.url, model="small", api_key=api_key, timeout_s=5)


def vector(text: str) -> Sequence[float]:
    place = next((at for at, word in enumerate(MEANINGS) if word in text), len(MEANINGS))
    # Hearing somebody and asking her why are the same here.
    return [float(at == min(place, 2 if place in (2, 3) else place)) for at in range(len(MEANINGS) + 1)]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def test_each_text_is_requested_once_in_bounded_requests_with_the_key(server: Server) -> None:
    embed = server.embeddings("secret")
    texts = [f"week {number}" for number in range(100)]
    found = embed([*texts, *texts, "", "  "])
    assert list(found) == texts
    assert [len(item["input"]) for item in server.asked] == [64, 36]
    assert {item["model"] for item in server.asked} == {"small"}
    assert set(server.keys) == {"Bearer secret"}
    assert embed(["week 1", "x" * 9_000])["week 1"] == (1.0, 0.0, 0.0, 0.0, 0.0)
    assert [len(text) for text in server.asked[-1]["input"]] == [2_000]
    assert len(embed([f"client {number}" for number in range(1_000)])) == 512


@for_each(
    ("status", "body"),
    [
        (500, b"{}"), (401, b'{"error": "no"}'), (200, b"nothing"), (200, b"[]"), (200, b'{"data": []}'),
        (200, b'{"data": [{"index": 0, "embedding": []}]}'), (200, b'{"data": [{"index": 0, "embedding": [NaN]}]}'),
        (200, b'{"data": [{"index": 0, "embedding": ["x"]}]}'), (200, b'{"data": [{"embedding": [1]}]}'),
        (200, b"[" * 300_000), (200, b'{"data": ' + b'{"a":' * 90_000),
        (200, b'{"data": [' + b"[]," * 900_000 + b"[]]}"),
        (200, b'{"data": [{"index": Infinity, "embedding": [1]}]}'), (200, b'{"data": [{"index": 0, "embedding": 7}]}'),
        (200, b'{"data": [{"index": 0, "embedding": [1' + b"0" * 400 + b"]}]}"), (200, b'{"data": "weeks"}'),
    ],
)
def test_invalid_embedding_responses_give_no_vectors(server: Server, status: int, body: bytes) -> None:
    server.status, server.body = status, body
    assert server.embeddings()(["week"]) == {}
    server.status, server.body = 200, None
    assert server.embeddings()(["week"]) != {}


def test_a_hanging_embedding_server_is_not_used_for_a_while() -> None:
    """Twenty interviews would wait twenty times; what is known is still told."""
    clock, asked = FakeClock(), []
    body = json.dumps({"data": [{"index": 0, "embedding": [1.0]}]}).encode()
    answers: list[UpstreamResponse | Unreachable] = [
        UpstreamResponse(200, {}, body),
        Unreachable("late", timed_out=True),
        UpstreamResponse(200, {}, body),
        Unreachable("refused"),
        UpstreamResponse(200, {}, body),
    ]

    def send(*_args: Any, **_named: Any) -> UpstreamResponse:
        asked.append(clock.monotonic_s())
        answer = answers.pop(0)
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    embed = Embeddings(send, "http://localhost/", model="m", api_key=None, timeout_s=9, clock=clock)
    assert embed(["one"]) == {"one": (1.0,)}
    for number in range(20):
        assert embed(["one", f"other {number}"]) == {"one": (1.0,)}
    assert len(asked) == 2
    clock.advance(seconds=31)
    assert len(embed(["other 1"])) == 1
    assert embed(["other 2"]) == {}
    assert len(embed(["other 2"])) == 1, "one that refuses is asked again at once"


def test_large_vectors_take_little_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of a thousand interviews: in the memory of a process, and in that of one refresh of a job."""
    monkeypatch.setattr(embeddings, "_MAX_CACHED_NUMBERS", 1_000)
    monkeypatch.setattr(module_of_scores, "_MAX_CACHED_NUMBERS", 1_000)
    asked: list[str] = []

    def send(*_args: Any, **named: Any) -> UpstreamResponse:
        texts = json.loads(named["body"])["input"]
        asked.extend(texts)
        rows = [{"index": at, "embedding": [float(len(text))] * 10} for at, text in enumerate(texts)]
        return UpstreamResponse(200, {}, json.dumps({"data": rows}).encode())

    embed = Embeddings(send, "http://localhost/", model="m", api_key=None, timeout_s=9)
    for number in range(500):
        assert embed([f"text {number}"])
    assert len(embed([f"text {number}" for number in range(400, 500)])) == 100
    assert len(asked) == 500, "the last hundred are remembered"
    embed(["text 399"])
    assert asked[500:] == ["text 399"]
    kept = scores(tmp_path, embed)
    for number in range(150):
        expected = Transcript(0, "a", WEEK, answered=True, text=f"That week I did the {number}th of them.")
        kept.precompute([ScorableInterview((expected,), "en")])
    assert sum(map(len, kept.vectors.values())) < 1_100


def test_an_unreachable_embedding_server_gives_no_vectors_and_no_error(server: Server) -> None:
    server.close()
    assert server.embeddings()(["week"]) == {}


def scores(tmp_path: Path, embed: Embeddings | None) -> ScoreCache:
    path = tmp_path / "criteria.json"
    rule = {"id": "client", "match": {"title_contains": "client"}, "key_points": ["hears the other side out"]}
    path.write_text(json.dumps({"version": "1", "question_rules": [rule]}), "utf-8")
    formula = load_formula(CONFIG / "interview_total_score_formula.json")
    return ScoreCache(SessionRules(load_criteria(path), formula), embed or embed_nothing)


INTERVIEW = (
    Transcript(0, "a", WEEK, answered=True, text="That client rang on Monday, and I drove forty boxes to him."),
    Transcript(1, "b", CLIENT, answered=True, text="In March a client shouted. Then I asked her why, for ten minutes."),
)


def test_embeddings_find_paraphrased_key_points_and_answers_to_another_question(server: Server, tmp_path: Path) -> None:
    with_server, without = scores(tmp_path, server.embeddings()), scores(tmp_path, None)
    interview = ScorableInterview(INTERVIEW, "en")
    with_server.precompute([interview])
    asked = len(server.asked)
    first, second = with_server.result_of(interview).question_scores
    plain_first, plain_second = without.result_of(interview).question_scores
    assert len(server.asked) == asked, "a server was asked where the database may be locked"
    assert (first.details["embeddings"], plain_first.details["embeddings"]) == (True, False)
    assert ("off_topic" in first.flags, "off_topic" in plain_first.flags) == (True, False)
    assert first.score == plain_first.score
    assert "off_topic" not in second.flags
    expected = "Close in meaning to “hears the other side out”: “Then I asked her why, for ten minutes”."
    assert second.reasons[0] == expected
    assert plain_second.details["missing_key_points"] == ["hears the other side out"]
    assert (second.score or 0) > (plain_second.score or 0)
