"""`manage.py import PATH…`: bulk import of files, folders and archives, with a manifest or without."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from deploy.management.coming_in import add_options, defaults_of, series_of
from deploy.management.output import REFUSED, LegajoCommand
from deploy.worker import Pump
from ingest.batch_items import Line
from ingest.bulk import BulkImport
from ingest.intake import foreseen_failure
from ingest.list_mappings import keep_mapping, mapping_named, together
from ingest.listing import Listing, ListReading, listed
from ingest.manifest import InvalidManifest, checked_mapping
from ingest.receipts import check_writable, write_receipt
from ingest.rehearsal import Rehearsal, rehearsed
from ingest.sources import SourceFile, check_version_targets, external_ids_of, gathered, told_apart
from records.errors import InvalidValue
from records.persons import Person
from records.services.accession import check_may_accession

_NAMED = 20


class Command(LegajoCommand):
    help = "Import files, folders and ZIP archives. Asked again, it does only what is left."
    changes_the_site = True
    reading = ListReading()
    rehearsal: Rehearsal | None = None

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--manifest", metavar="FILE", help="CSV or JSON lines; only the files it names come in")
        parser.add_argument("--map", action="append", default=[], metavar="COLUMN=field")
        parser.add_argument("--mapping", default="", metavar="NAME", help="read the list as was kept by this name")
        parser.add_argument("--save-mapping", default="", metavar="NAME", help="keep how this list is read by a name")
        parser.add_argument("--match", action="store_true", help="find the files of rows by name, number or title")
        parser.add_argument("--join-rows", action="store_true", help="read the rows of one document as one")
        add_options(parser)
        parser.add_argument("--dry-run", action="store_true", help="check everything, import nothing")
        parser.add_argument("--report", default="", metavar="FILE", help="write the manifest's faults as CSV")
        parser.add_argument("--good-rows", action="store_true", help="import the manifest's rows without faults")
        parser.add_argument("--batch", default="", metavar="NAME", help="call the batch so; one broken off goes on")
        parser.add_argument("--receipt", default="", metavar="FILE", help="write a signed receipt of every file")
        parser.add_argument("--wait", action="store_true", help="return when all is searchable")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        _check_together(options)
        if options["receipt"]:
            check_writable(Path(options["receipt"]))
        series = series_of(options)
        check_may_accession(by, series)
        self.reading = _reading(options, by)
        defaults = defaults_of(options)
        with gathered(options["paths"]) as files:
            if options["manifest"] and (options["dry_run"] or options["good_rows"]):
                self.rehearsal = self._rehearsed(files, options, by)
                if options["dry_run"]:
                    return self._told(self.rehearsal)
                chosen = self.rehearsal.good
            else:
                chosen = self._chosen(files, options, by)
            if options["dry_run"]:
                return self._rehearse(chosen)
            named = {file.shown for file in chosen}
            with Pump() as pump:
                bulk = BulkImport(
                    by=by,
                    defaults=defaults,
                    series=series,
                    pump=pump if options["wait"] else None,
                    wait=options["wait"],
                    name=options["batch"],
                    publish=not options["draft"],
                    left_out=[file for file in files if file.shown not in named],
                    on_pause=lambda: self.note("The batch is paused; it goes on when somebody lets it."),
                )
                return self._import(bulk, chosen, options["receipt"])

    def _chosen(self, files: list[SourceFile], options: Mapping[str, Any], by: Person) -> list[SourceFile]:
        """Return the files to import: all, or those of a manifest that was found whole."""
        if not options["manifest"]:
            return files
        manifest = Path(options["manifest"])
        found = listed(manifest, self.reading, given=options["paths"], files=files, by=by)
        self._tell_read(found)
        if found.faults:
            raise InvalidManifest(found.faults)
        check_version_targets(found.chosen, by)
        return found.chosen

    def _tell_read(self, found: Listing | Rehearsal) -> None:
        """Say what was read otherwise than it stands in the list, which files were found, and which are left out."""
        for one in found.told:
            self.note(str(one))
        for match in found.matches:
            self.note(f"row {match.row}: found by its {match.by}: {match.file}")
        if found.without_row:
            named = ", ".join(found.without_row[:_NAMED]) + (", …" if len(found.without_row) > _NAMED else "")
            self.note(f"{len(found.without_row)} files have no row in the manifest and are left out.")
            self.note(f"Without a row: {named}")

    def _rehearsed(self, files: list[SourceFile], options: Mapping[str, Any], by: Person) -> Rehearsal:
        """Try out the manifest, write the report where one is wanted, and tell every fault."""
        rehearsal = rehearsed(Path(options["manifest"]), self.reading, given=options["paths"], files=files, by=by)
        if options["report"]:
            try:
                rehearsal.report(Path(options["report"]))
            except OSError as failure:
                told = f"The report {options['report']} cannot be written: {failure.strerror}."
                raise InvalidValue(told, attr="--report") from failure
        self._tell_read(rehearsal)
        for fault in (*rehearsal.doubles, *rehearsal.faults):
            self.note(str(fault))
        return rehearsal

    def _told(self, rehearsal: Rehearsal) -> int:
        """Say what would come of the manifest; status 2 where an import would be refused."""
        good = {file.shown for file in rehearsal.good}
        summary = {
            "files": len(rehearsal.chosen),
            "would_fail": sum(1 for file in rehearsal.chosen if file.shown not in good),
            "dry_run": True,
            "rows": len(rehearsal.rows),
            "left_out": rehearsal.left_out,
            "without_row": rehearsal.without_row,
            "faults": [asdict(one) for one in rehearsal.faults],
            "told": [asdict(one) for one in rehearsal.told],
            "doubles": [asdict(one) for one in rehearsal.doubles],
            "matches": [asdict(one) for one in rehearsal.matches],
        }
        for file in rehearsal.chosen:
            state = "would_import" if file.shown in good else "would_fail"
            line = {"path": file.shown, "state": state, "external_id": external_ids_of(file)[0]}
            self.answer(line, f"{state}: {file.shown}")
        text = "{rows} rows, {files} files named, {left_out} files without a row; {wrong} faults"
        self.answer(summary, text.format(**summary, wrong=len(rehearsal.faults)))
        return REFUSED if rehearsal.faults else 0

    def _rehearse(self, files: list[SourceFile]) -> int:
        failing = 0
        for file in told_apart(files):
            line = {"path": file.shown, "state": "would_import", "external_id": external_ids_of(file)[0]}
            if failure := foreseen_failure(file):
                failing += 1
                line |= {"state": "would_fail", "code": failure[0], "detail": failure[1]}
            self.answer(line, f"{line['state']}: {file.shown}")
        self.answer({"files": len(files), "would_fail": failing, "dry_run": True}, f"{len(files)} files checked.")
        return 1 if failing else 0

    def _import(self, bulk: BulkImport, files: list[SourceFile], receipt: str) -> int:
        progress = _Progress(self, len(files))
        for line in bulk.run(files):
            self.answer(line.as_json(), _for_people(line))
            progress.step(sum(bulk.counts.values()))
        summary = bulk.finish()
        if receipt and bulk.batch is not None:
            write_receipt(bulk.batch, Path(receipt), by=bulk.by)
            self.note(f"The receipt is in {receipt}; `audit --receipt` verifies it.")
        text = (
            "{files} files: {imported} imported, {unchanged} unchanged, {failed} failed; "
            "{needs_review} need review; {pages} pages in {seconds} s"
        )
        if self.rehearsal is not None:
            summary["refused"] = self.rehearsal.refused
            text += "; {refused} rows refused"
        self.answer(summary, text.format(**summary))
        for one in summary["differs"]:
            self.note("{external_id}: {detail}".format(**one))
        if cancelled := bulk.cancelled:
            self.note("The batch was cancelled; what came in before stays.")
        if self.rehearsal is not None and self.rehearsal.faults and not self.rehearsal.good:
            return REFUSED
        return 1 if summary["failed"] or cancelled else 0


class _Progress:
    """A line on standard error now and then: how many, how fast, how long still."""

    def __init__(self, command: LegajoCommand, total: int) -> None:
        self._command = command
        self._total = total
        self._began = self._told = time.monotonic()

    def step(self, done: int) -> None:
        now = time.monotonic()
        every = 1.0 if sys.stderr.isatty() else 10.0
        if now - self._told < every or not done:
            return
        self._told = now
        rate = done / (now - self._began)
        left = (self._total - done) / rate
        self._command.note(f"{done} of {self._total} files, {rate:.0f} a second, about {left:.0f} s left")


def _for_people(line: Line) -> str | None:
    if line.state == "failed":
        return f"failed: {line.path}: {line.code}: {line.detail}"
    return f"{line.state}: {line.path}" + (f" ({line.code})" if line.code else "")


def _check_together(options: Mapping[str, Any]) -> None:
    """Raise InvalidValue for options that mean nothing without others."""
    if options["map"] and not options["manifest"]:
        raise InvalidValue("This renames the columns of a manifest; give one with --manifest.", attr="--map")
    flags = {"match": "--match", "join_rows": "--join-rows", "mapping": "--mapping", "save_mapping": "--save-mapping"}
    for name, flag in flags.items():
        if options[name] and not options["manifest"]:
            raise InvalidValue("This says how a manifest is read; give one with --manifest.", attr=flag)
    if options["good_rows"] and not options["manifest"]:
        raise InvalidValue("This chooses among the rows of a manifest; give one with --manifest.", attr="--good-rows")
    if options["report"] and not (options["manifest"] and (options["dry_run"] or options["good_rows"])):
        detail = "This lists the faults of a manifest that is tried out; give --manifest, and --dry-run or --good-rows."
        raise InvalidValue(detail, attr="--report")


def _reading(options: Mapping[str, Any], by: Person) -> ListReading:
    """Return how the list is to be read: as was kept by a name, and as is said now; kept by a name where asked to."""
    reading = ListReading(checked_mapping(options["map"]), join_rows=options["join_rows"], match=options["match"])
    if options["mapping"]:
        reading = together(mapping_named(options["mapping"], by), reading)
    if options["save_mapping"]:
        keep_mapping(name=options["save_mapping"], reading=reading, by=by)
    return reading
