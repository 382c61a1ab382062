"""`manage.py move`: this site goes on with other services, or stays after all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from deploy.moving.destination import destination
from deploy.moving.marks import stay
from deploy.moving.transfer import move
from records.persons import Person


class Command(LegajoCommand):
    help = "Move this site to other services: rows, files and index, proved there. Asked again, it goes on."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--to", type=Path, metavar="ENVFILE", help="settings of the new place, NAME=value a line")
        what.add_argument("--stay", action="store_true", help="forget that this site was moved away: it goes on here")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        if options["stay"]:
            away = stay()
            self.answer({"stays": True, "was_moved_to": away.place}, "The site goes on here.")
            return 0
        report = move(to=destination(options["to"]), note=self.note)
        self.answer(report, _for_people(report))
        return 0 if report["ok"] else 1


def _for_people(report: Mapping[str, Any]) -> str:
    lines = [f"DIFFERENCE {found['kind']} {found['key']}: {found['detail']}" for found in report["differences"]]
    if not report["ok"]:
        return "\n".join([*lines, "The site has not moved; mend what differs and ask again."])
    rows = sum(table["rows"] for table in report["tables"].values())
    files = report["files"]
    return (
        f"Moved to {report['to']}: {rows} rows, {files['files']} files, {files['bytes']} bytes, "
        f"{report['index']['records']} records searchable, in {report['seconds']} s. Start the site there."
    )
