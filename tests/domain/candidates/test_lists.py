"""Lists as people have them: any encoding, separator and names of columns come to the same candidates."""

# ruff: noqa: RUF001 - names are written in every script

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.domain.candidates.lists.cells import read_row
from tener_interview.domain.candidates.lists.columns import detect_layout, is_known_header
from tener_interview.domain.candidates.lists.decoding import ENCODINGS, decode
from tener_interview.domain.candidates.lists.table import read_table
from tener_interview.errors import Problem

Read = list[tuple[int, int | str | None, str | None, tuple[str, ...]]]


def rows_of(raw: bytes | str) -> Read:
    """Row, id, name and addresses of every candidate."""
    decoded = decode(raw.encode() if isinstance(raw, str) else raw)
    layout = detect_layout(read_table(decoded.text, is_known_header))
    found = ((row.number, read_row(row, layout.columns)) for row in layout.rows)
    return [(number, item.candidate_id, item.name, item.emails) for number, item in found]


WESTERN = "Name;E-Mail\r\nJörg Groß;joerg@x.example\r\n\"Łódź\".;\r\n".replace('"Łódź".', "Zoë Núñez")
CYRILLIC = "ФИО;Почта\r\nАлёна Щукина;alena@x.example\r\nПётр Ильин;\r\n"
POLISH = "Name,Email\nŁukasz Żółć,l@x.example\nWałęsa Ćwik,w@x.example\n"
CHINESE = "姓名,Email\n王芳,wang@x.example\n张伟,wei@x.example\n"


@for_each(("text", "codec", "name", "guessed"), [
    (WESTERN, "utf-8", "utf-8", False), (WESTERN, "utf-8-sig", "utf-8", False),
    (WESTERN, "utf-16", "utf-16le", False), (WESTERN, "utf-16-le", "utf-16le", False),
    (WESTERN, "utf-16-be", "utf-16be", False), (CYRILLIC, "utf-16-be", "utf-16be", False),
    (WESTERN, "cp1252", "windows-1252", True), (WESTERN, "mac_roman", "macintosh", True),
    (CYRILLIC, "cp1251", "windows-1251", True), (CYRILLIC, "koi8_r", "koi8-r", True),
    (POLISH, "cp1250", "windows-1250", True),
    ("Name;Mail\nŠárka Nováková;\nŘehoř Žák;", "cp1250", "windows-1250", True),
    ("Name\nAyşe Yılmaz\nDoğan Işık", "cp1254", "windows-1254", True),
    ("Name\nGuðrún Þórsdóttir\nÆgir", "cp1252", "windows-1252", True),
    ("Name\nΓιώργος Παππάς", "cp1253", "windows-1253", True), ("Name\nדוד כהן", "cp1255", "windows-1255", True),
    ("Name\nمحمد علي", "cp1256", "windows-1256", True), ("Name\n山田 太郎", "cp932", "shift_jis", True),
    ("Name\nJan Novotný", "cp1250", "windows-1252", True), (CHINESE, "gb18030", "gb18030", True),
])
def test_lists_in_every_spreadsheet_encoding_are_decoded(text: str, codec: str, name: str, guessed: bool) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text.replace("\r\n", "\n"), name, guessed)
    assert decode(text.encode(codec), name).text == decoded.text


@for_each(("raw", "kind", "advice"), [
    (b"PK\x03\x04\x14\0[Content_Types].xml...xl/workbook.xml", "xlsx", "CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls", "Save As"),
    (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "ods", "LibreOffice"),
    (b"PK\x03\x04..Index/Document.iwa", "numbers", "Export To"),
    (b"PK\x03\x04..word/document.xml", "docx", "paste"), (b"%PDF-1.7\n", "pdf", "paste"),
    (b"PK\x03\x04list.csv", "archive", "Unpack"), (b"<html><table>", "html", "CSV"),
    (b"\x89PNG\r\n\x1a\n", "picture", "CSV"), (bytes(range(256)) * 4, "binary", "CSV"),
])
def test_binary_files_are_refused_as_lists_with_their_kind(raw: bytes, kind: str, advice: str) -> None:
    with pytest.raises(Problem) as caught:
        decode(raw)
    assert caught.value.code == "LIST_NOT_READABLE"
    assert caught.value.details == {"kind": kind}
    assert advice in caught.value.error


JANE_AND_MAX = [(2, 42, "Jane Doe", ("jane@x.example",)), (3, 43, "Max Roe", ())]


