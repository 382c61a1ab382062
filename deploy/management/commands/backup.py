"""`manage.py backup`: the running site into a folder, or the proof that what lies there is whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from deploy.backups.proving import verify
from deploy.backups.taking import back_up
from deploy.management.output import LegajoCommand
from records.persons import Person


class Command(LegajoCommand):
    help = "Back this site up into a folder while it runs; only what is new is copied. Status 1: files are missing."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="folder of this site's backups, made if missing")
        parser.add_argument("--keep", type=int, metavar="N", help="keep the N newest backups and remove older ones")
        parser.add_argument("--verify", action="store_true", help="take none, but read and prove all that lie there")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        if options["verify"]:
            told = verify(options["folder"], self.note)
            self.answer(told, _proved_for_people(told))
            return 0 if told["ok"] else 1
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep: at least 1 backup stays.", returncode=2)
        report = back_up(options["folder"], keep=options["keep"], by=by, note=self.note)
        self.answer(report, _taken_for_people(report))
        return 0 if report["ok"] else 1


def _taken_for_people(report: Mapping[str, Any]) -> str:
    lines = [f"MISSING {found['key']}: {found['detail']}" for found in report["missing"]]
    files = report["files"]
    told = (
        f"Backup {report['backup']}: {report['rows']} rows, {files['files']} files, {files['bytes']} bytes "
        f"({files['passed_over']} files were there already), in {report['seconds']} s."
    )
    return "\n".join([*lines, told])


def _proved_for_people(told: Mapping[str, Any]) -> str:
    lines = [f"WRONG {found['file']} ({found['backup']}): {found['detail']}" for found in told["differences"]]
    lines += [f"partial, never to be restored: {name}" for name in told["partial"]]
    if not told["backups"]:
        return "\n".join([*lines, "There is no complete backup."])
    return "\n".join([*lines, f"{len(told['backups'])} backups: {'whole' if told['ok'] else 'NOT whole'}."])
