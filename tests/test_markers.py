"""What `make quick` leaves out is there to be left out."""

from __future__ import annotations

import tomllib

import pytest

from fakes.running_service import PROJECT
from markers import MARKED, ON_EACH_DATABASE, ONLY_SQLITE


@pytest.mark.parametrize("place", [item for places in MARKED.values() for item in places])
def test_a_place_in_the_table_is_a_folder_a_file_or_a_test(place: str) -> None:
    path, _, name = place.partition("::")
    assert (PROJECT / "tests" / path).exists()
    assert not name or f"\ndef {name}(" in (PROJECT / "tests" / path).read_text("utf-8")


@pytest.mark.parametrize("place", [*ON_EACH_DATABASE, *ONLY_SQLITE])
def test_a_place_that_runs_on_each_database_is_a_folder_a_file_or_a_beginning_of_tests(place: str) -> None:
    path, _, name = place.partition("::")
    assert (PROJECT / "tests" / path).exists()
    assert not name or f"\ndef {name}" in (PROJECT / "tests" / path).read_text("utf-8")


def test_every_marker_is_in_the_table_and_in_the_expression_of_make_quick() -> None:
    configuration = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    described = [marker.partition(":")[0] for marker in configuration["tool"]["pytest"]["ini_options"]["markers"]]
    assert described == list(MARKED)
    assert f"-m 'not ({' or '.join(MARKED)})'" in (PROJECT / "Makefile").read_text("utf-8")
