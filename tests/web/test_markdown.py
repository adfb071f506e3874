"""Documents as HTML: what they are written with, and nothing that gets out of its place."""

from __future__ import annotations

from for_each import for_each
from tener_interview.web.markdown import anchor, title_of, to_html

_TABLE = (
    '<div class="scroll" role="region" aria-label="Table 1" tabindex="0"><table><thead><tr><th>a</th><th>b</th></tr>'
    "</thead><tbody><tr><td>1</td><td><code>2</code></td></tr></tbody></table></div>"
)


@for_each(("text", "html"), [
    ("# A `b` & c", '<h1 id="a-b--c">A <code>b</code> &amp; c</h1>'),
    ("one\ntwo\n\nthree", "<p>one two</p>\n<p>three</p>"),
    ("- one\n  more\n- **two**", "<ul><li>one more</li><li><strong>two</strong></li></ul>"),
    ("- one\n  - inner\n\n  below\n- two", "<ul><li>one<ul><li>inner</li></ul><p>below</p></li><li>two</li></ul>"),
    ("1. one\n2. two\n\n   more", "<ol><li>one</li><li>two<p>more</p></li></ol>"),
    ("text:\n- one", "<p>text:</p>\n<ul><li>one</li></ul>"),
    ("```sh\n<b> # no\n\n- no\n```\nafter", "<pre><code>&lt;b&gt; # no\n\n- no</code></pre>\n<p>after</p>"),
    ("```\nopen", "<pre><code>open</code></pre>"),
    ("| a | b |\n| --- | ---: |\n| 1 | `2` |", _TABLE),
    ("[in *it*](plans.md#x) [out](other.md)", '<p><a href="/to/plans.md#x">in <em>it</em></a> out</p>'),
    ("a <script>alert(1)</script> ![x](y.png)<!-- no -->", "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("`<i>` 2 * 3 * 4 **a**b", "<p><code>&lt;i&gt;</code> 2 * 3 * 4 <strong>a</strong>b</p>"),
    ("", ""),
])
def test_markdown_is_rendered_as_html(text: str, html: str) -> None:
    def resolve_link(target: str) -> str | None:
        return None if target.startswith("other") else f"/to/{target}"

    assert to_html(text, resolve_link) == html


def test_a_link_cannot_leave_its_attribute() -> None:
    assert to_html('[a](x"onclick=1)', lambda target: target) == '<p><a href="x&quot;onclick=1">a</a></p>'
    assert (title_of("text\n\n## The title\n# Other"), title_of("text")) == ("The title", "")
    assert anchor("What is “fair”, and who?") == "what-is-fair-and-who"
