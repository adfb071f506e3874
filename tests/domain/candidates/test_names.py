"""How a name is taken apart: the greeting and what the provider is sent are right, or the whole name is used."""

# ruff: noqa: RUF001 - names are written in every script

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fakes.desk import MakeDesk, write_source
from for_each import for_each
from tener_interview.domain.candidates.names import NAME_PART_UNITS, greeting_name, name_parts, tidy_name

APART = [
    ("Jane Doe", "Jane", "Jane", "Doe"),
    ("Jane", "Jane", "Jane", None),
    ("Roe, Richard", "Richard", "Richard", "Roe"),
    ("ROE,Richard Allan", "Richard", "Richard Allan", "ROE"),
    ("von der Leyen, Ursula", "Ursula", "Ursula", "von der Leyen"),
    ("Beethoven, Ludwig van", "Ludwig", "Ludwig", "van Beethoven"),
    ("García López, María José", "María José", "María José", "García López"),
    ("Smith Jr., John", "John", "John", "Smith"),
    ("Herr Prof. Dr. Max von der Leyen", "Max", "Max", "von der Leyen"),
    ("Prof.Dr. Anna Schmidt", "Anna", "Anna", "Schmidt"),
    ("Dra. Ana Souza", "Ana", "Ana", "Souza"),
    ("Prof. Dr. med. Hans Schmidt", "Hans", "Hans", "Schmidt"),
    ("Dr. rer. nat. Eva Klein", "Eva", "Eva", "Klein"),
    ("Dr. med. dent. h.c. Max Roth", "Max", "Max", "Roth"),
    ("Klein, Dr. phil. habil. Eva", "Eva", "Eva", "Klein"),
    ("prof. dr hab. inż. Jan Kowalski", "Jan", "Jan", "Kowalski"),
    ("Univ.-Prof. Mag. iur. Paul Lehner", "Paul", "Paul", "Lehner"),
    ("Dr.-Ing. Jan Otto", "Jan", "Jan", "Otto"),
    ("JUDr. Petr Novák", "Petr", "Petr", "Novák"),
    ("Smt. Priya Shah", "Priya", "Priya", "Shah"),
    ("к.т.н. Екатерина Смирнова", "Екатерина", "Екатерина", "Смирнова"),
    ("г-н Пётр Кузнецов", "Пётр", "Пётр", "Кузнецов"),
    ("Richard Roe, PhD, MBA", "Richard", "Richard", "Roe"),
    ("Roe, Richard, M.Sc.", "Richard", "Richard", "Roe"),
    ("John Smith Jr.", "John", "John", "Smith"),
    ("Jane Doe, Senior Engineer", "Jane", "Jane", "Doe"),
    ("Vincent van Gogh", "Vincent", "Vincent", "van Gogh"),
    ("Juan de la Cruz", "Juan", "Juan", "de la Cruz"),
    ("Ibrahim al-Masri", "Ibrahim", "Ibrahim", "al-Masri"),
    ("Seán Ó Briain", "Seán", "Seán", "Ó Briain"),
    ("Juan Carlos Pérez Gómez", "Juan Carlos", "Juan Carlos", "Pérez Gómez"),
    ("Jean-Luc O'Neil", "Jean-Luc", "Jean-Luc", "O'Neil"),
    ("JANE DOE", "Jane", "JANE", "DOE"),
    ("jean-luc picard", "Jean-Luc", "jean-luc", "picard"),
    ("DUPONT Jean", "Jean", "Jean", "DUPONT"),
    ("Jean van DAMME", "Jean", "Jean", "van DAMME"),
    ("IŞIL YILMAZ", "IŞIL", "IŞIL", "YILMAZ"),
    ("Сидоров Пётр Ильич", "Пётр", "Пётр Ильич", "Сидоров"),
    ("Анна Сергеевна Ковалёва", "Анна", "Анна Сергеевна", "Ковалёва"),
    ("Екатерина Смирнова", "Екатерина", "Екатерина", "Смирнова"),
    ("Ελένη Παπαδοπούλου", "Ελένη", "Ελένη", "Παπαδοπούλου"),
    ("Jane Doe ✅ | Open to work", "Jane", "Jane", "Doe"),
    ("Jane 👩🏽‍💻 Doe (she/her)", "Jane", "Jane", "Doe"),
    ('Robert "Bob" Roe they/them', "Robert", "Robert", "Roe"),
    ("Jane Doe – Recruiter @ X", "Jane", "Jane", "Doe"),
    ("محمد علي", "محمد", "محمد", "علي"),
    ("יעל כהן", "יעל", "יעל", "כהן"),
    ("გიორგი ბერიძე", "გიორგი", "გიორგი", "ბერიძე"),
    ("Jane D.", "Jane", "Jane", "D."),
    ("Jane Doe 2", "Jane", "Jane", "Doe"),
]
WHOLE = [
    "王芳", "山田 太郎", "김 민수", "Nguyễn Văn An", "Wang Fang", "Nagy Éva", "Sato Kenji", "عبد الرحمن علي",
    "Иванов Ян",
    "กมล สุขใจ", "प्रिया शर्मा", "J. R. R. Tolkien", "J. Doe", "Ms Doe", "Herr Müller", "Dr. Who", "Abdul Rahman Khan",
    "Md. Karim", "Петров Иван", "Иван Иванович", "Jane & John Doe", "jdoe42", "jane.doe@example.com", "Jane_Doe",
    "Maria de los Ángeles García", "Otto Eduard Leopold von Bismarck", "Doe Roe, Ljubljana", "!!!", "🚀",
    "Van Morrison", "Jane Doe, Roe, Poe", "Mr. and Mrs. Roe", "Herr Dr. med. Roe",
]


