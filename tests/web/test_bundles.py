"""Bundles: what of a page's scripts and style sheets becomes one file, and how long browsers keep it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from fakes.client import Client
from fakes.front_door import refused
from for_each import for_each
from tener_interview.__main__ import STATIC_FOLDER
from tener_interview.api.desk_texts import DESK_TEXTS
from tener_interview.web.bundles import Script, join_scripts, join_styles
from tener_interview.web.static import StaticFiles

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
MODULES = {
    "lib/one.js": "/** One. */\n\nexport const ONE = 1;\nconst own = 1;\n"
    "export function add(a) {\n  return a + own;\n}\n",
    "lib/two.js": '/** Two. */\n\nimport { add, ONE } from "./one.js";\n\nconst own = 2;\nexport class Two {}\n'
    "export async function later() {\n  return add(ONE) + own;\n}\n",
    "pages/first.js": '/** First. */\n\nimport "../lib/one.js";\nimport {\n  Two,\n  later,\n} '
    'from "../lib/two.js";\n\nlater(new Two());\n',
    "pages/second.js": '/** Second. */\n\nimport { Two } from "../lib/two.js";\n\nwindow.two = new Two();\n',
}
PAGES = sorted(path.name for path in STATIC_FOLDER.glob("pages/*.html"))


def segments(mappings: str) -> list[list[int]]:
    """What each line of a source map says, added up: column, source, line, column."""
    lines: list[list[int]] = []
    source = line = 0
    for group in mappings.split(";"):
        if not group:
            lines.append([])
            continue
        numbers, value, shift = [], 0, 0
        for character in group:
            digit = DIGITS.index(character)
            value |= (digit & 31) << shift
            shift += 5
            if not digit & 32:
                numbers.append(-(value >> 1) if value & 1 else value >> 1)
                value = shift = 0
        source, line = source + numbers[1], line + numbers[2]
        lines.append([numbers[0], source, line, numbers[3]])
    return lines


def test_a_bundle_holds_each_module_once_in_import_order() -> None:
    script = join_scripts(["pages/first.js", "pages/second.js"], MODULES)
    assert list(dict.fromkeys(line[0] for line in script.lines if line)) == [
        "lib/one.js", "lib/two.js", "pages/first.js", "pages/second.js",
    ]
    assert script.text.count("const own = 1;") == script.text.count("const own = 2;") == 1
    assert "const { add, ONE } = module0;" in script.text
    assert "return { Two, later };" in script.text
    assert not re.search(r"(?m)^(import|export)", script.text)


def test_the_source_map_leads_to_the_original_lines() -> None:
    for script in (
        join_scripts(["pages/first.js", "pages/second.js"], MODULES),
        join_scripts(["pages/second.js"], MODULES),
        join_scripts(["pages/dashboard.js"], sources()),
    ):
        assert_lines_lead_back(script)


def sources() -> dict[str, str]:
    return {path.relative_to(STATIC_FOLDER).as_posix(): path.read_text("utf-8") for path in STATIC_FOLDER.rglob("*.js")}


def assert_lines_lead_back(script: Script) -> None:
    source_map = json.loads(script.source_map("bundle.js", "/static/"))
    texts = MODULES | sources()
    joined = script.text.splitlines()
    mapped = segments(source_map["mappings"])
    assert len(mapped) == len(script.lines) == len(joined)
    for text, place in zip(joined, mapped, strict=True):
        if place and not re.match(r"const \{|.*\} = module\d+;$", text):
            original = texts[source_map["sources"][place[1]]].splitlines()[place[2]]
            assert text == ("" if original.startswith("import ") and not text else original.removeprefix("export "))
    assert source_map["sourceRoot"] == "/static/"


@for_each(
    ("text", "why"),
    [
        ("export default 1;\n", "export default"),
        ("export let count = 0;\n", "export let"),
        ('export { ONE } from "../lib/one.js";\n', "export {"),
        ('import everything from "../lib/one.js";\n', "import everything"),
        ('import * as one from "../lib/one.js";\n', r"import \*"),
        ('import { me } from "./odd.js";\n', "imports itself"),
    ],
)
def test_scripts_that_cannot_be_bundled_are_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        join_scripts(["pages/odd.js"], {**MODULES, "pages/odd.js": text})


def test_bundled_style_sheets_keep_their_order() -> None:
    joined = join_styles(["b.css", "a.css"], {"a.css": "a { color: red }\n", "b.css": "\nb { color: blue }"})
    assert joined.index("b { color: blue }") < joined.index("a { color: red }")


@for_each("name", PAGES)
def test_a_page_loads_one_script_and_one_style_sheet(name: str) -> None:
    text = StaticFiles(STATIC_FOLDER, DESK_TEXTS).template(name).template
    source = (STATIC_FOLDER / "pages" / name).read_text("utf-8")
    assert text.count('rel="stylesheet"') == min(1, source.count('rel="stylesheet"'))
    assert text.count("<script type=\"module\"") == min(1, source.count("<script type=\"module\""))
    assert [path for path in re.findall(r'"/static/([^"]+)"', text) if not re.search(r"\.[0-9a-f]{16}\.", path)] == []


def test_urls_with_a_content_hash_are_cached_forever(client: Client) -> None:
    paths = set(re.findall(r'"(/static/[^"{]+)"', client.get("/dashboard").text))
    assert {Path(path).suffix for path in paths} == {".css", ".js", ".svg"}
    for path in paths:
        reply = client.get(path)
        assert reply.status == 200
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert gzip.decompress(client.get(path, Accept_Encoding="gzip").body) == reply.body
        assert client.get(path, If_None_Match=reply.headers["etag"]).status == 304
        plain = re.sub(r"\.[0-9a-f]{16}\.", ".", path)
        for other in (plain, re.sub(r"\.[0-9a-f]{16}\.", ".0123456789abcdef.", path)):
            now = client.get(other)
            assert (now.body, now.headers["cache-control"]) == (reply.body, "no-cache")


def test_a_bundle_is_served_before_its_page_was_requested(client: Client) -> None:
    reply = client.get("/static/bundles/review.0123456789abcdef.js")
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    found = re.search(r"(?m)^//# sourceMappingURL=(\S+)$", reply.text)
    assert found is not None
    source_map = client.get(found[1])
    assert source_map.headers["cache-control"] == "no-cache"
    assert client.get(found[1], If_None_Match=source_map.headers["etag"]).status == 304
    refused(client.get("/static/bundles/notice.js.map"), "ROUTE_NOT_FOUND")
    for source in source_map.json["sources"]:
        assert client.get(source_map.json["sourceRoot"] + source).status == 200


@for_each(
    "path",
    ["dashboard", "dashboard.html", "none.js", "../pages/dashboard.js", "notice.js", "dashboard.0123.js", ".js", "",
     "dashboard.0123456789abcdef.html"],
)
def test_unknown_bundles_are_404(path: str, client: Client) -> None:
    refused(client.get(f"/static/bundles/{path}"), "ROUTE_NOT_FOUND")
