"""The official client of the protocol (PyPI: mcp) uses the tools over real HTTP, in both ways that it can begin."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.assistant import Call, api_token, run_official_client, served
from fakes.client import Client
from fakes.front_door import ADMIN_TOKEN, BEARER, MakeApp, score
from fakes.users import add_user
from lazy_module import LazyModule
from tener_interview.actor import Role
from tener_interview.api.assistants.tools import TOOLS

mcp = LazyModule("mcp")


def contents(results: list[Any]) -> list[Any]:
    """What tools returned, which all went right."""
    assert [result.content for result in results if result.is_error] == []
    return [result.structured_content for result in results]


def test_the_official_client_can_take_a_job_from_plan_to_ranking(make_app: MakeApp) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    token = api_token(app, add_user(app, Role.RECRUITER))
    with served(app) as url:
        wanted = {"job_id": 1, "candidate_ids": [42, 43]}
        begun, tools = run_official_client(url, token, [
            ("list_jobs", {}), ("list_candidates", {"job_id": 1}), ("get_plan", {"job_id": 1}),
            ("start_interviews", wanted), ("start_interviews", {**wanted, "dry_run": False}),
            ("list_waiting", {"job_id": 1}), ("remind", wanted),
        ])
        assert [tool.name for tool in tools] == [tool.name for tool in TOOLS]
        jobs, candidates, _, tried, started, waiting, reminded = contents(begun)
        assert jobs["total"] == 4
        assert {42, 43} <= {item["candidate_id"] for item in candidates["candidates"]}
        assert (tried["invitations"], started["invitations"], waiting["total"]) == (2, 2, 2)
        assert ["/i/" in item["text"] for item in reminded["candidates"]] == [True, True]
        session_id = started["candidates"][0]["session_id"]
        for item in started["candidates"]:
            score(Client(app, BEARER), item["session_id"])
        # The same by a client that begins with a handshake.
        read, _ = run_official_client(url, token, [
            ("get_leaderboard", {"job_id": 1}), ("get_scorecard", {"session_id": session_id}), ("compare", wanted),
            ("list_waiting", {"job_id": 1, "waiting_for": "decision"}),
            ("add_review_note", {"session_id": session_id, "text": "Convincing."}), ("get_agreement", {}),
        ], mode="legacy")
        board, card, compared, undecided, noted, agreement = contents(read)
        assert {item["candidate_id"] for item in board["candidates"]} == {42, 43}
        assert card["answers"][0]["transcript"]["source"] == "candidate"
        assert [item["candidate_id"] for item in compared["candidates"]] == [42, 43]
        assert (undecided["total"], noted["added"], agreement["demo"]) == (2, True, True)


def test_the_official_client_lists_the_tools_of_each_role(make_app: MakeApp) -> None:
    app = make_app(TENER_INTERVIEW_ADMIN_TOKEN=ADMIN_TOKEN)
    reviewer = api_token(app, add_user(app, Role.REVIEWER, job_ids=[1]))
    with served(app) as url:
        results, tools = run_official_client(url, reviewer, [
            ("list_jobs", {}), ("get_leaderboard", {"job_id": 1}), ("get_scorecard", {"session_id": "iv_unknown"}),
        ])
        assert len(tools) == 4
        assert [result.is_error for result in results] == [False, True, True]
        assert "INTERVIEW_SESSION_NOT_FOUND" in results[2].content[0].text
        calls: list[Call] = [("list_jobs", {"q": "nothing like that"})]
        admins, tools = run_official_client(url, ADMIN_TOKEN, calls, mode="2026-07-28")
        assert (admins[0].structured_content["jobs"], len(tools)) == ([], len(TOOLS))
        for token in (None, "tener_invented"):
            with pytest.raises((mcp.MCPError, ExceptionGroup)):
                run_official_client(url, token)
        with pytest.raises((mcp.MCPError, ExceptionGroup)) as refusal:
            run_official_client(url, reviewer, [("decide", {})])
        assert "no tool" in str(getattr(refusal.value, "exceptions", refusal.value))


def test_assistants_need_no_token_for_a_demo_on_this_machine(make_app: MakeApp) -> None:
    with served(make_app()) as url:
        calls: list[Call] = [("list_jobs", {"limit": 1}), ("get_plan", {"job_id": 1, "version": "draft"})]
        results, _ = run_official_client(url, None, calls)
        jobs, plan = contents(results)
        assert (len(jobs["jobs"]), jobs["next_offset"], plan["state"]) == (1, 1, "none")
