"""A site's work in chapters, each a list of requests as a client makes them: asked again until they are answered.

A chapter may be broken off anywhere and begun again. What it answers is noted before the next request is made.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.ingest.recognition.paper import pdf_of, typed

PART = 600
FILES = 6


def bytes_of(name: str) -> bytes:
    return "".join(f"{name}: línea {number} del acta, folio {number}.\n" for number in range(40)).encode()


def lay_out(folder: Path) -> None:
    """Write the archivist's folder."""
    (folder / "actas").mkdir(parents=True)
    for number in range(FILES):
        (folder / "actas" / f"acta-{number}.txt").write_bytes(bytes_of(f"acta-{number}"))
    (folder / "otra").mkdir()
    for number in range(2):
        (folder / "otra" / f"carta-{number}.txt").write_bytes(bytes_of(f"carta-{number}"))
    (folder / "drop").mkdir()
    (folder / "drop" / "oficio.txt").write_bytes(bytes_of("oficio"))
    (folder / "drop" / "vacío.txt").write_bytes(b"")
    (folder / "plano.pdf").write_bytes(pdf_of(typed(("Plano del puerto, folio 3 del registro.",))))


def begin(folder: Path) -> None:
    """Tables made ready, as the first command on a new site does."""
    from io import StringIO

    from django.core.management import call_command

    call_command("tick", "--json", stdout=StringIO(), stderr=StringIO())


def organise(folder: Path) -> None:
    from records.persons import operator
    from records.services.configuring import configure

    document = {
        "groups": [{"name": "asesoria"}],
        "users": [
            {"username": "archivist", "roles": ["archivist"]},
            {"username": "member", "roles": [], "groups": ["asesoria"]},
        ],
        "series": [{"code": "ACTAS", "title": "Actas", "access": "internal"}],
        "bodies": [{"code": "PLENO", "name": "Pleno", "kind": "plenary"}],
        "memberships": [{"user": "member", "body": "PLENO", "from": "2020-01-01"}],
        "sessions": [{"code": "PLENO-1", "body": "PLENO", "kind": "ordinary", "number": 1, "date": "2020-02-03"}],
    }
    configure(document=document, by=operator("faults"))


def _archivist() -> Any:
    from records.models import User
    from records.persons import person_for

    return person_for(User.objects.get(username="archivist"), origin="faults")


def upload(folder: Path) -> None:
    """Two documents in parts; the second as a draft. What is left of an upload is gone on with."""
    for name, publish in (("subida", True), ("borrador", False)):
        _upload(name, publish)


def large(folder: Path) -> None:
    """A document whose parts a store joins by itself, as S3 does from 5 MiB on."""
    _upload("grande", True, part=5 << 20, times=4000)


def _upload(name: str, publish: bool, *, part: int = PART, times: int = 1) -> None:
    from django.conf import settings

    from ingest import uploads
    from ingest.models import Upload

    settings.LEGAJO_PART_BYTES = part
    by, whole = _archivist(), bytes_of(name) * times
    found = Upload.objects.filter(filename=f"{name}.txt").first()
    found = found or uploads.open_upload(filename=f"{name}.txt", size=len(whole), by=by)
    if found.state == Upload.State.OPEN:
        arrived = set(found.parts.values_list("number", flat=True))
        for number in set(range(1, found.parts_expected + 1)) - arrived:
            sent = whole[(number - 1) * part : number * part]
            uploads.store_part(upload=found, number=number, body=io.BytesIO(sent), length=len(sent), by=by)
    said = uploads.Said({"title": name, "external_id": name, "series": "ACTAS", "session": "PLENO-1"}, publish=publish)
    uploads.complete_upload(upload=found, sha256=hashlib.sha256(whole).hexdigest(), said=said, by=by)


def bring(folder: Path) -> None:
    """The folder, imported and searchable, with a receipt that adds up."""
    told = _imported(folder / "actas", "--access", "public", "--receipt", str(folder / "receipt.json"))
    assert told[-1]["failed"] == 0, told
    receipt = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["totals"]["files"] == FILES, receipt["totals"]


