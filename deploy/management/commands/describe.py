"""`manage.py describe FILE…`: what Legajo reads in a document: kind, number, title, issuer, date, articles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from ingest.reading.command_lines import Limits, Recognition, described_line, lines_of
from records.persons import Person

SHOWN = ("kind", "number", "number_key", "issuer", "title", "date", "publication_date")


class Command(LegajoCommand):
    help = "Print what is described in each file: kind, number, issuer, title, date, sections and citations."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        failed = False
        limits = Limits(**settings.LEGAJO_READING)
        recognition = Recognition(settings.LEGAJO_OCR_DATA)
        for line in lines_of(options["files"], described_line, limits, recognition):
            failed = failed or line["error"] is not None
            self.answer(line, _for_people(line))
        return 1 if failed else 0


def _for_people(line: dict[str, Any]) -> str:
    if line["error"]:
        return f"{line['path']}: {line['error']['code']}: {line['error']['detail']}"
    told = [f"  {name}: {line[name]}" for name in SHOWN if line.get(name)]
    return "\n".join([line["path"], *told, f"  sections: {len(line['sections'])}"])
