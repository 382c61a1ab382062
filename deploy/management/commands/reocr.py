"""`manage.py reocr`: queue the pages that were never recognised, badly, or by an older version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from deploy.management.commands.extract import NO_ENGINE
from deploy.management.output import LegajoCommand
from ingest.recognising import Wanted, ask_again
from records.errors import InvalidValue
from records.models import Series
from records.persons import Person


class Command(LegajoCommand):
    help = "Queue files for recognition (OCR): pages never recognised, failed, or seen by an older version."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--below", type=float, default=0.0, metavar="N", help="also pages of less confidence")
        parser.add_argument("--series", default="", metavar="CODE", help="only in this series")
        parser.add_argument("--record", default="", metavar="EXTERNAL_ID", help="only this document")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        if not settings.LEGAJO_OCR_DATA:
            self.note(NO_ENGINE)
        series = Series.objects.filter(code=options["series"]).first() if options["series"] else None
        if options["series"] and series is None:
            raise InvalidValue(f"There is no series {options['series']!r}.", attr="series")
        queued = ask_again(wanted=Wanted(options["below"], series, options["record"]), by=by)
        self.answer({"queued": queued}, f"{queued} files will be recognised by the worker.")
        return 0
