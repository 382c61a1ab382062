"""What is said of a page: why it was recognised, how surely, which words to look at, and by which engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from records.models import Page
from records.web.evidence import evidence_of
from records.words import WordBox, pack_words

TEXT = "El amarre de chalanas"
WORDS = pack_words([WordBox(0, 2, 1, 1, 9, 9, 96), WordBox(3, 9, 1, 1, 9, 9, 95), WordBox(13, 21, 1, 1, 9, 9, 41)])


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with override("en"):
        yield


def page(source: str, decision: str, text: str = TEXT, **signals: Any) -> Page:
    return Page(source=source, decision=decision, text=text, signals=signals)


def test_a_recognised_page_says_why_how_surely_and_which_words_are_unsure() -> None:
    told = evidence_of(page("ocr", "no_layer", confidence=91.6, turned=180, ocr_notes="coloured_stamp"), WORDS)
    assert told is not None
    assert (told.short, told.hard) == ("Text recognised from a scan, confidence 91 of 100", False)
    assert told.sentences == (
        "It was recognised because the page is a picture without text.",
        "1 unsure word: chalanas",
        "The page lies turned in the file; it was turned by 180° to be read.",
        "A coloured stamp was cleared from the picture first.",
        "Engine: Tesseract",
    )


def test_a_page_hard_to_read_asks_for_a_persons_eye() -> None:
    told = evidence_of(page("ocr", "garbled", confidence=40.0))
    assert told is not None
    assert told.hard
    assert any("compare it with the file" in sentence for sentence in told.sentences)


def test_a_page_whose_own_text_was_kept_says_so_and_a_failed_one_why() -> None:
    kept, failed = (
        evidence_of(page("layer", "doubtful", ocr="1")),
        evidence_of(page("none", "no_layer", "", ocr_failed="time_limit")),
    )
    assert kept is not None
    assert "the better one and was kept" in kept.sentences[-1]
    assert failed is not None
    assert failed.sentences == ("It could not be recognised. Reading it took too long and was stopped.",)


def test_a_good_page_says_nothing_and_one_of_another_engine_names_it() -> None:
    assert evidence_of(page("layer", "good")) is None
    other = evidence_of(page("layer", "good", engine="pdfminer.six"))
    assert other is not None
    assert other.sentences == ("Engine: pdfminer.six",)
