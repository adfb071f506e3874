"""Pages of a job's candidates are the same from every source."""

# ruff: noqa: RUF001 - names are written in every script

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.clock import FakeClock
from fakes.desk import write_source
from fakes.stored import opened
from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.outbound.request import UpstreamResponse
from tener_interview.sources.api import ApiSource
from tener_interview.sources.protocol import CandidateFilter, Source
from tener_interview.sources.sqlite import SqliteSource

PEOPLE: dict[int, tuple[str, str | None]] = {
    1: ("Jane Doe", None), 2: ("ÉLODIE Martin", None), 3: ("Олена Шевченко", None), 4: ("Jan de Vries", None),
    5: ("100% O'Neil", None), 6: ("Łukasz Żółć", "lukasz@example.com"), 7: ("Jürgen Groß-Weber", None),
    8: ("Алёна Королёва", None), 9: ("מִרְיָם כהן", None), 10: ("İpek Işık", None),
}


@pytest.fixture(params=["sqlite", "api"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    if request.param == "sqlite":
        write_source(tmp_path / "source.sqlite3", PEOPLE)
        return SqliteSource(tmp_path / "source.sqlite3")
    rows = [{"candidate_id": item, "full_name": name, "email": email} for item, (name, email) in PEOPLE.items()]

    def send(*_args: object, **_more: object) -> UpstreamResponse:
        return UpstreamResponse(200, {}, json.dumps({"items": rows}).encode())

    return ApiSource(send, "http://main.example", None, 1, FakeClock())


EVERYBODY = CandidateFilter()


def names(
    source: Source, wanted: CandidateFilter = EVERYBODY, offset: int = 0, limit: int = 10
) -> tuple[list[str], int]:
    page = source.page(1, wanted, offset, limit)
    return [candidate.full_name for candidate in page.candidates], page.total


def test_a_page_of_candidates_has_the_total(source: Source) -> None:
    everybody, total = names(source)
    assert (len(everybody), total) == (10, 10)
    assert names(source, offset=2, limit=2) == (everybody[2:4], 10)
    assert names(source, offset=19) == ([], 10)


@for_each(("words", "found"), [
    (("jane",), ["Jane Doe"]),
    (("élodie",), ["ÉLODIE Martin"]),
    (("шевченко",), ["Олена Шевченко"]),
    (("jan", "vries"), ["Jan de Vries"]),
    (("%",), ["100% O'Neil"]),
    (("o\u2019neil",), ["100% O'Neil"]),
    (("neil", "o'"), ["100% O'Neil"]),
    (("elodie",), ["ÉLODIE Martin"]),
    (("zolc", "lukasz"), ["Łukasz Żółć"]),
    (("LUKASZ@EXAMPLE.COM",), ["Łukasz Żółć"]),
    (("6", "zolc", "Lukasz@example.com"), ["Łukasz Żółć"]),
    (("example.com",), []),
    (("lukasz@",), []),
    (("@",), []),
    (("lukasz@example.co",), []),
    (("jane", "lukasz@example.com"), []),
    (("juergen", "gross"), ["Jürgen Groß-Weber"]),
    (("jurgen", "groß\u2010weber"), ["Jürgen Groß-Weber"]),
    (("grossweber",), ["Jürgen Groß-Weber"]),
    (("алена", "королева"), ["Алёна Королёва"]),
    (("מרים",), ["מִרְיָם כהן"]),
    (("ipek", "ISIK"), ["İpek Işık"]),
    (("４",), ["Jan de Vries"]),
    (("10",), ["100% O'Neil", "İpek Işık"]),
    (("nobody",), []),
])
def test_candidate_search_in_the_source_ignores_spelling_variants(
    source: Source, words: tuple[str, ...], found: list[str]
) -> None:
    assert names(source, CandidateFilter(words)) == (found, len(found))


def test_a_candidate_filter_includes_and_excludes_ids(source: Source) -> None:
    assert names(source, CandidateFilter(only_ids={1, 3, 99}))[1] == 2
    assert names(source, CandidateFilter(only_ids=set())) == ([], 0)
    assert "Jane Doe" not in names(source, CandidateFilter(excluded_ids={1}))[0]
    assert names(source, CandidateFilter(("jan",), excluded_ids={1})) == (["Jan de Vries"], 1)


def test_a_candidate_matched_twice_appears_once(tmp_path: Path) -> None:
    path = tmp_path / "twice.sqlite3"
    write_source(path, PEOPLE)
    write_matches_again(path)
    assert names(SqliteSource(path))[1] == 10


def write_matches_again(path: Path) -> None:
    with opened(path) as db:
        db.execute("INSERT INTO candidate_job_matches SELECT * FROM candidate_job_matches")


def test_pages_of_an_unknown_job_are_not_found(tmp_path: Path) -> None:
    write_source(tmp_path / "source.sqlite3", PEOPLE)
    with pytest.raises(Problem) as caught:
        SqliteSource(tmp_path / "source.sqlite3").page(77, CandidateFilter(), 0, 5)
    assert caught.value.code == "JOB_NOT_FOUND"
