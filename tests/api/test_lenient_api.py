"""What machines send almost right is taken for what it means, and the answer says so."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.client import Client
from fakes.front_door import SESSIONS, START, STEP, faulty_fields, refused, start
from for_each import for_each


def adjusted(client: Client, **more: Any) -> dict[str, tuple[Any, Any]]:
    """What a start took in place of what was sent: by field, (sent, taken)."""
    told = start(client, **more)["adjusted"]
    assert all(set(answer) == {"field", "sent", "taken", "reason"} and answer["reason"] for answer in told)
    return {answer["field"]: (answer["sent"], answer["taken"]) for answer in told}


@for_each(
    ("sent", "tag"),
    [
        ("dutch", "nl"), ("Chinese (Simplified)", "zh-Hans"), ("CHINESE, TRADITIONAL", "zh-Hant"),
        ("中文\uff08简体\uff09", "zh-Hans"), ("português do Brasil", "pt-BR"), ("Brazilian Portuguese", "pt-BR"),
        ("en_US.UTF-8", "en-US"), (" English ", "en"), ("Spanish (Latin America)", "es-419"), ("Español", "es"),
        ("русский язык", "ru"), ("हिन्दी", "hi"), ("日本語", "ja"), ("Tiếng Việt", "vi"), ("bahasa indonesia", "id"),
        ("British English", "en-GB"), ("fra", "fr"), ("Flemish", "nl-BE"),
        ("Mandarin Chinese", "zh"), ("norwegian bokmål", "nb"), ("العربية", "ar"), ("swiss german", "de-CH"),
    ],
)
def test_a_language_name_is_converted_to_its_tag(client: Client, sent: str, tag: str) -> None:
    assert adjusted(client, language=sent) == ({} if sent.strip().casefold() == tag else {"language": (sent, tag)})
    assert client.get(SESSIONS).json["items"][0]["language"] == tag


@for_each(("sent", "kept"), [("EN", "en"), ("zh-hans", "zh-Hans"), ("en", "en"), ("pt_br", "pt-BR")])
def test_a_language_tag_may_be_written_in_any_case(client: Client, sent: str, kept: str) -> None:
    assert adjusted(client, language=sent) == {}
    assert client.get(SESSIONS).json["items"][0]["language"] == kept


@for_each(
    "sent",
    ["klingon", "english, spanish", "any", "n/a", "xx", "C.UTF-8", "en-", "12", '"><script>', "x" * 5000, "nul\0byte",
     7, True, ["en"], {"code": "en"}],
)
def test_an_unknown_language_is_ignored_and_the_start_succeeds(client: Client, sent: Any) -> None:
    (told,) = start(client, language=sent)["adjusted"]
    assert (told["field"], told["taken"]) == ("language", None)
    assert len(str(told["sent"])) <= 100
    assert client.get(SESSIONS).json["items"][0]["language"] is None


@for_each("sent", ["42", " 42 ", 42.0, "042"])
def test_ids_may_be_digits_in_text(client: Client, sent: Any) -> None:
    assert adjusted(client, candidate_id=sent, job_id=sent, conversation_id=sent, unlisted=True) == {}
    session = client.get(SESSIONS).json["items"][0]
    assert (session["job_id"], session["candidate_id"], session["conversation_id"]) == (42, 42, 42)


@pytest.mark.parametrize(("sent", "taken"), [("true", True), ("FALSE", False), (" True ", True), ("false", False)])
def test_true_and_false_may_be_text(client: Client, sent: str, taken: bool) -> None:
    first = start(client, unlisted=sent, confirm_paused=sent, use_earlier_interview=sent)
    assert {item["field"]: (item["sent"], item["taken"]) for item in first["adjusted"]} == dict.fromkeys(
        ("unlisted", "confirm_paused", "use_earlier_interview"), (sent, taken)
    )
    session = f"{SESSIONS}/{first['session_id']}"
    step = {"job_id": 1, "candidate_ids": [42], "unlisted": sent}
    for path, body, field in (
        (f"{session}/link", {"revoke": sent}, "revoke"), (f"{session}/refresh", {"force": sent}, "force"),
        (STEP, step, "unlisted"), ("/api/admin/jobs/1/sessions/refresh", {"force": sent}, "force"),
    ):
        reply = client.post(path, body)
        assert reply.status == 200, path
        told = [(item["field"], item["taken"]) for item in reply.json.get("adjusted", [])]
        assert told == ([(field, taken)] if path.endswith("/link") else [])
    revoked = client.get(session).json["entry_url"] != first["entry_url"]
    assert revoked is taken


@for_each("sent", ["yes", "1", 1, 0, "truee", ["true"], "null"])
def test_a_boolean_that_is_neither_true_nor_false_is_refused(client: Client, sent: Any) -> None:
    body = {"job_id": 1, "candidate_id": 42, "unlisted": sent}
    assert set(faulty_fields(client.post(START, body))) == {"unlisted"}
    assert client.get(SESSIONS).json["items"] == []


@for_each("sent", ["", " ", None])
def test_an_empty_boolean_counts_as_missing(client: Client, sent: Any) -> None:
    assert start(client, unlisted=sent)["adjusted"] == []


@for_each("sent", ["c-77", -1, 1.5, 2**63, True, [1], "7e3"])
def test_a_conversation_id_that_is_no_number_is_ignored(client: Client, sent: Any) -> None:
    assert adjusted(client, conversation_id=sent)["conversation_id"][1] is None


@for_each(
    ("sent", "taken"),
    [(0, 1), (-5, 1), (8761, 8760), ("9000", 8760), ("-3", 1), (1e300, 8760), (10**30, 8760), (1.5, 2), ("71.2", 72),
     ("9" * 400, 8760), ("-" + "9" * 30 + ".5", 1)],
)
def test_a_link_lifetime_out_of_bounds_becomes_the_nearest_allowed_one(client: Client, sent: Any, taken: int) -> None:
    first = start(client, ttl_hours=sent)
    assert [(item["field"], item["taken"]) for item in first["adjusted"]] == [("ttl_hours", taken)]
    exact = start(client, 43, ttl_hours=taken)
    assert (exact["adjusted"], exact["expires_at"]) == ([], first["expires_at"])
    renewed = client.post(f"{SESSIONS}/{first['session_id']}/link", {"ttl_hours": sent, "revoke": True}).json
    assert [item["taken"] for item in renewed["adjusted"]] == [taken]


@pytest.mark.parametrize(
    ("written", "taken"), [("1e999", 8760), ("-1e999", 1), ("1e400", 8760), ("-" + "9" * 400 + ".0", 1)]
)
def test_a_huge_link_lifetime_becomes_the_longest_allowed_one(client: Client, written: str, taken: int) -> None:
    body = b'{"job_id": 1, "candidate_id": 42, "ttl_hours": %s}' % written.encode()
    reply = client.post(START, body)
    assert reply.status == 201, reply.text
    assert [item["taken"] for item in reply.json["adjusted"]] == [taken]


@pytest.mark.parametrize("written", ["1e999", "-1e999"])
def test_a_candidate_id_beyond_the_integer_range_is_refused(client: Client, written: str) -> None:
    bodies = [
        (START, '{"job_id": 1, "candidate_id": %s}'), (START, '{"job_id": %s, "candidate_id": 42}'),
        (STEP, '{"job_id": %s, "candidate_ids": [42]}'),
    ]
    for url, body in bodies:
        refused(client.post(url, (body % written).encode()), "VALIDATION_FAILED")
    reply = client.post(STEP, b'{"job_id": 1, "candidate_ids": [%s, 42]}' % written.encode())
    assert [item["action"] for item in reply.json["items"]] == ["failed", "started"]
    left_out = client.post(START, b'{"job_id": 1, "candidate_id": 43, "conversation_id": %s}' % written.encode())
    assert [item["taken"] for item in left_out.json["adjusted"]] == [None]


def test_a_byte_order_mark_before_json_is_ignored(client: Client) -> None:
    reply = client.post(START, b'\xef\xbb\xbf{"job_id": 1, "candidate_id": 42}')
    assert reply.status == 201, reply.text
    refused(client.post(START, b'\xef\xbb\xbf\xef\xbb\xbf{"job_id": 1}'), "INVALID_JSON")


@for_each("bad", [None, [42], 7.5])
def test_the_error_of_a_candidate_in_a_batch_names_the_invalid_value(client: Client, bad: Any) -> None:
    for field in ("candidate_ids", "candidates"):
        (item,) = client.post(STEP, {"job_id": 1, field: [bad]}).json["items"]
        assert "skipped: the entry must be a " in item["error"]["message"]
    (item,) = client.post(STEP, {"job_id": 1, "candidates": [{"candidate_id": bad}]}).json["items"]
    assert "skipped: candidate_id " in item["error"]["message"]


@for_each("sent", ["72", " 72 ", 72.0, "72.0"])
def test_a_link_lifetime_may_be_text_or_a_decimal(client: Client, sent: Any) -> None:
    assert adjusted(client, ttl_hours=sent) == {}


@for_each("nothing", ["", "  ", None])
def test_empty_optional_fields_count_as_missing(client: Client, nothing: str | None) -> None:
    names = ("candidate_name", "candidate_email", "conversation_id", "language", "ttl_hours")
    assert adjusted(client, **dict.fromkeys(names, nothing)) == {}
    session = client.get(SESSIONS).json["items"][0]
    assert (session["conversation_id"], session["language"]) == (None, None)


def test_control_characters_are_removed_from_a_candidate_name(client: Client) -> None:
    assert adjusted(client, candidate_name="Jane\nDoe\u202e\0") == {
        "candidate_name": ("Jane\nDoe\u202e\0", "Jane Doe"),
    }
    assert adjusted(client, candidate_id=43, candidate_name="y" * 500)["candidate_name"][1] == "y" * 200


def test_ambiguous_values_of_a_start_are_refused(client: Client) -> None:
    for field, value in {
        "candidate_email": "jane(at)example.com", "candidate_id": "4.2", "job_id": "-1", "ttl_hours": "for ever",
    }.items():
        assert faulty_fields(client.post(START, {"job_id": 1, "candidate_id": 42, field: value})) == {field}
    assert client.get(SESSIONS).json["items"] == []


def items_of(client: Client, **body: Any) -> list[tuple[Any, str, str | None]]:
    reply = client.post(STEP, {"job_id": "1", **body})
    assert reply.status == 200, reply.text
    return [(item["candidate_id"], item["action"], item["error"] and item["error"]["code"])
            for item in reply.json["items"]]


@pytest.mark.parametrize("bad", [0, -1, 4.2, "x", "", None, True, [42], 2**63, "1e3"])
def test_an_invalid_candidate_id_in_a_batch_fails_alone(client: Client, bad: Any) -> None:
    told = "[42]" if isinstance(bad, list) else str(bad) if bad == 2**63 else bad
    assert items_of(client, candidate_ids=[42, bad, "43", 42.0, "42", bad]) == [
        (42, "started", None), (told, "failed", "VALIDATION_FAILED"), (43, "started", None),
    ]
    progress = client.get("/api/jobs/1/steps/interview").json
    assert (progress["status"], progress["done"], progress["failed"], progress["total"]) == ("partial", 3, 1, 3)


def test_an_invalid_candidate_in_a_batch_fails_alone(client: Client) -> None:
    jane = {"candidate_id": "7", "candidate_name": "Jane"}
    given = [jane, {"candidate_id": 8, "candidate_email": "nobody"}, "nine", {"candidate_name": "No Id"}]
    assert items_of(client, candidate_ids=[42, "8"], candidates=given) == [
        (42, "started", None), (8, "failed", "VALIDATION_FAILED"), (7, "started", None),
        ("nine", "failed", "VALIDATION_FAILED"), (None, "failed", "VALIDATION_FAILED"),
    ]
    assert client.get(f"{SESSIONS}?candidate_id=7").json["items"][0]["candidate_name"] == "Jane"


def test_a_batch_of_only_invalid_ids_returns_an_error_per_candidate(client: Client) -> None:
    assert items_of(client, candidate_ids=["x", 0]) == [
        ("x", "failed", "VALIDATION_FAILED"), (0, "failed", "VALIDATION_FAILED"),
    ]
    assert client.get("/api/jobs/1/steps/interview").json["status"] == "error"
