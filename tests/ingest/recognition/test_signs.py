"""Signs the engine cannot read, put right only where one reading makes sense."""

from __future__ import annotations

import pytest

from ingest.recognition.signs import broken_capitals, mended


@pytest.mark.parametrize(
    ("before", "word", "after", "shown"),
    [
        ("Ley", "N*", "27867", "Nº"),
        ("Ley", "N”", "27867,", "Nº"),
        ("norma", "N.?", "12", "N.º"),
        ("Ley", "N2", "27867", "Nº"),
        ("anexo", "N2", "3", "N2"),
        ("", "N*", "alguno", "N*"),
        ("Resolución", "N”001-97-EF", "", "Nº001-97-EF"),
        ("Artículo", "1*.-", "Objeto", "1º.-"),
        ("nota", "1*", "al", "1*"),
        ("TÍTULO", "VIl", "", "VII"),
        ("", "ll.", "Antecedentes", "II."),
        ("tráfico", "llegal", "de", "Ilegal"),
        ("la", "llama", "de", "llama"),
    ],
)
def test_a_sign_is_mended_or_left(before: str, word: str, after: str, shown: str) -> None:
    assert mended(word, before, after) == shown
    assert len(mended(word, before, after)) == len(word)


def test_capitals_parted_at_a_lines_end_are_one_word_only_if_it_is_known() -> None:
    assert broken_capitals("CONVEN", "CIÓN,")
    assert not broken_capitals("CND", "P")
    assert not broken_capitals("Conven", "CIÓN")
