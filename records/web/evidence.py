"""Why a page's text is as it is: why it was recognised, how surely, what was done to the picture, by which engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from records.models import Page
from records.web.wording import reason
from records.words import unpack_words

HARD_TO_READ = 65
"""Below this confidence a page is to be compared with its picture by a person, as the recogniser says."""
UNSURE_WORD = 60
MOST_WORDS = 12

WHY: dict[str, Promise] = {
    "no_layer": _("It was recognised because the page is a picture without text."),
    "garbled": _("It was recognised because the letters in the file are not what they seem."),
    "doubtful": _("It was recognised because the scanner's own text has many words that do not exist."),
}
KEPT: dict[str, Promise] = {
    "garbled": _("The letters in the file are not what they seem; copied text may be wrong."),
    "doubtful": _("The scanner's own text has many words that do not exist."),
}
DONE: dict[str, Promise] = {
    "fine": _("The print is small, so it was looked at more finely."),
    "grey_stamp": _("A grey stamp was cleared from the picture first."),
    "coloured_stamp": _("A coloured stamp was cleared from the picture first."),
    "uneven_light": _("Shadows on the page were cleared from the picture first."),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is said of a page in a line (`short`) and, for who asks, in sentences; `hard` asks for a person's eye."""

    short: str
    sentences: tuple[str, ...]
    hard: bool = False


def evidence_of(page: Page, words: bytes = b"") -> Evidence | None:
    """Return what is to be said of a page; None for one whose text is plainly its own. `words` are its boxes."""
    if page.source == Page.Source.OCR:
        sure = page.signals.get("confidence")
        short = gettext("Text recognised from a scan")
        if sure is not None:
            short = gettext("%(short)s, confidence %(sure)d of 100") % {"short": short, "sure": sure}
        hard = sure is not None and sure < HARD_TO_READ
        return Evidence(short, tuple(_recognised(page, words, hard)), hard)
    sentences, known = tuple(_own(page)), page.decision in Page.DOUBTS
    if not sentences and not known:
        return None
    return Evidence(str(page.get_decision_display()) if known else gettext("How it was read"), sentences)


def _recognised(page: Page, words: bytes, hard: bool) -> Iterator[str]:
    if page.decision in WHY:
        yield str(WHY[page.decision])
    if hard:
        yield gettext("It was hard to read: compare it with the file before you rely on it.")
    if unsure := [word for word in _unsure(page.text, words) if sum(map(str.isalnum, word)) > 1]:
        counted = ngettext("%(count)d unsure word: %(words)s", "%(count)d unsure words: %(words)s", len(unsure))
        more = " …" if len(unsure) > MOST_WORDS else ""
        yield counted % {"count": len(unsure), "words": ", ".join(unsure[:MOST_WORDS]) + more}
    if turned := page.signals.get("turned"):
        yield gettext("The page lies turned in the file; it was turned by %(turned)s° to be read.") % {"turned": turned}
    for note in str(page.signals.get("ocr_notes", "")).split():
        if note in DONE:
            yield str(DONE[note])
    yield gettext("Engine: %(engine)s") % {"engine": "Tesseract"}


def _unsure(text: str, words: bytes) -> list[str]:
    boxes = unpack_words(words)
    return [text[box.start : box.end] for box in boxes if box.conf is not None and box.conf < UNSURE_WORD]


def _own(page: Page) -> Iterator[str]:
    if page.decision in KEPT:
        yield str(KEPT[page.decision])
    if failed := page.signals.get("ocr_failed"):
        yield gettext("It could not be recognised.") + " " + reason(str(failed))
    elif "ocr" in page.signals and page.text:
        yield gettext("It was recognised too; the text in the file was the better one and was kept.")
    if engine := page.signals.get("engine"):
        yield gettext("Engine: %(engine)s") % {"engine": engine}