@for_each(("name", "greeting", "first", "last"), APART)
def test_a_name_is_split_into_greeting_first_and_last_name(
    name: str, greeting: str, first: str, last: str | None
) -> None:
    assert (greeting_name(name), *name_parts(name)) == (greeting, first, last)


@for_each("name", WHOLE)
def test_names_that_cannot_be_split_safely_stay_whole(name: str) -> None:
    assert (greeting_name(name), *name_parts(name)) == (name, name, None)


def test_placeholder_names_are_not_used_in_greetings() -> None:
    assert greeting_name(tidy_name(" ", 42)) is None
    assert name_parts(tidy_name(" ", 42)) == ("Candidate", "42")


@for_each("name", [
    "Ana " + "Maria" * 20, "e\u0301" * 60, "👩🏽‍💻" * 30, "🇩🇪" * 30, "𝒥" * 60, "नि" * 60, "x" * 49 + "é",
    "Wolfeschlegelsteinhausenbergerdorff " * 3,
])
def test_a_long_name_is_never_cut_within_a_character(name: str) -> None:
    parts = [part for part in name_parts(tidy_name(name, 1)) if part]
    for part in parts:
        assert 0 < len(part.encode("utf-16-le")) // 2 <= NAME_PART_UNITS
        assert part == part.strip()
        assert name.casefold().count(part.casefold()) >= 1
    assert unicodedata.category(parts[-1][0])[0] != "M"


@given(st.text(max_size=130))
def test_name_parts_of_any_name_are_not_empty_and_within_the_limit(name: str) -> None:
    first, last = name_parts(tidy_name(name, 7))
    assert first.strip() == first != ""
    assert last is None or last.strip() == last != ""
    assert all(len((part or "").encode("utf-16-le")) // 2 <= NAME_PART_UNITS for part in (first, last))


def test_invitations_use_the_same_names_as_greetings(make_desk: MakeDesk, tmp_path: Any) -> None:
    write_source(tmp_path / "main.sqlite3", {1: ("ROE, Richard", None), 2: ("山田 太郎", None), 3: ("", None)})
    desk = make_desk(TENER_INTERVIEW_SOURCE_DB_PATH=str(tmp_path / "main.sqlite3"))
    rows = desk.client.get("/api/admin/jobs/1/candidates").json["items"]
    assert [row["greeting_name"] for row in rows] == ["Richard", "山田 太郎", None]
    desk.step(1, 2, 3)
    sent = {(interview.first_name, interview.last_name) for interview in desk.fake.interviews}
    assert sent == {("Richard", "ROE"), ("山田 太郎", None), ("Candidate", "3")}
    assert desk.client.get("/api/admin/jobs/1/candidates").json["items"][0]["candidate_name"] == "ROE, Richard"
