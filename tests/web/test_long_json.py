"""A long list is encoded part by part, to the same bytes as at once."""

from __future__ import annotations

from typing import Any

from for_each import for_each
from tener_interview.system.parallel import chunks
from tener_interview.web.response import json_response, long_json_response

ITEMS: list[Any] = [
    {"items": []}, "a \"quoted\" , ] text", {"name": "Łukasz Ødegård 李"}, 1.5, None, [1, [2]], {"a": {}},
]


@for_each("size", range(1, len(ITEMS) + 2))
def test_a_long_list_encoded_in_parts_equals_one_encoding(size: int) -> None:
    for before, after in (({}, {}), ({"job_id": 3}, {"total": 7, "source": {"items": ["no"], "kind": "demo"}})):
        in_parts = long_json_response({**before, "items": [], **after}, "items", chunks(ITEMS, size))
        assert in_parts == json_response({**before, "items": ITEMS, **after})
