"""What the columns of sheets are called stands at the fields that they show."""

from __future__ import annotations

from typing import Annotated, TypedDict, get_type_hints

from tener_interview.api.leaderboard import RankedJson, leaderboard_columns
from tener_interview.web.schema import Column, Schemas, column_headings


class BoxJson(TypedDict):
    """A box."""

    width: Annotated[int | None, "In millimetres.", Column("Width (mm)")]
    made_of: str


class ParcelJson(BoxJson):
    """A box that is sent."""

    stamps: Annotated[list[str], Column("Stamps, “all”")]
    weight: Annotated[float, "In grams."]


def test_column_headings_are_in_field_order_with_inherited_ones_first() -> None:
    assert list(column_headings(ParcelJson).items()) == [("width", "Width (mm)"), ("stamps", "Stamps, “all”")]
    assert column_headings(BoxJson) == {"width": "Width (mm)"}


def test_column_headings_are_not_in_the_api_schema() -> None:
    schemas = Schemas({})
    schemas.of(ParcelJson)
    assert schemas.components["Parcel"]["properties"] == {
        "width": {"type": ["integer", "null"], "description": "In millimetres."},
        "made_of": {"type": "string"},
        "stamps": {"type": "array", "items": {"type": "string"}},
        "weight": {"type": "number", "description": "In grams."},
    }


def test_the_sheet_of_a_leaderboard_has_every_field() -> None:
    # The revision is for programs that decide; a sheet has the machine's scores by competency, and whose the total is.
    others = {"decision_revision", "counted_competency_scores"}
    assert set(leaderboard_columns()) == set(get_type_hints(RankedJson)) - others
    assert len(set(leaderboard_columns().values())) == len(leaderboard_columns())
