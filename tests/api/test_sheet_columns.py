"""What the columns of sheets are called stands at the fields that they show."""

from __future__ import annotations

from typing import Annotated, TypedDict, get_type_hints

from tener_interview.api.leaderboard import RankedJson, leaderboard_columns
from tener_interview.web.schema import Heading, Schemas, headings


class BoxJson(TypedDict):
    """A box."""

    width: Annotated[int | None, "In millimetres.", Heading("Width (mm)")]
    made_of: str


class ParcelJson(BoxJson):
    """A box that is sent."""

    stamps: Annotated[list[str], Heading("Stamps, “all”")]
    weight: Annotated[float, "In grams."]


def test_headings_are_found_in_their_order_and_those_of_parents_first() -> None:
    assert list(headings(ParcelJson).items()) == [("width", "Width (mm)"), ("stamps", "Stamps, “all”")]
    assert headings(BoxJson) == {"width": "Width (mm)"}


def test_a_heading_is_no_part_of_what_the_api_describes() -> None:
    schemas = Schemas({})
    schemas.of(ParcelJson)
    assert schemas.components["Parcel"]["properties"] == {
        "width": {"type": ["integer", "null"], "description": "In millimetres."},
        "made_of": {"type": "string"},
        "stamps": {"type": "array", "items": {"type": "string"}},
        "weight": {"type": "number", "description": "In grams."},
    }


def test_the_sheet_of_a_leaderboard_has_every_field() -> None:
    # The revision is for programs that decide.
    assert set(leaderboard_columns()) == set(get_type_hints(RankedJson)) - {"decision_revision"}
    assert len(set(leaderboard_columns().values())) == len(leaderboard_columns())
