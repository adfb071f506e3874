"""A recruiter's list, read for a job: whom every row means, what is wrong with it, and what has to be asked."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from fakes.client import Client
from fakes.desk import write_source
from fakes.front_door import STEP, MakeApp, faulty_fields, start, stored
from for_each import for_each

READ = "/api/admin/jobs/1/candidates/read-list"
PEOPLE: dict[int, tuple[str, str | None]] = {
    42: ("Jane Doe", "jane@x.example"), 43: ("Erik Olsson", None), 44: ("Łukasz Żółć", "l@x.example"),
    45: ("Max Roe", None), 46: ("Max Roe", None), 47: ("María José García López", "mj@x.example"),
    48: ("Ann O'Neil", "team@x.example"), 49: ("Bob Ray", "team@x.example"),
}
FIRST_OWN_ID = 2**52


@pytest.fixture
def client(make_app: MakeApp, tmp_path: Path) -> Client:
    """A service whose main system has a job with these people."""
    write_source(tmp_path / "people.sqlite3", PEOPLE)
    return Client(make_app(TENER_INTERVIEW_SOURCE_DB_PATH=tmp_path / "people.sqlite3"))


def listed(client: Client, text: str | bytes, **more: Any) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    reply = client.post(READ, {"content_base64": base64.b64encode(raw).decode(), **more})
    assert reply.status == 200, reply.text
    return reply.json


def row_of(client: Client, *cells: str) -> Any:
    """The only row of a list with id, name and address."""
    quoted = ",".join(f'"{cell}"' for cell in cells)
    (row,) = listed(client, f"id,name,email\n{quoted}\n")["rows"]
    assert row["row"] == 2
    return row


FOUND: list[tuple[tuple[str, ...], int, str, str]] = [
    (("42", "", ""), 42, "id", "jane@x.example"),
    (("42", "Doe, Jane", "new@x.example"), 42, "id", "new@x.example"),
    (("42", "J. Doe", ""), 42, "id", "jane@x.example"),
    (("42", "Jane Smith", "JANE@x.example"), 42, "id", "JANE@x.example"),
    (("", "", "Jane@X.example"), 42, "email", "Jane@X.example"),
    (("", "zolc LUKASZ", ""), 44, "name", "l@x.example"),
    (("", "García López, María José", ""), 47, "name", "mj@x.example"),
    (("", "ann oneil", "team@x.example"), 48, "email", "team@x.example"),
    (("9001", "Zoë New", "z@x.example"), 9001, "given", "z@x.example"),
    # The service shortens and tidies a name rather than refuse it.
    (("9002", "x" * 201, "long@x.example"), 9002, "given", "long@x.example"),
    (("9003", "Ann\u202e", "ann@x.example"), 9003, "given", "ann@x.example"),
]
ASKED: list[tuple[tuple[str, ...], str, list[Any]]] = [
    (("43", "Maria Lopez", ""), "43 is Erik Olsson in this job; your list says Maria Lopez", [43, 47, "new"]),
    (("43", "Wendy Darling", ""), "your list says Wendy Darling", [43, "new"]),
    (("43", "Jane Doe", ""), "43 is Erik Olsson", [43, 42]),
    (("42", "Someone Else", "else@x.example"), "42 is Jane Doe", [42, "new"]),
    (("", "Max Roe", ""), "2 candidates", [45, 46, "new"]),
    (("", "", "team@x.example"), "2 candidates", [48, 49]),
    (("", "Jane Doe", "other@x.example"), "another address", [42, "new"]),
    (("", "Peter Pan", "jane@x.example"), "address of Jane Doe", [42]),
    (("9001", "Erik Olsson", ""), "This job has no candidate 9001", [43, 9001]),
    (("", "María García", ""), "Is it this candidate?", [47, "new"]),
    (("", "Jane Doe", "a@x.example; b@x.example"), "more than one e-mail address", [42, 42]),
]
FAULTY: list[tuple[tuple[str, ...], str]] = [
    (("abc", "Ann", ""), "not a whole number"), (("0", "Ann", ""), "not a whole number"),
    (("-5", "Ann", ""), "not a whole number"), (("4503599627370500", "Ann", ""), "too large"),
    (("99999999999999999", "Ann", ""), "too large"), (("42", "", "bob@"), "not an e-mail address"),
    (("", "4711", ""), "is not a name"), (("", "?!", ""), "is not a name"), (("", "٤٢", ""), "is not a name"),
    (("", "Ann", "ann@@x.example"), "not an e-mail address"), (("", "Ann", "see LinkedIn"), "not an e-mail address"),
    (("", "Doe", "d@x.example", "Jane"), "more cells than columns"),
]


def test_each_row_of_a_list_is_matched_asked_about_or_refused(client: Client) -> None:
    for cells, candidate_id, found_by, email in FOUND:
        row = row_of(client, *cells)
        assert (row["fault"], row["question"]) == (None, None), cells
        assert (row["candidate_id"], row["found_by"], row["candidate_email"]) == (candidate_id, found_by, email), cells
    for cells, words, choices in ASKED:
        row = row_of(client, *cells)
        assert (row["fault"], words in row["question"]) == (None, True), cells
        ids = [choice["candidate_id"] for choice in row["choices"]]
        assert ["new" if item >= FIRST_OWN_ID else item for item in ids] == choices, cells
        if words == "another address":
            assert "e-mail to other@x.example" in row["choices"][0]["label"]
    for cells, words in FAULTY:
        row = row_of(client, *cells)
        assert (words in row["fault"], row["question"]) == (True, None), cells


@for_each(("cells", "found_by", "name"), [
    (("", "Janet Roe-Smith", ""), "name", "Janet Roe-Smith"),
    (("", "ROE SMITH, janet", ""), "name", "ROE SMITH, janet"),
    (("", "Jane Doe", ""), "name", "Jane Doe"), (("42", "Jane Doe", ""), "id", "Jane Doe"),
    (("42", "Janet Roe-Smith", ""), "id", "Janet Roe-Smith"), (("", "", "NEW@x.example"), "email", "Janet Roe-Smith"),
    (("", "", "jane@x.example"), "email", "Janet Roe-Smith"),
])
def test_a_list_finds_a_candidate_by_the_old_and_the_corrected_name_and_address(
    client: Client, cells: tuple[str, ...], found_by: str, name: str
) -> None:
    session_id = start(client, 42)["session_id"]
    corrected = {"candidate_name": "Janet Roe-Smith", "candidate_email": "new@x.example"}
    assert client.request("PATCH", f"/api/interviews/sessions/{session_id}", body=corrected).status == 200
    row = row_of(client, *cells)
    assert (row["fault"], row["question"]) == (None, None)
    assert (row["candidate_id"], row["found_by"], row["candidate_name"]) == (42, found_by, name)


@pytest.mark.parametrize(("name", "asked"), [
    ("Peter Pan", True), ("Zoë", True), ("王芳", True),
    ("Wendy Darling", False), ("DARLING, Wendy", False), ("", False),
])
def test_a_row_with_an_id_of_another_person_in_another_job_is_asked_about(
    client: Client, name: str, asked: bool
) -> None:
    wendy = {"job_id": 5, "candidate_id": 9100, "candidate_name": "Wendy Darling", "unlisted": True}
    assert client.post("/api/interviews/sessions/start", wendy).status == 201
    row = row_of(client, "9100", name, "p@x.example")
    if not asked:
        assert (row["found_by"], row["candidate_id"], row["question"]) == ("given", 9100, None)
        return
    assert row["question"] == f"9100 is Wendy Darling in another job; your list says {name}."
    mine, new = row["choices"]
    assert (mine["candidate_id"], mine["candidate_name"]) == (9100, "Wendy Darling")
    assert (new["candidate_id"] >= FIRST_OWN_ID, new["candidate_name"]) == (True, name)


def test_an_invalid_row_of_a_list_fails_alone_and_is_named_by_its_number(client: Client) -> None:
    read = listed(client, 'sep=;\r\nMail;ID;City;Name\r\n;42;;\r\nbad@;7;;A\r\n\r\n;42;;\r\n"z@x.example";;;"Z\nZ"\r\n')
    assert [(row["row"], row["fault"]) for row in read["rows"]] == [
        (2, None), (3, "“bad@” is not an e-mail address."), (5, "The same id is in row 2."), (6, None),
    ]
    assert read["notes"] == ["Ignored: “City”."]
    assert [column["read_as"] for column in read["columns"]] == ["e-mail", "id", None, "name"]
    assert [(row["first_line"], row["last_line"]) for row in read["rows"]] == [(2, 2), (3, 3), (5, 5), (6, 7)]


def test_a_repeated_email_address_in_a_list_is_refused(client: Client) -> None:
    receivers = "Jane Doe <jane@x.example>; DOE Jane <jane@x.example>; New <n@x.example>; N <N@x.example>"
    rows = listed(client, receivers)["rows"]
    assert [row["fault"] for row in rows] == [
        None, "The same e-mail address is in row 1.", None, "The same e-mail address is in row 3.",
    ]


def test_an_unknown_person_in_a_list_gets_a_stable_new_id(client: Client, make_app: MakeApp, tmp_path: Path) -> None:
    text = "Name,Email\nZoë New,zoe@x.example\nNo Address,\n"
    first = listed(client, text)["rows"]
    ids = [item["candidate_id"] for item in first]
    assert all(item["found_by"] == "new" and 2**52 <= item["candidate_id"] < 2**53 for item in first)
    assert [row["candidate_id"] for row in listed(client, "Email\nZOE@x.example")["rows"]] == ids[:1]
    people = [
        {name: item[name] for name in ("candidate_id", "candidate_name", "candidate_email") if item[name]}
        for item in first
    ]
    sent = client.post(STEP, {"job_id": 1, "candidates": people}).json
    assert (sent["started"], sent["failed"]) == (2, 0)
    again = listed(client, text)["rows"]
    assert [(item["candidate_id"], item["session_status"]) for item in again] == [(item, "invited") for item in ids]
    client.request("DELETE", f"/api/candidates/{ids[0]}")
    assert listed(client, text)["rows"][0]["session_status"] is None
    other = Client(make_app(
        TENER_INTERVIEW_TOKEN_SECRET="another-secret-for-tests", TENER_INTERVIEW_DB_PATH=tmp_path / "other.sqlite3",
        TENER_INTERVIEW_DATABASE_URL="",
    ))
    assert listed(other, text)["rows"][0]["candidate_id"] != ids[0]


def test_without_the_source_rows_with_an_id_are_accepted_and_others_refused(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite3").write_bytes(b"not a database at all" * 100)
    client = Client(make_app(TENER_INTERVIEW_SOURCE_DB_PATH=tmp_path / "broken.sqlite3"))
    read = listed(client, "id,name\n42,Jane\n,Max Roe\n")
    assert [row["fault"] is None for row in read["rows"]] == [True, False]
    assert "cannot be looked up at the moment" in read["notes"][0]


def test_a_candidate_invited_from_a_list_is_found_by_name_in_a_later_list(client: Client) -> None:
    start(client, 9001, candidate_name="Zoë Newcomer", candidate_email="zoe@x.example")
    assert row_of(client, "", "newcomer zoe", "")["candidate_id"] == 9001


def test_the_encoding_of_a_list_can_be_chosen(client: Client) -> None:
    raw = "Name\nDvořák\n".encode("cp1250")
    guessed = listed(client, raw)
    assert (guessed["encoding"], guessed["encoding_guessed"]) == ("windows-1252", True)
    chosen = listed(client, raw, encoding="windows-1250")
    assert (chosen["rows"][0]["candidate_name"], chosen["encoding_guessed"]) == ("Dvořák", False)


def test_a_list_is_not_stored_for_its_idempotency_key(client: Client, environ: dict[str, str]) -> None:
    body = {"content_base64": base64.b64encode(b"Name,Email\nZoe Newcomer,zoe@x.example\n").decode()}
    for _ in range(2):
        reply = client.post(READ, body, Idempotency_Key="k")
        assert "idempotent-replayed" not in reply.headers
    assert not [line for line in stored(environ) if "Newcomer" in line]


def test_workbooks_and_invalid_uploads_are_refused_as_lists(client: Client) -> None:
    workbook = base64.b64encode(b"PK\x03\x04xl/workbook.xml").decode()
    assert client.post(READ, {"content_base64": workbook}).json["code"] == "LIST_NOT_READABLE"
    for body in ({}, {"content_base64": "*"}, {"content_base64": 5}, {"content_base64": "AAAA", "encoding": "ebcdic"}):
        assert faulty_fields(client.post(READ, body))
    large = base64.b64encode(b"a" * (3 * 1024 * 1024 + 1)).decode()
    assert client.post(READ, {"content_base64": large}).status in (400, 413)


def test_a_list_of_2500_rows_is_matched_up_to_the_limit_of_2000(client: Client) -> None:
    rows = "".join(f"Person {number} Doe,person{number}@x.example\n" for number in range(2_500))
    read = listed(client, f"Name,Email\n{rows}")
    assert (len(read["rows"]), read["total_rows"]) == (2_000, 2_500)
    assert not any(row["fault"] or row["question"] for row in read["rows"])
