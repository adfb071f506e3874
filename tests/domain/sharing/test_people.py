"""How people are named where their names are not to be known."""

# ruff: noqa: RUF001 - letters that look alike are what this is about

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from for_each import for_each
from tener_interview.domain.sharing.masking import initials, is_named, mask_name


@for_each(
    ("name", "short"),
    [
        ("Jane Doe", "J. D."),
        ("jane van der doe", "J. V. D. D."),
        ("Жанна Шевченко", "Ж. Ш."),
        ("王小明", ""),
        ("王 芳", ""),
        ("김 민수", ""),
        ("さとう Maria", "M."),
        ("محمد علي", "م. ع."),
        # In Georgian names no letter is a capital, and few fonts have those that Unicode 11 added.
        ("გიორგი ბერიძე", "გ. ბ."),
        ("Jean-Luc O'Neil", "J. O."),
        ("(Jane) \"Doe\"", "J. D."),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_names_are_abbreviated_to_initials(name: str, short: str) -> None:
    assert initials(name) == short


@for_each(
    ("name", "sentence", "shown"),
    [
        ("Jane Doe", "I am Jane, Jane's manager says.", "I am J···, J···'s manager says."),
        ("Jane Doe", "jane doe, JANE DOE, JaneDoe", "j··· d··, J··· D··, J······"),
        ("Jane Doe", "jane.doe@x.example", "j···.d··@x.example"),
        ("jane doe", "Jane and DOE", "J··· and D··"),
        ("Will Grace", "I will say grace. Will did, Grace too.", "I will say grace. W··· did, G···· too."),
        ("Ann Lee", "Annual Leeds", "Annual Leeds"),
        ("Jean-Luc O'Neil", "Luc is Jean O'Neil", "L·· is J··· O'N···"),
        ("王小明", "我是王小明。", "我是···。"),
        ("王 小明", "我叫小明", "我叫··"),
        ("王芳", "我叫王芳，叫我芳。王先生和小王是国王。", "我叫··，叫我·。·先生和小·是国王。"),
        ("王 芳", "我叫王芳", "我叫··"),
        ("김민수", "저는 김민수 입니다. 민수, 김씨", "저는 ··· 입니다. ··, ·씨"),
        ("José Müller", "I am Jose\u0301 Mu\u0308ller, Jose Mueller", "I am J···· M······, J··· M······"),
        ("Mueller", "Herr Müller, MULLER", "Herr M·····, M·····"),
        ("Jane Doe", "Doe, Jane and doe-jane", "D··, J··· and d··-j···"),
        ("Jane Doe", "J\u200bane was here", "J\u200b··· was here"),
        ("Łukasz Żak", "Lukasz, Zak, ŁUKASZ", "L·····, Z··, Ł·····"),
        ("Seán O’Brien", "Sean OBrien, O'Brien", "S··· O·····, O'B····"),
        ("आर्या शर्मा", "मैं आर्या हूँ", "मैं आ···· हूँ"),
        ("محمد علي", "أنا محمد", "أنا م···"),
        ("أحمد", "اسمي أَحْمَد", "اسمي أ······"),
        ("X", "X marks the spot", "X marks the spot"),
        ("a.*b (c", "a.*b (c", "a.*b (c"),
        ("Candidate 42", "42 of Candidate 42", "42 of C········ 4·"),
        ("", "Nobody is named.", "Nobody is named."),
    ],
)
def test_names_in_transcripts_are_masked(name: str, sentence: str, shown: str) -> None:
    assert mask_name(sentence, name) == shown


@given(st.text(), st.text())
def test_masking_a_name_keeps_the_length_of_the_text(name: str, sentence: str) -> None:
    masked = mask_name(sentence, name)
    assert len(masked) == len(sentence)
    assert all(after in (before, "·") for before, after in zip(sentence, masked, strict=True))


@given(st.lists(st.text("abcdeABCDEéжä", min_size=2), min_size=2, max_size=3), st.text(), st.sampled_from(" .-_\n"))
def test_masking_leaves_no_whole_name(words: list[str], around: str, between: str) -> None:
    assert between.join(words) not in mask_name(f"{around} {between.join(words)} {around}", " ".join(words))


@for_each(
    ("title", "named"),
    [("For jane", True), ("Shortlist of 王芳", True), ("Mu\u0308ller and others", True), ("Three good ones", False)],
)
def test_names_in_share_titles_are_recognised(title: str, named: bool) -> None:
    assert any(is_named(title, name) for name in ("Jane Doe", "王芳", "Müller")) is named
