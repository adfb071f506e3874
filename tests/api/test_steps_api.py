"""The batch step that the main system calls, and its progress."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.client import Client
from fakes.front_door import SESSIONS, STEP, MakeApp, faulty_fields, read_session, refused, score, start, stored
from tener_interview.errors import Problem
from tener_interview.providers.demo.provider import DemoProvider

PROGRESS = "/api/jobs/1/steps/interview"
ANSWER_KEYS = {"job_id", "started", "in_progress", "needs_review", "scored", "failed", "items"}
ITEM_KEYS = {
    "candidate_id", "action", "session_id", "status", "entry_url", "error", "needs_review", "review_reason",
    "shared_with_job", "invitation_message",
}


def run(client: Client, *candidate_ids: int, job_id: int = 1) -> object:
    reply = client.post(STEP, {"job_id": job_id, "candidate_ids": candidate_ids, "mode": "start_or_refresh"})
    assert reply.status == 200, reply.text
    assert set(reply.json) == ANSWER_KEYS
    assert all(set(item) == ITEM_KEYS for item in reply.json["items"])
    return reply.json


def counts(answer: object) -> tuple[int, int, int, int]:
    assert isinstance(answer, dict)
    return answer["started"], answer["in_progress"], answer["scored"], answer["failed"]


def actions(answer: object) -> list[tuple[int, str, str | None]]:
    assert isinstance(answer, dict)
    return [(item["candidate_id"], item["action"], item["status"]) for item in answer["items"]]


def test_repeated_batch_steps_start_then_refresh_then_skip_candidates(client: Client) -> None:
    first = run(client, 42, 43, 44)
    assert counts(first) == (3, 0, 0, 0)
    assert actions(first) == [(number, "started", "invited") for number in (42, 43, 44)]
    second = run(client, 44, 42, 43)
    assert counts(second) == (0, 3, 0, 0)
    assert actions(second) == [(number, "refreshed", "invited") for number in (44, 42, 43)]
    assert counts(run(client, 42, 43, 44)) == counts(run(client, 42, 43, 44)) == (0, 0, 3, 0)


def test_a_batch_step_takes_names_and_emails_from_the_source(client: Client) -> None:
    answer = run(client, 42)
    assert isinstance(answer, dict)
    (item,) = answer["items"]
    assert read_session(client, item["session_id"])["candidate_name"] == "Jane Doe"
    assert client.get(item["entry_url"]).status == 302


def test_a_batch_step_handles_a_repeated_candidate_once(client: Client) -> None:
    assert actions(run(client, 42, 42, 43, 42)) == [(42, "started", "invited"), (43, "started", "invited")]
    assert len(client.get(SESSIONS).json["items"]) == 2


def test_a_candidate_missing_in_the_source_fails_alone(client: Client) -> None:
    answer = run(client, 42, 999_999, 43)
    assert counts(answer) == (2, 0, 0, 1)
    assert isinstance(answer, dict)
    failed = answer["items"][1]
    assert (failed["candidate_id"], failed["action"], failed["session_id"]) == (999_999, "failed", None)
    assert (failed["status"], failed["entry_url"]) == (None, None)
    assert set(failed["error"]) == {"code", "message"}
    assert failed["error"]["code"] == "CANDIDATE_NOT_FOUND"
    assert client.get(PROGRESS).json["status"] == "partial"


def test_a_candidate_refused_by_the_provider_fails_alone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    invite = DemoProvider.invite

    def refuse_one(self: DemoProvider, invitee: object) -> object:
        if getattr(invitee, "first_name", "") == "Jane":
            raise Problem("INTERVIEW_PROVIDER_UNAVAILABLE", "It refuses connections.")
        return invite(self, invitee)  # type: ignore[arg-type]

    monkeypatch.setattr(DemoProvider, "invite", refuse_one)
    answer = run(client, 42, 43)
    assert counts(answer) == (1, 0, 0, 1)
    assert isinstance(answer, dict)
    failed = answer["items"][0]
    assert (failed["action"], failed["status"], failed["entry_url"]) == ("failed", "created", None)
    assert failed["error"]["code"] == "INTERVIEW_PROVIDER_UNAVAILABLE"
    monkeypatch.undo()
    assert actions(run(client, 42, 43)) == [(42, "started", "invited"), (43, "refreshed", "invited")]


def test_a_batch_step_refreshes_sessions_that_were_started_one_by_one(client: Client) -> None:
    score(client, start(client, 42)["session_id"])
    client.post(f"{SESSIONS}/{start(client, 43)['session_id']}/cancel")
    assert actions(run(client, 42, 43)) == [(42, "refreshed", "scored"), (43, "refreshed", "canceled")]


def test_the_progress_of_a_finished_batch_step_holds_its_response(client: Client) -> None:
    answer = run(client, 42, 43)
    progress = client.get(PROGRESS).json
    assert set(progress) == {"job_id", "step", "status", "done", "failed", "total", "output", "updated_at"}
    assert (progress["job_id"], progress["step"], progress["status"]) == (1, "interview", "success")
    assert (progress["done"], progress["total"]) == (2, 2)
    assert progress["output"] == answer


def test_a_batch_step_whose_candidates_all_fail_has_status_error(client: Client) -> None:
    run(client, 999_998, 999_999)
    assert client.get(PROGRESS).json["status"] == "error"


def test_progress_can_be_read_while_the_batch_step_runs(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int, int]] = []
    invite = DemoProvider.invite

    def watch(self: DemoProvider, invitee: object) -> object:
        now = client.get(PROGRESS).json
        seen.append((now["status"], now["done"], now["total"]))
        return invite(self, invitee)  # type: ignore[arg-type]

    monkeypatch.setattr(DemoProvider, "invite", watch)
    run(client, 42, 43, 44)
    assert {(status, total) for status, _, total in seen} == {("running", 3)}
    assert seen[0][1] == 0
    assert client.get(PROGRESS).json["done"] == 3


def test_the_progress_of_a_batch_step_that_never_ran_is_404(client: Client) -> None:
    refused(client.get(PROGRESS), "JOB_NOT_FOUND")


def test_all_candidates_of_a_job_missing_in_the_source_fail(client: Client) -> None:
    answer = run(client, 42, job_id=999)
    assert isinstance(answer, dict)
    assert answer["items"][0]["error"]["code"] == "CANDIDATE_NOT_FOUND"


def test_a_batch_step_refreshes_sessions_while_the_source_is_broken(make_app: MakeApp, environ: dict[str, str]) -> None:
    started = start(Client(make_app()), 42)
    Path(environ["TENER_INTERVIEW_SOURCE_DB_PATH"]).write_text("This is not a database. " * 50)
    answer = run(Client(make_app()), 42, 43)
    assert isinstance(answer, dict)
    assert answer["items"][0]["session_id"] == started["session_id"]
    assert [(item["action"], (item["error"] or {}).get("code")) for item in answer["items"]] == [
        ("refreshed", None), ("failed", "SOURCE_UNAVAILABLE"),
    ]


def test_a_batch_step_takes_at_most_500_candidates(client: Client) -> None:
    answer = run(client, *range(1_000_001, 1_000_501))
    assert counts(answer) == (0, 0, 0, 500)
    reply = client.post(STEP, {"job_id": 1, "candidate_ids": list(range(1, 502))})
    assert faulty_fields(reply) == {"candidate_ids"}


def test_an_invalid_batch_step_request_changes_nothing(client: Client, environ: dict[str, str]) -> None:
    before = stored(environ)
    good = {"job_id": 1, "candidate_ids": [42]}
    for field, values in {
        "job_id": (0, -1, 1.5, True, "one", None, 2**63),
        "candidate_ids": ([], "42", 42, {"0": 42}, None),
        "mode": ("start", "", 1, ["start_or_refresh"], True),
    }.items():
        for value in values:
            assert faulty_fields(client.post(STEP, {**good, field: value})) == {field}, repr(value)
    for job_id in ("0", "x", str(2**63)):
        assert faulty_fields(client.get(f"/api/jobs/{job_id}/steps/interview")) == {"job_id"}
    assert stored(environ) == before
