"""`manage.py extract FILE…`: the text of files, page by page, as an upload would read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from ingest.reading.command_lines import Limits, extracted_line, lines_of
from records.persons import Person


class Command(LegajoCommand):
    help = "Print what is read from each file: format, language, pages with their text, warnings, or why there is none."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--ocr", choices=["auto", "always", "never"], default="auto", help="recognise pictures")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        failed = False
        if options["ocr"] == "always":
            self.note("Text recognition (OCR) is not part of this release; pictures stay without text.")
        limits = Limits(**settings.LEGAJO_READING)
        for line in lines_of(options["files"], extracted_line, limits):
            failed = failed or line["error"] is not None
            self.answer(line, _for_people(line))
        return 1 if failed else 0


def _for_people(line: dict[str, Any]) -> str:
    if line["error"]:
        return f"{line['path']}: {line['error']['code']}: {line['error']['detail']}"
    head = f"{line['path']} ({line['format']}, {line['language'] or '?'}, {len(line['pages'])} pages)"
    pages = [f"--- {page['number']} [{page['source']}]\n{page['text']}" for page in line["pages"]]
    return "\n".join([head, *(f"! {warning}" for warning in line["warnings"]), *pages])
