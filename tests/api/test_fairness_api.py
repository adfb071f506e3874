"""Comparing groups of candidates through the front door; of their categories nothing is kept."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fakes.client import Client, Reply
from fakes.front_door import refused, score, start, stored
from tener_interview.system import logs

FAIRNESS = "/api/jobs/1/fairness"
#: Words that are nowhere else.
LIST = "candidate_id,Zkolumn\n42,Qmale\n43,Qfemale\n44,Qmale\n45,Qfemale\n46,Qmale\n"


def compute(client: Client, text: str, **headers: str) -> Reply:
    return client.post(FAIRNESS, {"content_base64": base64.b64encode(text.encode()).decode()}, **headers)


def test_selection_rates_of_groups_are_compared(client: Client) -> None:
    for number in (42, 43, 44):
        score(client, start(client, number)["session_id"])
    start(client, 45)
    for number, decision in ((42, "advance"), (43, "reject"), (44, "hold")):
        decide(client, number, decision)
    reply = compute(client, LIST)
    assert reply.status == 200
    answer = reply.json
    assert answer["source"]["columns"] == ["Zkolumn"]
    assert (answer["source"]["rows"], answer["source"]["matched"], answer["source"]["not_in_job"]) == (5, 4, 1)
    assert answer["data"]["applicants"] == 4
    assert answer["data"]["versions"][0]["interviews"] == 3
    machine, human, decision = answer["measures"]
    assert (machine["people"], machine["without_value"]) == (3, 1)
    assert {tuple(group["categories"]): group["people"] for group in machine["breakdowns"][0]["groups"]} == {
        ("Qmale",): 2, ("Qfemale",): 1,
    }
    assert all(group["few_people"] for group in machine["breakdowns"][0]["groups"])
    assert human["people"] == 0
    assert (decision["people"], decision["selected"], decision["without_value"]) == (2, 1, 2)
    # As the body itself, the same comes out.
    raw = client.request("POST", FAIRNESS, body=LIST.encode("utf-16"), headers={"Content-Type": "text/csv; charset=x"})
    assert raw.json["measures"] == answer["measures"]


def test_candidates_of_a_category_list_are_found_by_address_or_whole_name(client: Client) -> None:
    for number, name, email in (
        (42, "Jane Zoë Doe", "jane@x.example"), (43, "Bo Chen", "bo@x.example"), (44, "Bo Chen", "b2@x.example"),
    ):
        score(client, start(client, number, candidate_name=name, candidate_email=email)["session_id"])
    for rows, found, faulty in (
        ("Name,Sex\nDoe Jane Zoe,f\nBo Chen,m\nJane,f\nQnobody,f\n", 1, [3, 4, 5]),
        ("Name,E-mail,Sex\nBo Chen,BO@x.example,m\nQ,jane@x.example,f\nBo Chen,qnobody@x.example,m\n,,f\n", 2, [4, 5]),
        ("Id,Name,Sex\n42,Bo Chen,f\n", 1, []),
    ):
        reply = compute(client, rows)
        source = reply.json["source"]
        assert (source["matched"], source["not_in_job"]) == (found, 0), rows
        assert [fault["row"] for fault in source["faults"]] == faulty
        assert "nobody" not in reply.text


def test_an_unreadable_category_list_is_refused_and_changes_nothing(client: Client, environ: Mapping[str, str]) -> None:
    before = stored(environ)
    refused(compute(client, "Qfemale,Qmale\n1,2\n"), "LIST_NOT_READABLE")
    refused(client.post(FAIRNESS, {"content_base64": "Qfemale"}), "VALIDATION_FAILED")
    refused(client.post(FAIRNESS, {}), "VALIDATION_FAILED")
    refused(client.request("POST", FAIRNESS, body=b"", headers={"Content-Type": "text/csv"}), "LIST_NOT_READABLE")
    refused(
        client.request("POST", FAIRNESS, body=b"candidate_id", headers={"Content-Type": "text/html"}),
        "UNSUPPORTED_MEDIA_TYPE",
    )
    assert stored(environ) == before


def test_no_content_of_the_category_list_is_stored_or_logged(
    client: Client, environ: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the database, the log, the keys of idempotency, files, errors, or the metrics."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logs.LOGGER.addHandler(handler)
    logs.LOGGER.setLevel(logging.DEBUG)
    start(client, 42)
    broken = LIST + "Qmale,Qfemale\n47,Qmale,Qmale\n"
    replies = [
        compute(client, LIST, Idempotency_Key="a-key"),
        compute(client, broken, Idempotency_Key="another-key"),
        compute(client, "Zkolumn\nQfemale\n", Idempotency_Key="a-third-key"),
        client.post(FAIRNESS, {"content_base64": "Qfemale!"}),
        client.request("POST", FAIRNESS, body=LIST.encode(), headers={"Content-Type": "text/csv"}),
    ]
    logs.LOGGER.removeHandler(handler)
    assert [reply.status for reply in replies] == [200, 200, 422, 400, 200]
    # With the same key and another list, the other list is computed.
    assert compute(client, broken, Idempotency_Key="a-key").json["source"]["rows"] == 7
    for reply in (replies[2], replies[3]):
        assert not words_of_the_list_in(reply.text)
    assert not words_of_the_list_in("".join(fault["reason"] for fault in replies[1].json["source"]["faults"]))
    service: Any = client.app
    with service.service.store.read() as tx:
        keys = ("a-key", "another-key", "a-third-key")
        assert [tx.idempotency.get(f"POST {FAIRNESS}", key) for key in keys] == [None] * 3
    everything = "\n".join([*stored(environ), log.getvalue(), client.get("/metrics").text])
    assert "fairness.computed" in everything
    assert FAIRNESS.replace("1", "{job_id}") in log.getvalue()
    assert not words_of_the_list_in(everything)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not words_of_the_list_in(path.read_bytes().decode("utf-8", "replace")), path


def decide(client: Client, candidate_id: int, decision: str) -> None:
    session = next(
        each for each in client.get("/api/interviews/sessions").json["items"] if each["candidate_id"] == candidate_id
    )
    path = f"/api/interviews/sessions/{session['session_id']}/decision"
    reasons = client.get("/api/decision-reasons").json["reasons"]
    reason = next((each["reason_id"] for each in reasons if each["decision"] == decision == "reject"), None)
    assert client.request("PUT", path, body={"decision": decision, "reason_id": reason}).status == 200


def words_of_the_list_in(text: str) -> list[str]:
    """What of the list is in a text: its words, or its base64."""
    encoded = base64.b64encode(LIST.encode()).decode()
    return [word for word in ("Zkolumn", "Qfemale", "Qmale", encoded[8:40]) if word in text]
