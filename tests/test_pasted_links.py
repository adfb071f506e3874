"""Links as mail and chat programs mangle them: additions are removed, and an altered link stays unknown."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.link_tokens import SHARE_LINK, LinkKind, LinkSigner, SignedLink

SIGNER = LinkSigner("a-secret-for-tests")
TIMES = range(0, 400_000, 1000)


def token_with(part: str) -> str:
    """A token of this service in which these characters stand somewhere in the middle."""
    made = (SIGNER.sign(SignedLink("iv_" + "0" * 32, 1, at)) for at in TIMES)
    return next(token for token in made if part in token[1:39])


PLAIN, HYPHEN, HYPHENS, UNDERSCORE = map(token_with, ("", "-", "--", "_"))
LEADING = next(
    token for at in TIMES if (token := SIGNER.sign(SignedLink("iv_" + "0" * 32, 1, at)))[0] in "-_"
)


def split(token: str, middle: str) -> str:
    return token[:30] + middle + token[30:]


AROUND = [
    "{}.", "{},", "{})", "({})", "[{}]", "<{}>", "“{}”", "'{}'", "*{}*", "_{}_", "**{}**", "__{}__", "{}…", "{}...",
    " {} ", "{}\t", "{}\n", "\u200b{}\u200b", "\ufeff{}", "{}\u2069", "{}!", "{}?", "{};", "{}:", "{}\u3002",
    "{}\uff0c", "\u00ab{}\u00bb", "\u201e{}\u201c", "{}|", "{}~", "~~{}~~", "`{}`", "{}/", "{}//", "{}/start",
    "{}</a>", '{}"/>', "{}&gt;", "{}&amp;", "{}&utm_source=mail", "{}?fbclid=1", "{}#top", "{};jsessionid=AB12", "{}=",
    "{}=3D", "{}-", "-{}", "{}--", "{}_.", "{}\u2014", "{}'s", "{} Thanks!", "Link: {}", "https://x.example/i/{}",
    "[here]({})",
    "{}\ufe0f", "{}\x00", "{}%", "{}%20", "{}%2520", "{}%25252E", "{}\u00a0\u00a0", "{}\\", "{}\u2026see below",
]
INSIDE = [
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202c", "\r\n", "\n", "\r\n ", " ", "=\r\n",
    "=\n", "=", "=3D", "= ", "\r\n> ", "\n>> > ", "&#8203;", "&shy;", "&zwnj;", "%E2%80%8B", "%C2%AD", "\ufe0e",
    "\u2028", "\t", "\u3000",
]


@for_each("around", AROUND)
@for_each("token", [PLAIN, LEADING], ids=["plain", "begins with a hyphen or underscore"])
def test_characters_around_a_pasted_link_are_ignored(around: str, token: str) -> None:
    assert SIGNER.verify_pasted(around.replace("{}", token)) == (token, SIGNER.verify(token))


@for_each("inside", INSIDE)
def test_spaces_and_breaks_inside_a_pasted_link_are_ignored(inside: str) -> None:
    for pasted in (split(PLAIN, inside), f"({split(PLAIN, inside)})."):
        assert SIGNER.verify_pasted(pasted)[0] == PLAIN


@for_each(
    ("token", "old", "new"),
    [
        (HYPHEN, "-", "\u2011"), (HYPHEN, "-", "\u2010"), (HYPHEN, "-", "\u2212"), (HYPHENS, "--", "\u2014"),
        (HYPHENS, "--", "\u2013"), (UNDERSCORE, "_", "\\_"), (HYPHEN, "-", "\\-"), (UNDERSCORE, "_", "%5F"),
        (HYPHEN, "-", "%2d"), (HYPHEN, "-", "\ufe63"), (UNDERSCORE, "_", "\uff3f"),
    ],
)  # fmt: skip
def test_replaced_characters_in_a_pasted_link_are_restored(token: str, old: str, new: str) -> None:
    assert SIGNER.verify_pasted(token.replace(old, new))[0] == token


def test_a_pasted_link_in_other_encodings_is_found() -> None:
    for pasted in (
        "".join(f"%{ord(item):02X}" for item in PLAIN), "".join(f"%{ord(item):02x}" for item in PLAIN),
        "".join(chr(ord(item) + 0xFEE0) for item in PLAIN), quote(quote(f"<{PLAIN}>")),
    ):  # fmt: skip
        assert SIGNER.verify_pasted(pasted)[0] == PLAIN


ALTERED: list[Callable[[str], str]] = [
    lambda token: token[:-2] + "xx",
    lambda token: token[:-1],
    lambda token: token[1:],
    lambda token: f"{token}A",
    lambda token: f"A{token}",
    lambda token: f"{token}0.",
    lambda token: token.swapcase(),
    lambda token: split(token, "A"),
    lambda token: split(token, "."),
    lambda token: split(token, "/"),
    lambda token: split(token, "-"),
    lambda token: split(token, "\u0435"),
    lambda token: f"{token[:40]}\u200b{token[41:]}",
    lambda token: f"~{token[40:]}",
    lambda _token: "A" * 76,
    lambda _token: "",
    lambda _token: "%",
]


@for_each("alter", ALTERED)
def test_an_altered_link_is_refused_in_any_pasted_form(alter: Callable[[str], str]) -> None:
    for dress in ("{}", "<{}>.", " {}\u200b"):
        with pytest.raises(Problem) as refused:
            SIGNER.verify_pasted(dress.replace("{}", alter(PLAIN)))
        assert refused.value.code == "INTERVIEW_TOKEN_INVALID"


@given(st.text() | st.text("ABab01_-=%\u200b ", max_size=400))
def test_text_without_a_link_gives_no_link(text: str) -> None:
    with pytest.raises(Problem):
        SIGNER.verify_pasted(text)


@pytest.mark.parametrize("text", ["A" * 600, "A-" * 300, f"{'A' * 76}." * 7, "&#8203;=\u2014%25" * 40, "x" * 1_000_000])
def test_the_number_of_tries_to_find_a_pasted_link_is_limited(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    verify = LinkSigner.verify

    def counted(signer: LinkSigner, token: str) -> SignedLink:
        verified.append(token)
        return verify(signer, token)

    monkeypatch.setattr(LinkSigner, "verify", counted)
    with pytest.raises(Problem):
        SIGNER.verify_pasted(text)
    assert len(verified) <= 17


def test_entry_links_and_share_links_are_only_found_as_their_own_kind() -> None:
    kind: LinkKind = SHARE_LINK
    shares = LinkSigner("a-secret-for-tests", kind=kind)
    token = shares.sign(SignedLink("sh_" + "0" * 32, 1, 1000))
    assert shares.verify_pasted(f"<{token}>,")[0] == token
    with pytest.raises(Problem):
        SIGNER.verify_pasted(f"<{token}>,")
