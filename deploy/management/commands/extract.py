"""`manage.py extract FILE…`: the text of files, page by page, as an upload would read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from ingest.reading.command_lines import Limits, Recognition, extracted_line, lines_of
from records.persons import Person

NO_ENGINE = "No text recognition (OCR): install tesserocr and its Spanish data; until then pictures stay without text."


class Command(LegajoCommand):
    help = "Print what is read from each file: format, language, pages with their text, warnings, or why there is none."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--ocr", choices=["auto", "always", "never"], default="auto", help="recognise pictures")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        failed = False
        limits = Limits(**settings.LEGAJO_READING)
        data = "" if options["ocr"] == "never" else settings.LEGAJO_OCR_DATA
        if not data and options["ocr"] != "never":
            self.note(NO_ENGINE)
        recognition = Recognition(data, always=bool(data) and options["ocr"] == "always")
        for line in lines_of(options["files"], extracted_line, limits, recognition):
            failed = failed or line["error"] is not None
            self.answer(line, "\n".join(_told(line["path"], line)))
        return 1 if failed else 0


def _told(name: str, line: dict[str, Any]) -> Iterator[str]:
    """Yield a file's lines, and those of the files inside it."""
    if line["error"]:
        yield f"{name}: {line['error']['code']}: {line['error']['detail']}"
    else:
        yield f"{name} ({line['format']}, {line['language'] or '?'}, {len(line['pages'])} pages)"
    yield from (f"! {warning}" for warning in line["warnings"])
    for page in line["pages"]:
        yield f"--- {page['number']} [{_source(page)}]"
        yield page["text"]
    for part in line["parts"]:
        yield from _told(f"{name} > {part['name']}", part)


def _source(page: dict[str, Any]) -> str:
    """Return where a page's text is from and, where that is worth a word, why and how sure it is."""
    doubt = page["decision"] if page["decision"] not in ("", "good") else ""
    sure = page["signals"].get("confidence")
    confidence = f"confidence {sure:.0f}" if sure is not None else ""
    return ", ".join(word for word in (page["source"], doubt, confidence, page["signals"].get("engine", "")) if word)
