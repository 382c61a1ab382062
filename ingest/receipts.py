"""Receipts: what became of every file of a batch, signed, so that it can be shown years later that nothing was lost.

A receipt is one JSON document. Its canonical form is the document without `signature`, keys sorted, no spaces, UTF-8;
the signature is Ed25519 (RFC 8032) over `legajo-receipt/1:` and the SHA-256 of that form in hexadecimal. The key
is derived from the site's secret key (HKDF, RFC 5869); its public half stands in the receipt and in the event that
says the receipt was issued, so receipts can be verified after the secret key has changed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TextIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from ingest.models import Batch, BatchItem
from records.errors import InvalidValue, NotFound
from records.events import Happening, record_events
from records.models import Event
from records.persons import Person
from storage.crash_points import reached

FORMAT = "legajo-receipt/1"


class Writable(Protocol):
    """Whatever text is written to."""

    def write(self, text: str, /) -> Any:
        """Take some text."""


OUTCOMES = tuple(BatchItem.State.values)
_COLUMNS = ("path", "size", "sha256", "state", "external_id", "record", "version_number", "code", "detail")


def issue_receipt(batch: Batch, to: Writable, *, by: Person) -> dict[str, Any]:
    """Write the receipt of one's own batch, file by file, and note that it was issued; return its totals.

    Raises NotFound for another's batch: only whoever handed the files over is told their names.
    """
    if not (by.everything or (by.user_id is not None and batch.by_id == by.user_id)):
        raise NotFound()
    batch.refresh_from_db()
    digest = hashlib.sha256()
    totals: dict[str, int] = dict.fromkeys(("files", "bytes", *OUTCOMES), 0)

    def write(text: str, *, between: str = "") -> None:
        digest.update(text.encode("utf-8"))
        to.write(text + between)

    write('{"batch":' + canonical(_of_batch(batch)) + ',"files":[', between="\n")
    for at, file in enumerate(_files(batch)):
        write(("," if at else "") + canonical(file), between="\n")
        totals["files"] += 1
        totals["bytes"] += file["size"]
        totals[file["outcome"]] += 1
    write('],"format":' + canonical(FORMAT) + ',"handed_over":' + canonical(batch.files or totals["files"]))
    write(',"totals":' + canonical(totals))
    digest.update(b"}")
    signature = _signed(digest.hexdigest())
    to.write(',\n"signature":' + canonical(signature) + "}\n")
    _note_issued(batch, signature, totals, by)
    return totals


def receipt_file_name(batch: Batch) -> str:
    """Return what the file of a receipt is called."""
    return f"receipt-{batch.created_at:%Y-%m-%d}-{str(batch.pk)[-12:]}.json"


def totals_of(batch: Batch) -> dict[str, int]:
    """Return the totals of a batch as its receipt has them, counted by the database."""
    rows = batch.items.order_by().values_list("state").annotate(count=Count("pk"), size=Sum("size"))
    totals = dict.fromkeys(("files", "bytes", *OUTCOMES), 0)
    for state, count, size in rows:
        totals[state] = count
        totals["files"] += count
        totals["bytes"] += size or 0
    return totals


def check_writable(path: Path) -> None:
    """Raise InvalidValue where no receipt can be written: told before an import, not after it."""
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise InvalidValue(f"No file can be written at {path}.", attr="--receipt")


def write_receipt(batch: Batch, path: Path, *, by: Person) -> dict[str, Any]:
    """Write a receipt to a file, whole or not at all. Raises NotFound, InvalidValue where it cannot be written."""
    # Of one name, so that one whose writer was killed is overwritten and not left for good.
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            totals = issue_receipt(batch, stream, by=by)
            stream.flush()
            os.fsync(stream.fileno())
        reached("receipt.written")
        beside.replace(path)
        reached("receipt.placed")
    except OSError as failure:
        beside.unlink(missing_ok=True)
        raise InvalidValue(f"The receipt {path} cannot be written: {failure.strerror}.", attr="--receipt") from failure
    return totals


def canonical(value: Any) -> str:
    """Return the one way to write a JSON value: keys sorted, no spaces, no escapes but those JSON needs."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_receipt(stream: TextIO) -> dict[str, Any]:
    """Return a receipt as a document. Raises InvalidValue where it is none."""
    try:
        receipt = json.load(stream)
        if receipt["format"] != FORMAT or not isinstance(receipt["files"], list):
            raise KeyError(FORMAT)
        _check_shape(receipt)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        raise InvalidValue("This is not a receipt of an import.", attr="--receipt") from wrong
    return dict(receipt)