@for_each("text", [
    "candidate_id,candidate_name,candidate_email\n42,Jane Doe,jane@x.example\n43,Max Roe,\n",
    "E-mail;Full Name;Phone;ID\r\njane@x.example;Jane Doe;+49 30 1;42\r\n;Max Roe;;43;;\r\n",
    "Candidate ID\tFirst name\tLast name\tE-Mail-Adresse\n42\tJane\tDoe\tjane@x.example\n43\tMax\tRoe\n",
    "Vorname|Name|Kandidaten-ID|Mail\nJane|Doe|42|jane@x.example\nMax|Roe|43|-\n",
    "Nom,Prénom,Courriel,Identifiant\rDoe,Jane,jane@x.example,42\rRoe,Max,n/a,43\r",
    "sep=;\nApellidos;Nombre;Correo electrónico;ID\nDoe;Jane;jane@x.example;42\nRoe;Max;;43",
    "ID;Nome;Sobrenome;Endereço de e-mail\n42;Jane;Doe;jane@x.example\n43;Max;Roe;",
    "Фамилия;Имя;Почта;ИД\nDoe;Jane;jane@x.example;42\nRoe;Max;;43",
    'ID,"Name",Email\n="42","Jane\nDoe","Jane Doe <mailto:jane@x.example>;"\n43.0,Max  Roe,\n',
    "Achternaam;Tussenvoegsel;Voornaam;Kandidaatnummer;E-mailadres\nDoe;;Jane;42;jane@x.example\nRoe;;Max;43;",
    "Imię;Nazwisko;ID;Adres e-mail\nJane;Doe;42;jane@x.example\nMax;Roe;43;",
    "Soyadı;Adı;ID;E-posta\nDoe;Jane;42;jane@x.example\nRoe;Max;43;",
    "Ad;Name;ID;E-mail\nLinkedIn;Jane Doe;42;jane@x.example\nXing;Max Roe;43;",
    "Last name,Ad,First name,ID,E-mail\nDoe,LinkedIn,Jane,42,jane@x.example\nRoe,Xing,Max,43,\n",
    "氏名,ID,メールアドレス\nJane Doe,42,jane@x.example\nMax Roe,43,\n",
    "Full name,Contact,ID\nJane Doe,jane@x.example,42\nMax Roe,,43\n",
    "Name;Candidate;ID\nJane Doe;mailto:jane@x.example;42\nMax Roe;;43\n",
    "#,Name,candidate id,e-mail address\n1,Jane Doe,４２,jane＠x.example.\n2,Max Roe,#43,none\n",
])
def test_columns_of_a_list_are_found_by_usual_names_in_any_order(text: str) -> None:
    assert rows_of(text) == JANE_AND_MAX


@for_each(("text", "found"), [
    ("42,Jane Doe,jane@x.example\n43,Max Roe,", [(1, 42, "Jane Doe", ("jane@x.example",)), (2, 43, "Max Roe", ())]),
    ("Jane\tDoe\tjane@x.example\nMax\tRoe\tmax@x.example", [
        (1, None, "Jane Doe", ("jane@x.example",)), (2, None, "Max Roe", ("max@x.example",)),
    ]),
    ("Doe, Jane <jane@x.example>; Roe, Max <max@x.example>", [
        (1, None, "Doe, Jane", ("jane@x.example",)), (2, None, "Roe, Max", ("max@x.example",)),
    ]),
    ('"Doe, Jane" <jane@x.example>, Max Roe <max@x.example>,', [
        (1, None, "Doe, Jane", ("jane@x.example",)), (2, None, "Max Roe", ("max@x.example",)),
    ]),
    ("jane@x.example\n\nmax@x.example\n", [(1, None, None, ("jane@x.example",)), (3, None, None, ("max@x.example",))]),
    ("jane@x.example, max@x.example", [(1, None, None, ("jane@x.example",)), (2, None, None, ("max@x.example",))]),
    ("Who;Where to\nJane Doe;jane@x.example\n", [(2, None, "Jane Doe", ("jane@x.example",))]),
    ("Jane Doe - jane@x.example\nMax Roe max@x.example", [
        (1, None, "Jane Doe", ("jane@x.example",)), (2, None, "Max Roe", ("max@x.example",)),
    ]),
    ("1. Jane Doe\n2) Max Roe\n", [(1, None, "Jane Doe", ()), (2, None, "Max Roe", ())]),
    ("• Jane Doe <jane@x.example>", [(1, None, "Jane Doe", ("jane@x.example",))]),
    ("Name,Email,Email 2\nJane,,jane@x.example", [(2, None, "Jane", ("jane@x.example",))]),
    ("Name,Email\nMax,max roe@x.example", [(2, None, "Max", ("max roe@x.example",))]),
    ("Jane Doe\nMax Roe\n", [(1, None, "Jane Doe", ()), (2, None, "Max Roe", ())]),
    ("name,email\n\n\nJane,jane @ x.example\n", [(4, None, "Jane", ("jane@x.example",))]),
    ("name,email\nJane,a@x.example / b@x.example\n", [(2, None, "Jane", ("a@x.example", "b@x.example"))]),
    ("", []), ("\n \n", []),
    ("Nachname,Vorname\n王,芳\n", [(2, None, "王芳", ())]),
    ('Name,Email\n"Jane,jane@x.example\nMax,max@x.example\n', [
        (2, None, "Jane", ("jane@x.example",)), (3, None, "Max", ("max@x.example",)),
    ]),
    ("=cmd|' /C calc'!A0,jane@x.example", [(1, None, "=cmd|' /C calc'!A0", ("jane@x.example",))]),
    ("имя,почта\nЖанна,жанна@пример.рф", [(2, None, "Жанна", ("жанна@пример.рф",))]),
])
def test_lists_without_a_header_or_ids_are_read(text: str, found: Read) -> None:
    assert rows_of(text) == found


def test_each_row_of_a_list_knows_its_line_numbers() -> None:
    table = read_table('sep=,\nname\n"Jane\nDoe"\n\nMax', is_known_header)
    assert [(row.number, row.line, row.last_line) for row in table.rows] == [(1, 1, 1), (2, 2, 3), (4, 5, 5)]


def refusal(raw: bytes, encoding: str | None) -> str | None:
    """Why the bytes are no list; None for a list."""
    try:
        table = read_table(decode(raw, encoding).text, is_known_header)
    except Problem as problem:
        return problem.code
    layout = detect_layout(table)
    for row in layout.rows:
        read_row(row, layout.columns)
    return None


@given(st.binary(max_size=300), st.sampled_from([None, *ENCODINGS]))
def test_any_bytes_are_read_as_a_list_or_refused(raw: bytes, encoding: str | None) -> None:
    assert refusal(raw, encoding) in (None, "LIST_NOT_READABLE")


@for_each("text", [" " * 200_000, "a@b" * 50_000, "<" * 100_000, '"' * 100_000, "a;\t,|" * 40_000])
def test_no_list_text_takes_long_to_read(text: str) -> None:
    assert refusal(text.encode(), None) in (None, "LIST_NOT_READABLE")
