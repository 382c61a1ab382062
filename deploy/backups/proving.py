"""The proof that a backup is what was put there: each file's length and digest, read from the folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from deploy.backups.folder import BackupDamaged, BackupFolder, described, manifest_of
from deploy.backups.listing import Seen, read_listing
from storage.errors import StorageError
from storage.local import LocalStore

Note = Callable[[str], None]


def verify(path: Path, note: Note) -> dict[str, Any]:
    """Read all backups of the folder, each file once, and return what is wrong. Raises InvalidValue."""
    folder = BackupFolder(path)
    folder.about()
    seen = Seen()
    differences = []
    for generation in reversed(folder.generations()):
        note(f"proving {generation.name}")
        differences += [{"backup": generation.name, **found} for found in wrong_in(folder, generation, seen)]
    complete = [generation.name for generation in folder.generations()]
    return {
        "ok": not differences and bool(complete),
        "backups": complete,
        "partial": [left.name for left in folder.partial()],
        "differences": differences,
    }


def wrong_in(folder: BackupFolder, generation: Path, seen: Seen) -> Iterator[dict[str, str]]:
    """Yield what is not as the manifest says: first the generation's own files, then, if they are right, the bytes."""
    try:
        manifest = manifest_of(generation)
    except BackupDamaged as failure:
        yield {"file": f"generations/{generation.name}/manifest.json", "detail": failure.detail}
        return
    own = list(_wrong_parts(generation, manifest))
    yield from own
    if own:
        return
    missing = {found["key"] for found in manifest["missing"]}
    store = folder.files
    for file in read_listing(generation):
        if file.key not in missing and seen.add(file.key):
            detail = _wrong_file(store, file.key, file.size, file.sha256 or "")
            if detail:
                yield {"file": f"files/{file.key}", "detail": detail}


def _wrong_parts(generation: Path, manifest: dict[str, Any]) -> Iterator[dict[str, str]]:
    for part in manifest["parts"]:
        path = generation / part["path"]
        if not path.is_file():
            yield {"file": f"generations/{generation.name}/{part['path']}", "detail": "The file is missing."}
        elif described(path, part["path"]) != part:
            detail = "The file is not as it was written."
            yield {"file": f"generations/{generation.name}/{part['path']}", "detail": detail}


def _wrong_file(store: LocalStore, key: str, size: int, sha256: str) -> str:
    digest, length = hashlib.sha256(), 0
    try:
        for chunk in store.open(key):
            digest.update(chunk)
            length += len(chunk)
    except StorageError as failure:
        return failure.detail
    return "" if (length, digest.hexdigest()) == (size, sha256) else "The file is not as it was written."