def _imported(path: Path, *options: str) -> list[dict[str, Any]]:
    from io import StringIO

    from django.core.management import call_command

    out = StringIO()
    call_command("import", str(path), "--wait", "--json", *options, stdout=out, stderr=io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def take_back(folder: Path) -> None:
    """A box that was the wrong one: brought in as drafts, and taken back whole."""
    from ingest.models import Batch
    from ingest.taking_back import take_back_batch
    from records.persons import operator

    found = Batch.objects.filter(name="otra").first()
    if found is None or found.state not in (Batch.State.TAKEN_BACK, Batch.State.DONE):
        _imported(folder / "otra", "--draft", "--batch", "otra", "--series", "ACTAS")
    take_back_batch(batch=Batch.objects.get(name="otra"), by=operator("faults"), reason="otra caja")


def watch(folder: Path) -> None:
    """What was put into a watched folder comes in and is set aside, the empty file with its reason."""
    from django.core.management import call_command

    with suppress(SystemExit):
        told = {"stdout": io.StringIO(), "stderr": io.StringIO()}
        call_command("watch", str(folder / "drop"), "--once", "--settle", "0", **told)
    left = sorted(path.name for path in (folder / "drop").rglob("*") if path.is_file() and path.suffix == ".txt")
    assert left == ["oficio.txt", "vacío.txt", "vacío.txt.txt"], left
    assert not (folder / "drop" / "oficio.txt").exists()


def scan(folder: Path) -> None:
    """A page without text, recognised."""
    _imported(folder / "plano.pdf")


def sweep(folder: Path) -> None:
    """What others left behind: an upload nobody went on with, a part that no row names, a torn write."""
    from ingest import uploads
    from records.persons import operator
    from records.services.configuring import configure
    from records.stores import documents, staging
    from tests.faults.invariants import A_MONTH, later

    begun = uploads.open_upload(filename="olvidado.txt", size=5, by=_archivist())
    uploads.store_part(upload=begun, number=1, body=io.BytesIO(b"acta\n"), length=5, by=_archivist())
    staging().put("uploads/nobodys/1", iter([b"acta"]))
    root = getattr(documents(), "root", None)
    if root:
        (root / ".incoming" / "torn").write_bytes(b"ac")
    # Something to seal and, in an hour that has no witness yet, to witness.
    configure(document={"series": [{"code": "PLANOS", "title": "Planos"}]}, by=operator("faults"))
    with later(2 * A_MONTH):
        settle(folder)


def change(folder: Path) -> None:
    """The draft published, another document withdrawn, closed, opened and edited: each asked until it is answered."""
    answered = folder / "answered"
    before = answered.read_text().split() if answered.exists() else []
    for name, request in CHANGES.items():
        if name not in before:
            request(_record("borrador"), _archivist())
            with answered.open("a") as file:
                file.write(f"{name}\n")


def _record(name: str) -> Any:
    from records.models import Record

    return Record.objects.get(external_id=name)


def _publish(record: Any, by: Any) -> None:
    from records.services.publishing import publish_version

    publish_version(version=record.versions.get(), by=by)


def _give(record: Any, by: Any) -> None:
    from records.services.opening import give_grant

    give_grant(record=record, reader="group:asesoria", by=by)
    give_grant(record=record, reader="user:member", by=by)


def _revoke(record: Any, by: Any) -> None:
    from records.services.opening import revoke_grant

    revoke_grant(record=record, reader="user:member", by=by)


def _close(record: Any, by: Any) -> None:
    from records.services.opening import classify_record

    classify_record(record=record, classification="reserved", by=by)


def _edit(record: Any, by: Any) -> None:
    from records.services.editing import edit_record

    # A client whose answer was lost looks first whether its change is there.
    if record.title != "Acta corregida":
        edit_record(record=record, changes={"title": "Acta corregida"}, by=by)


def _withdraw(record: Any, by: Any) -> None:
    from records.services.publishing import withdraw_version

    version = _record("subida").versions.get()
    if version.state != "withdrawn":
        withdraw_version(version=version, by=by)


CHANGES: dict[str, Callable[[Any, Any], None]] = {
    "publish": _publish,
    "give": _give,
    "revoke": _revoke,
    "close": _close,
    "edit": _edit,
    "withdraw": _withdraw,
}


def settle(folder: Path) -> None:
    """What a worker does: read, index, and what is due by the clock."""
    from deploy.worker import Worker, WorkerLock, tick

    lock = WorkerLock()
    assert lock.take(), "another worker is left"
    with Worker() as worker:
        worker.until_idle()
    tick()
    lock.give()


def rebuild(folder: Path) -> None:
    """The index built anew: asked of the worker, then by the command."""
    from django.core.management import call_command

    from search.rebuilding import ask_for_rebuild

    ask_for_rebuild()
    settle(folder)
    call_command("reindex", "--json", stdout=io.StringIO())


def back_up(folder: Path) -> None:
    """A backup, and a second one of which the first is dropped; whole whenever it says so."""
    from django.core.management import call_command

    from deploy.backups.folder import BackupFolder, manifest_of

    told = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("backup", str(folder / "backups"), "--keep", "1", **told)
    lying = BackupFolder(folder / "backups")
    # Bytes that no generation names, as a backup leaves them that was broken off.
    lying.files.put("blobs/00/00/nobodys", iter([b"acta"]))
    call_command("backup", str(folder / "backups"), "--keep", "1", **told)
    assert not lying.partial()
    assert [manifest_of(one)["missing"] for one in lying.generations()] == [[]]


CHAPTERS: dict[str, Callable[[Path], None]] = {
    "begin": begin,
    "organise": organise,
    "upload": upload,
    "read": settle,
    "bring": bring,
    "change": change,
    "follow": settle,
    "rebuild": rebuild,
    "take_back": take_back,
    "sweep": sweep,
    "back_up": back_up,
    "watch": watch,
    "scan": scan,
    "large": large,
}
