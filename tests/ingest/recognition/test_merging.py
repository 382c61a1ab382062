"""A page's own text and what was recognised: the better one is kept, and both are noted."""

from __future__ import annotations

from ingest.formats.base import Decision, Extracted, PageText
from ingest.recognition.merging import merged, unsure_pages
from ingest.recognition.page import Recognised

GOOD = "La comisión aprueba las directivas internas que regulan el procedimiento de inscripción de embarcaciones"
BAD = "Lo comísion apruebo los dlrectlvas lnternas qve rcgulan cl proccdlmlento dc lnscrlpclon dc cmbarcaclones"


def file_of(*pages: tuple[str, Decision]) -> Extracted:
    return Extracted(
        "pdf",
        "application/pdf",
        pages=[
            PageText(number, text, "layer" if text else "none", width=595, height=842, decision=decision)
            for number, (text, decision) in enumerate(pages, 1)
        ],
    )


def only(extracted: Extracted, seen: Recognised, *, always: bool = False) -> PageText:
    [page] = merged(extracted, {1: seen}, always=always).pages
    return page


def test_the_pages_that_are_unsure_ask_for_recognition() -> None:
    file = file_of((GOOD, "good"), ("", "no_layer"), (BAD, "doubtful"), ("", "blank"), ("\ue001" * 40, "garbled"))
    assert unsure_pages(file) == {2: "", 3: "", 5: ""}
    assert list(unsure_pages(file, every=True)) == [1, 2, 3, 4, 5]


def test_recognised_text_replaces_a_poor_layer_and_gives_way_to_one_as_good() -> None:
    better = only(file_of((BAD, "doubtful")), Recognised(1, GOOD, confidence=94.0, language="es"))
    assert (better.source, better.text, better.quality) == ("ocr", GOOD, 0.94)
    assert better.signals["ocr_known"] == 1.0
    kept = only(file_of((GOOD, "doubtful")), Recognised(1, GOOD.replace("aprueba", "aprueva"), confidence=94.0))
    assert (kept.source, kept.text) == ("layer", GOOD)
    assert kept.signals["confidence"] == 94.0


def test_always_keeps_what_was_recognised() -> None:
    page = only(file_of((GOOD, "good")), Recognised(1, "Otra cosa", confidence=70.0), always=True)
    assert (page.source, page.text) == ("ocr", "Otra cosa")


def test_a_picture_without_words_was_recognised_all_the_same() -> None:
    page = only(file_of(("", "no_layer")), Recognised(1, ""))
    assert (page.source, page.text, page.quality) == ("ocr", "", None)


def test_what_could_not_be_recognised_and_what_was_hard_to_is_said() -> None:
    file = file_of(("", "no_layer"), ("", "no_layer"))
    found = merged(
        file,
        {
            1: Recognised(1, code="time_limit", detail="It took too long."),
            2: Recognised(2, "borroso", confidence=51.0, notes=("low_confidence",)),
        },
    )
    assert found.pages[0].source == "none"
    assert found.pages[0].signals["ocr_failed"] == "time_limit"
    assert [warning.split(":")[0] for warning in found.warnings] == ["ocr_failed", "low_confidence"]
