"""`manage.py watch FOLDER`: take in whatever is put into a folder, once it has come to rest."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import OperationalError

from deploy.management.coming_in import add_options, defaults_of, series_of
from deploy.management.output import LegajoCommand
from deploy.worker import StopSignal, stoppable
from ingest.batch_items import Line
from ingest.bulk import BulkImport
from ingest.drop_folder import FAILED, IMPORTED, LOCK, DropFolder
from ingest.sources import SourceFile, gathered
from records.persons import Person
from records.services.accession import check_may_accession
from storage.errors import StorageError

PAUSE_SECONDS = 2.0
AFTER_A_FAILURE_SECONDS = 15.0


class Command(LegajoCommand):
    help = "Take in what is put into a folder, once it has come to rest; the files are moved to imported/ or failed/."
    changes_the_site = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        add_options(parser)
        parser.add_argument("--settle", type=float, default=5.0, metavar="SECONDS", help="how long a file must rest")
        parser.add_argument("--once", action="store_true", help="end when nothing is left to take in")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        series = series_of(options)
        check_may_accession(by, series)
        how = {
            "by": by,
            "series": series,
            "defaults": defaults_of(options),
            "publish": not options["draft"],
            "name": options["folder"].resolve().name,
        }
        drop = DropFolder(options["folder"], options["settle"])
        failed = 0
        with drop.held(), stoppable() as stopping:
            while not stopping.asked:
                more, wrong = self._round(drop, how, stopping)
                failed += wrong
                if options["once"] and not more:
                    break
        return 1 if failed else 0

    def _round(self, drop: DropFolder, how: Mapping[str, Any], stopping: StopSignal) -> tuple[bool, int]:
        """Take in what has come to rest; return whether something is still to come to rest, and how many failed."""
        try:
            with gathered([str(drop.path)], without={IMPORTED, FAILED, LOCK}) as files:
                resting, more = drop.at_rest(files)
                lines = self._taken_in(resting, how)
        except (StorageError, OperationalError) as failure:
            self.note(f"Nothing can be taken in at the moment: {failure}. It is tried again.")
            stopping.sleep(AFTER_A_FAILURE_SECONDS)
            return True, 0
        outcomes = []
        for path, told in lines.items():
            outcomes.append(drop.set_aside(path, told))
            for line in told:
                self.answer(line.as_json(), f"{line.state}: {line.path}" + (f": {line.detail}" if line.detail else ""))
        if not all(outcomes):
            stopping.sleep(AFTER_A_FAILURE_SECONDS)
        elif not outcomes:
            stopping.sleep(min(PAUSE_SECONDS, max(drop.settle, 0.1)))
        return more or not all(outcomes), outcomes.count(FAILED)

    def _taken_in(self, files: Sequence[SourceFile], how: Mapping[str, Any]) -> dict[Path, list[Line]]:
        """Import files as one batch; return by path what became of them, without those that a cancelled batch left."""
        if not files:
            return {}
        began = time.monotonic()
        bulk = BulkImport(**how)
        paths = {file.shown: file.path for file in files}
        lines: dict[Path, list[Line]] = {path: [] for path in paths.values()}
        for line in bulk.run(files):
            lines[paths[line.path]].append(line)
        bulk.finish()
        self.note(f"{len(files)} files in {time.monotonic() - began:.1f} s")
        return {path: told for path, told in lines.items() if told}
