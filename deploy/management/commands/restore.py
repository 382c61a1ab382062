"""`manage.py restore`: an empty site becomes the one of a backup."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from deploy.backups.restoring import restore
from deploy.management.output import LegajoCommand
from records.persons import Person


class Command(LegajoCommand):
    help = "Make this empty site the one of a backup: rows, files, index, proved. Asked again, it goes on."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="folder of the backups")
        parser.add_argument("--backup", metavar="NAME", help="this one; else the newest that is complete")
        parser.add_argument(
            "--keep-files", action="store_true", help="go on where the store holds files that the backup does not name"
        )

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        report = restore(
            options["folder"], named=options["backup"], keep_files=options["keep_files"], by=by, note=self.note
        )
        self.answer(report, _for_people(report))
        return 0 if report["ok"] else 1


def _for_people(report: Mapping[str, Any]) -> str:
    lines = [
        f"DIFFERENCE {found['kind']} {found['key'] or found['id']}: {found['detail']}"
        for found in report["audit"]["differences"]
    ]
    files = report["files"]
    told = (
        f"Restored {report['backup']}: {report['rows']} rows, {files['files']} files, {files['bytes']} bytes, "
        f"{report['index']['records']} records searchable, in {report['seconds']} s. "
        f"{'Sound.' if report['ok'] else 'The differences above were there when it was taken, or need you.'}"
    )
    return "\n".join([*lines, told])
