"""Signed links: a token reads as it was signed, and nothing else is accepted."""

from __future__ import annotations

import re
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.waiting import PATIENCE_S, join
from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.link_tokens import (
    LinkSigner,
    SignedLink,
    derive_key,
    equal_in_constant_time,
    load_or_create_secret,
)

SIGNER = LinkSigner("a-secret-for-tests")
LINK = SignedLink("iv_" + "0123456789abcdef" * 2, 1, 1_770_000_000_000)
TOKEN = SIGNER.sign(LINK)
URL = f"https://tener.example/i/{TOKEN}"

links = st.builds(
    SignedLink,
    st.binary(min_size=16, max_size=16).map(lambda raw: f"iv_{raw.hex()}"),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**48 - 1).map(lambda second: second * 1000),
)
#: Text in which pieces of links are likely.
pieces = st.lists(st.sampled_from(["/i/", "~", "/i/~", TOKEN, TOKEN[40:], TOKEN[:40], "A" * 76, '"', "é"]) | st.text())


def refuse(token: str) -> None:
    with pytest.raises(Problem) as refused:
        SIGNER.verify(token)
    assert refused.value.code == "INTERVIEW_TOKEN_INVALID"


@given(links)
def test_verifying_a_signed_link_returns_its_content(link: SignedLink) -> None:
    token = SIGNER.sign(link)
    assert SIGNER.verify(token) == link
    assert token == LinkSigner("a-secret-for-tests").sign(link)
    assert re.fullmatch(r"[A-Za-z0-9_-]{75}[A-Za-z0-9]", token)


@given(st.text() | st.text("ABab01_-", min_size=70, max_size=80) | st.characters().map(lambda one: TOKEN[:-1] + one))
def test_any_text_that_is_not_a_link_token_is_refused(text: str) -> None:
    if text != TOKEN:
        refuse(text)


@for_each("index", range(len(TOKEN)))
def test_a_link_token_with_one_altered_character_is_refused(index: int) -> None:
    for other in ("A", "B", "z", "_", "+", "=", "é"):
        if other != TOKEN[index]:
            refuse(TOKEN[:index] + other + TOKEN[index + 1 :])


@for_each("text", ["", TOKEN[:-1], TOKEN + "A", f"{TOKEN}=", f" {TOKEN}", f"{TOKEN}\n", "A" * 76])
def test_a_badly_copied_link_is_refused(text: str) -> None:
    refuse(text)


@given(links, links)
def test_different_links_have_different_tokens(one: SignedLink, other: SignedLink) -> None:
    assert (SIGNER.sign(one) == SIGNER.sign(other)) == (one == other)


def test_a_link_signed_with_another_secret_is_refused() -> None:
    with pytest.raises(Problem):
        LinkSigner("another-secret-for-tests").verify(TOKEN)


def test_links_of_the_previous_secret_still_work() -> None:
    rotated = LinkSigner("the-next-secret-for-tests", "a-secret-for-tests")
    assert rotated.verify(TOKEN) == LINK
    assert rotated.sign(LINK) == LinkSigner("the-next-secret-for-tests").sign(LINK) != TOKEN


def test_a_derived_key_only_works_for_its_purpose() -> None:
    assert derive_key("secret", "entry-link v1") != derive_key("secret", "login-cookie v1")


# Links that are kept with their signature taken out


@given(pieces.map("".join))
def test_stripped_links_can_be_restored(text: str) -> None:
    assert SIGNER.restore_signatures(SIGNER.strip_signatures(text)) == text


@given(pieces.map("".join))
def test_stripped_text_contains_no_valid_link(text: str) -> None:
    assert f"/i/{TOKEN} " not in SIGNER.strip_signatures(f"{URL} {text} {URL} ")


def test_a_stripped_link_keeps_its_content() -> None:
    stripped = SIGNER.strip_signatures(f'{{"entry_url":"{URL}"}}')
    assert stripped == f'{{"entry_url":"https://tener.example/i/~{TOKEN[40:]}"}}'
    assert TOKEN[:40] not in stripped


@for_each("text", [f"/i/~{TOKEN[40:]}", f"/i/{'A' * 40}{TOKEN[40:]}", "/i/~", "/i/~~", f"/i/{'A' * 76}"])
def test_text_that_only_looks_like_a_stripped_link_is_never_signed(text: str) -> None:
    assert SIGNER.restore_signatures(SIGNER.strip_signatures(text)) == text


def test_a_restored_link_is_signed_with_the_current_secret() -> None:
    rotated = LinkSigner("the-next-secret-for-tests", "a-secret-for-tests")
    assert rotated.restore_signatures(rotated.strip_signatures(URL)) == f"https://tener.example/i/{rotated.sign(LINK)}"


# The generated secret


def test_the_token_secret_is_created_once_and_readable_only_by_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "runtime" / "token_secret"
    secret = load_or_create_secret(path)
    assert len(secret) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_secret(path) == secret
    assert [item.name for item in path.parent.iterdir()] == ["token_secret"]


def test_concurrent_threads_agree_on_one_token_secret(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    agreed: list[str] = []

    def make() -> None:
        together.wait(PATIENCE_S)
        agreed.append(load_or_create_secret(tmp_path / "token_secret"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    join(*threads)
    assert len(agreed) == 8
    assert len(set(agreed)) == 1


@pytest.mark.parametrize("content", ["", "short", "\n", "ä" * 40])
def test_a_token_secret_file_without_a_secret_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "token_secret"
    path.write_text(content)
    with pytest.raises(ValueError, match="holds no secret"):
        load_or_create_secret(path)


# Comparing secrets


@given(st.text(st.characters()), st.text())
def test_any_text_can_be_compared_with_a_secret(text: str, secret: str) -> None:
    assert equal_in_constant_time(text, secret) is (text == secret)


@for_each("text", [chr(0xD800), chr(0xDCFF), "é", "?", "\0"])
def test_unusual_characters_never_equal_a_secret(text: str) -> None:
    assert not equal_in_constant_time(text, "a-secret")
