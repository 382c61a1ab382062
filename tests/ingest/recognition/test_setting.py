"""Seen words as text: lines, paragraphs, broken words and parted numbers, and no noise."""

from __future__ import annotations

from ingest.recognition.engine import SeenWord
from ingest.recognition.setting import Way, set_in_text


def seen(*lines: str, confidence: float = 95.0) -> list[SeenWord]:
    words = []
    for row, line in enumerate(lines):
        for at, word in enumerate(line.split()):
            box = (at * 100, row * 40, at * 100 + 90, row * 40 + 20)
            words.append(SeenWord(word, box, confidence, opens_line=at == 0))
    return words


def text_of(words: list[SeenWord]) -> str:
    text, boxes = set_in_text(words, Way((1000, 1400), 0.36).back)
    assert all(" " not in text[box.start : box.end] for box in boxes)
    assert len(boxes) == len(words)
    return text


def test_a_year_parted_on_its_line_is_one_number() -> None:
    assert text_of(seen("Resolución 014-202 1-CPGP del año")) == "Resolución 014-2021-CPGP del año"
    assert text_of(seen("Ley 27867-2 1 y 2")) == "Ley 27867-2 1 y 2"
    assert text_of(seen("los folios 12-20 a 30")) == "los folios 12-20 a 30"


def test_words_and_numbers_broken_at_a_line_s_end_are_whole() -> None:
    assert text_of(seen("el regla-", "mento vigente")) == "el reglamento\nvigente"
    assert text_of(seen("Decreto 130-2001-", "EF y otros")) == "Decreto 130-2001-EF\ny otros"
    assert text_of(seen("la CONVEN-", "CIÓN de 1997")) == "la CONVENCIÓN\nde 1997"
    assert text_of(seen("el Perú -", "Lima")) == "el Perú -\nLima"


def test_a_line_of_noise_is_left_out() -> None:
    text, boxes = set_in_text([*seen("Artículo 1.-"), *seen("| ~ .", confidence=9.0)], Way((1000, 1400), 0.36).back)
    assert (text, len(boxes)) == ("Artículo 1.-", 2)
