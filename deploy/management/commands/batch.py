"""`manage.py batch`: bulk imports, how far they are, and what an archivist does with one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from ingest.batches import cancel_batch, counts_of, is_broken_off, pause_batch, resume_batch
from ingest.models import Batch
from ingest.receipts import check_writable, write_receipt
from ingest.taking_back import publish_batch, take_back_batch
from records.api.parameters import id_of
from records.errors import InvalidValue, NotFound
from records.persons import Person

MOVES = {"pause": pause_batch, "resume": resume_batch, "cancel": cancel_batch}
DOES = ("show", *MOVES, "publish", "take-back", "receipt")
LATEST = 50


class Command(LegajoCommand):
    help = "List bulk imports, or show, pause, resume, cancel, publish or take back one of them."
    changes_the_site = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", nargs="?", default="", metavar="ID", help="without one, the latest are listed")
        parser.add_argument("does", nargs="?", default="show", choices=DOES)
        parser.add_argument("--reason", default="", help="why it is taken back; kept with the tombstones")
        parser.add_argument("--to", default="", metavar="FILE", help="where the receipt is written")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        if not options["batch"]:
            for one in Batch.objects.visible_to(by)[:LATEST]:
                self._show(one)
            return 0
        batch = _found(options["batch"], by)
        match options["does"]:
            case "publish":
                return self._publish(batch, by)
            case "take-back":
                return self._take_back(batch, by, options["reason"])
            case "receipt":
                return self._receipt(batch, by, options["to"])
            case name:
                self._show(MOVES[name](batch=batch, by=by) if name in MOVES else batch)
                return 0

    def _show(self, batch: Batch) -> None:
        counts = counts_of(batch)
        told = {
            "batch": str(batch.pk),
            "name": batch.name,
            "by": batch.by_name,
            "state": batch.state,
            "broken_off": is_broken_off(batch),
            "files": batch.files or sum(counts.values()),
            **counts,
            "created_at": batch.created_at,
            "closed_at": batch.closed_at,
        }
        text = "{batch}  {state}  {name}: {files} files, {imported} imported, {unchanged} unchanged, {failed} failed"
        self.answer(told, text.format(**told) + (" (broken off: import again)" if told["broken_off"] else ""))

    def _publish(self, batch: Batch, by: Person) -> int:
        done, refused = publish_batch(batch=batch, by=by)
        for path, code in refused:
            self.note(f"{code}: {path}")
        self.answer({"published": done, "refused": len(refused)}, f"{done} published, {len(refused)} refused")
        return 1 if refused else 0

    def _take_back(self, batch: Batch, by: Person, reason: str) -> int:
        outcome = take_back_batch(batch=batch, by=by, reason=reason)
        for kept in outcome.kept:
            self.note(f"stays ({kept.code}): {kept.record}")
        told = {
            "removed": outcome.removed,
            "kept": [{"record": str(one.record), "code": one.code} for one in outcome.kept],
        }
        self.answer(told, f"{outcome.removed} records taken back, {len(outcome.kept)} stay")
        return 1 if outcome.kept else 0

    def _receipt(self, batch: Batch, by: Person, to: str) -> int:
        if not to:
            raise InvalidValue("Say where the receipt is to be written.", attr="--to")
        check_writable(Path(to))
        totals = write_receipt(batch, Path(to), by=by)
        self.answer(totals, f"A receipt of {totals['files']} files is in {to}.")
        return 0


def _found(text: str, by: Person) -> Batch:
    found: Batch | None = Batch.objects.visible_to(by).filter(pk=id_of(text)).first()
    if found is None:
        raise NotFound("There is no such batch.", attr="ID")
    return found
