"""What `make quick` leaves out is there to be left out."""

from __future__ import annotations

import tomllib

from fakes.running_service import PROJECT
from for_each import for_each
from markers import ALSO_ON_EACH_DATABASE, MARKED, ON_EACH_DATABASE, QUICK


@for_each("place", [item for places in MARKED.values() for item in places])
def test_every_entry_of_the_marker_table_is_a_folder_a_file_or_a_test(place: str) -> None:
    path, _, name = place.partition("::")
    assert (PROJECT / "tests" / path).exists()
    assert not name or f"\ndef {name}(" in (PROJECT / "tests" / path).read_text("utf-8")


def test_tests_marked_for_each_database_exist_and_are_listed_once() -> None:
    for place in ON_EACH_DATABASE:
        assert (PROJECT / "tests" / place).exists(), place
    for file, names in ALSO_ON_EACH_DATABASE.items():
        assert not file.startswith(ON_EACH_DATABASE), file
        text = (PROJECT / "tests" / file).read_text("utf-8")
        assert [name for name in names if f"\ndef {name}(" not in text] == [], file
        assert len(set(names)) == len(names), file


def test_every_marker_is_in_the_table_and_in_the_expression_of_make_quick() -> None:
    configuration = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    described = [marker.partition(":")[0] for marker in configuration["tool"]["pytest"]["ini_options"]["markers"]]
    assert described == list(MARKED)
    assert f"-m '{QUICK}'" in (PROJECT / "Makefile").read_text("utf-8")