def _check_shape(receipt: Mapping[str, Any]) -> None:
    """Raise KeyError, TypeError or ValueError unless every part has its place and kind."""
    signature = receipt["signature"]
    for name in ("public_key", "digest", "value", "algorithm"):
        if not isinstance(signature[name], str):
            raise TypeError(name)
    if not isinstance(receipt["batch"]["id"], str) or not isinstance(receipt["totals"], dict):
        raise TypeError("batch")
    for file in receipt["files"]:
        if file["outcome"] not in OUTCOMES or not isinstance(file["size"], int) or not isinstance(file["sha256"], str):
            raise ValueError("files")
        if not isinstance(file["path"], str) or not isinstance(file["version"], int | None):
            raise TypeError("files")


def faults_of_receipt(receipt: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a receipt in itself: altered, signed by another site, or not adding up."""
    body = {name: value for name, value in receipt.items() if name != "signature"}
    digest = hashlib.sha256(canonical(body).encode("utf-8", "surrogatepass")).hexdigest()
    signature = receipt["signature"]
    if digest != signature["digest"] or not _verifies(signature, digest):
        yield "the receipt was altered: its signature is not that of what it says"
    elif signature["public_key"] not in known_keys():
        yield "the receipt was not issued by this site"
    if receipt["totals"] != _totals(receipt["files"]) or receipt["handed_over"] != len(receipt["files"]):
        yield "the receipt does not add up: its totals are not those of its files"


def known_keys() -> set[str]:
    """Return the public keys with which this site signs or has signed."""
    issued = Event.objects.filter(name="receipt.issued").values_list("details__public_key", flat=True).distinct()
    return {_public_key(), *(key for key in issued if key)}


def _totals(files: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    totals = dict.fromkeys(("files", "bytes", *OUTCOMES), 0)
    for file in files:
        totals["files"] += 1
        totals["bytes"] += file["size"]
        totals[file["outcome"]] += 1
    return totals


def _of_batch(batch: Batch) -> dict[str, Any]:
    return {
        "id": str(batch.pk),
        "name": batch.name,
        "by": batch.by_name,
        "state": batch.state,
        "opened_at": batch.created_at.isoformat(),
        "closed_at": batch.closed_at.isoformat() if batch.closed_at else None,
        "notes": batch.notes,
    }


def _files(batch: Batch) -> Iterator[dict[str, Any]]:
    for row in batch.items.order_by("pk").values(*_COLUMNS).iterator(chunk_size=2000):
        yield {
            "path": row["path"],
            "size": row["size"],
            "sha256": row["sha256"],
            "outcome": row["state"],
            "external_id": row["external_id"],
            "record": str(row["record"]) if row["record"] else None,
            "version": row["version_number"],
            "code": row["code"],
            "detail": row["detail"],
        }


def _key() -> Ed25519PrivateKey:
    secret = settings.SECRET_KEY.encode("utf-8")
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=FORMAT.encode("ascii")).derive(secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public_key() -> str:
    return base64.b64encode(_key().public_key().public_bytes_raw()).decode("ascii")


def _signed(digest: str) -> dict[str, str]:
    value = _key().sign(f"{FORMAT}:{digest}".encode("ascii"))
    return {
        "algorithm": "ed25519",
        "digest": digest,
        "public_key": _public_key(),
        "value": base64.b64encode(value).decode("ascii"),
    }


def _verifies(signature: Mapping[str, str], digest: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signature["public_key"]))
        key.verify(base64.b64decode(signature["value"]), f"{FORMAT}:{digest}".encode("ascii"))
    except (InvalidSignature, ValueError):
        return False
    return True


@transaction.atomic
def _note_issued(batch: Batch, signature: Mapping[str, str], totals: Mapping[str, int], by: Person) -> None:
    """Note a receipt once: given out again with the same words it is the same receipt."""
    if Event.objects.filter(name="receipt.issued", subject=str(batch.pk), details__digest=signature["digest"]).exists():
        return
    details = {"digest": signature["digest"], "public_key": signature["public_key"], **totals}
    record_events([Happening("receipt.issued", subject=str(batch.pk), details=details)], by=by)
