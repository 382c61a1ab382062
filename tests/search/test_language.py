"""The one analysis: tokens and where they stand, folding, stop words, and that the embedded engine reads the same."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.backends.tantivy_schema import composed, stemming
from search.language import STOP_WORDS, fold, stem, stems, tokens, tokens_of, twins

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


@given(text=texts)
def test_tokens_stand_where_they_say_in_code_points(text: str) -> None:
    found = list(tokens(text))
    for token in found:
        assert fold(text[token.start : token.end]) == token.word
        assert token.stem == stem(token.word)
        assert token.word not in STOP_WORDS
    assert all(one.end <= other.start and one.position < other.position for one, other in pairwise(found))


@given(text=texts, wanted=st.sets(st.integers(0, 20)))
def test_tokens_of_some_stems_are_those_tokens(text: str, wanted: set[int]) -> None:
    found = list(tokens(text))
    some = frozenset(found[at].stem for at in wanted if at < len(found))
    assert tokens_of(text, some) == [token for token in found if token.stem in some]


def test_code_points_beyond_the_first_plane_count_as_one() -> None:
    first, second = tokens("😀 Año de 𐐷ley")
    assert (first.start, first.end, first.word) == (2, 5, "ano")
    assert (second.position - first.position, second.start) == (2, 9)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Gestión de la Educación", ["gestion", "educacion"]),
        ("EF-94.10", ["ef", "94", "10"]),
        ("1.º", ["1"]),
        ("N° 15", ["n", "15"]),
        ("Nº 15", ["15"]),
        ("S/ 1,500", ["s", "1", "500"]),
        ("ñandú_Ñoño", ["nandu", "nono"]),
        ("ﬁnanzas Œuvre ß", ["finanzas", "oeuvre", "ss"]),
        (unicodedata.normalize("NFD", "Sesión del Año"), ["sesion", "ano"]),
        ("", []),
        ("¿?", []),
        ("x" * 100, []),
        ("x" * 99, ["x" * 99]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [token.word for token in tokens(text)] == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("resolución", "resoluciones"),
        ("ley", "leyes"),
        ("migratoria", "migratorias"),
        ("ciudadano", "ciudadanos"),
    ],
)
def test_singular_and_plural_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@pytest.mark.parametrize(("one", "other"), [("acta", "actas"), ("obra", "obras"), ("mesa", "mesas"), ("area", "areas")])
def test_a_plural_that_the_stemmer_leaves_apart_is_a_twin(one: str, other: str) -> None:
    assert stem(one) == stem(other) or (twins(one), twins(other)) == ((other,), (one,))


@pytest.mark.parametrize("word", ["ley", "ds", "2024s", "resolucion", "x"])
def test_other_words_have_no_twin(word: str) -> None:
    assert twins(stem(word)) == ()


@given(text=texts)
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


# What texts of norms and minutes are made of; accents may be letters of their own, as in files from a Mac.
LETTERS = "abcdefghijklmnñopqrstuvwxyzáéíóúüàèçâãõöABCÑÁÉÍÓÚÜ0123456789 .,;:-/()\"'«»“”–—°ºª%$&@#*+=?¿!¡\n\t_"


@given(
    text=st.text(alphabet=LETTERS, max_size=120).flatmap(
        lambda t: st.sampled_from([t, unicodedata.normalize("NFD", t)])
    )
)
def test_the_embedded_engine_reads_the_same_words(text: str) -> None:
    assert native(text) == stems(text)


def test_the_embedded_engine_reads_the_same_words_of_real_looking_text() -> None:
    text = """Artículo 1.- Objeto. Apruébase el Reglamento (D.S. N.° 067-2011-PCM), conforme al inciso 8) del
    artículo 118 de la Constitución; los requerimientos económicos ascienden a S/ 1,500.00. Regístrese y
    publíquese."""
    assert native(text) == stems(text)


def native(text: str) -> list[str]:
    """Return what tantivy's own chain makes of a text, as it is given to it."""
    return stemming().analyze(composed(text))
