"""Snippets: the words asked for marked, everything else escaped, whatever the text."""

from __future__ import annotations

import html
import re

from hypothesis import example, given
from hypothesis import strategies as st

from search.language import stem, tokens
from search.snippets import CLOSE, LONGEST, OPEN, snippet

RISKY = st.text(alphabet=st.sampled_from(list("ab<>&\"' \n;/=lgtámrk😀ﬁ")), max_size=600)
texts = RISKY | st.text(max_size=400)


@given(text=texts, pick=st.sets(st.integers(0, 30)))
@example("<img src=x onerror=alert(1)> mesa", {5})
@example("<mark>mesa</mark>", {0, 1, 2})
@example("&lt;b&gt; mesa &amp;", {2})
def test_no_tag_but_the_mark_ever_gets_through(text: str, pick: set[int]) -> None:
    found = list(tokens(text))
    wanted = frozenset(found[at].stem for at in pick if at < len(found))
    shown = snippet(text, wanted)
    bare = shown.replace(OPEN, "").replace(CLOSE, "")
    assert "<" not in bare
    assert ">" not in bare
    assert re.fullmatch(rf"(?:[^<]|{OPEN}[^<]*{CLOSE})*", shown)
    if wanted:
        assert OPEN in shown
    for marked in re.findall(rf"{OPEN}(.*?){CLOSE}", shown, re.DOTALL):
        assert {token.stem for token in tokens(html.unescape(marked))} <= wanted


@given(text=texts)
def test_what_is_shown_stands_in_the_text(text: str) -> None:
    shown = html.unescape(snippet(text, frozenset()).removesuffix(" …"))
    assert " ".join(shown.split()) in " ".join(text.split()) or not text.strip()


def marked(text: str, question: str) -> str:
    return snippet(text, frozenset(stem(token.word) for token in tokens(question)))


def test_marks_stand_on_whole_words_whatever_their_accents_and_endings() -> None:
    shown = marked("Las SESIONES de la Mesa: 😀 sesión <b>ordinaria</b>.", "sesion mesa")
    assert shown == (
        "Las <mark>SESIONES</mark> de la <mark>Mesa</mark>: 😀 <mark>sesión</mark> &lt;b&gt;ordinaria&lt;/b&gt;."
    )


def test_without_the_words_the_beginning_is_shown() -> None:
    shown = marked("palabra " * 100, "mesa")
    assert shown.startswith("palabra palabra")
    assert shown.endswith("…")
    assert len(shown) <= LONGEST + 20
    assert marked("corto", "mesa") == "corto"


def test_two_places_far_apart_are_both_shown_in_order() -> None:
    text = "inicio mesa uno " + "relleno " * 100 + " mesa dos fin"
    shown = marked(text, "mesa")
    assert shown.count(OPEN) == 2
    assert shown.index("uno") < shown.index("…") < shown.index("dos")


def test_the_place_with_most_of_the_words_is_chosen() -> None:
    text = "mesa " + "relleno " * 60 + "la mesa aprueba el plan anual " + "relleno " * 60
    assert "<mark>plan</mark>" in marked(text, "mesa plan anual")
