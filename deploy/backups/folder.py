"""A folder of backups: the bytes of all, once each, and beside them a generation for each time one was taken.

backup.json                 whose backups these are
files/blobs/ab/cd/DIGEST    the documents, and `files/chain/…`, the heads of the chain
generations/TIME/           rows, list of files, settings and, written last, `manifest.json`
generations/TIME.partial/   a backup that did not come to its end: never restored, cleared away by the next
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils import timezone

from records.errors import Conflict, InvalidValue, LegajoError
from storage.base import CHUNK
from storage.crash_points import reached
from storage.local import LocalStore

FORMAT = 1
MANIFEST = "manifest.json"
LISTING = "files.jsonl.gz"
SETTINGS = "settings.env"
PARTIAL = ".partial"
OWN = frozenset({"backup.json", "backup.lock", "files", "generations", "lost+found"})


class BackupDamaged(LegajoError):
    """What lies in the folder is not what was put there."""

    code = "backup_damaged"


class BackupFolder:
    """The folder and its generations, the oldest first."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._generations = self.path / "generations"

    @property
    def files(self) -> LocalStore:
        return LocalStore(self.path / "files")

    def generations(self) -> list[Path]:
        """Return the backups that came to their end."""
        return [found for found in self._lying() if not found.name.endswith(PARTIAL)]

    def partial(self) -> list[Path]:
        """Return those that did not."""
        return [found for found in self._lying() if found.name.endswith(PARTIAL)]

    def _lying(self) -> list[Path]:
        if not self._generations.is_dir():
            return []
        return sorted(found for found in self._generations.iterdir() if found.is_dir())

    @contextmanager
    def held(self, site: str) -> Iterator[None]:
        """Keep the folder for one backup of this site, made where it is missing. Raises InvalidValue, Conflict."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            odd = sorted({found.name for found in self.path.iterdir()} - OWN)
        except OSError as failure:
            raise InvalidValue(f"{self.path} cannot be used ({failure.strerror}).", attr="DIR") from failure
        if odd and not (self.path / "backup.json").exists():
            raise InvalidValue(f"{self.path} holds other things ({odd[0]}); name an empty folder.", attr="DIR")
        with (self.path / "backup.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict("Another backup into this folder is at work.", attr="DIR") from None
            self._claim(site)
            yield

    def _claim(self, site: str) -> None:
        mark = self.path / "backup.json"
        if not mark.exists():
            write_whole(mark, {"format": FORMAT, "site": site})
        elif self.about().get("site") != site:
            raise Conflict(f"{self.path} holds the backups of another site; name another folder.", attr="DIR")

    def about(self) -> dict[str, Any]:
        """Return what the folder says of itself. Raises InvalidValue where it holds no backups this program reads."""
        try:
            told: dict[str, Any] = json.loads((self.path / "backup.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise InvalidValue(f"{self.path} holds no backups.", attr="DIR") from None
        if told.get("format") != FORMAT:
            raise InvalidValue(f"{self.path} holds backups of a form this release does not know.", attr="DIR")
        return told

    def begin(self) -> Path:
        """Clear away what was left unfinished and return a new generation's folder."""
        self.clear_partial()
        begun = self._generations / f"{timezone.now():%Y%m%dT%H%M%S.%fZ}{PARTIAL}"
        begun.mkdir(parents=True, mode=0o700)
        return begun

    def complete(self, begun: Path, manifest: Mapping[str, Any]) -> Path:
        """Write the manifest and give the generation its name: from then on it counts."""
        write_whole(begun / MANIFEST, {**manifest, "digest": digest_of(manifest)})
        done = begun.with_name(begun.name.removesuffix(PARTIAL))
        reached("backup.written")
        begun.rename(done)
        reached("backup.completed")
        sync_folder(self._generations)
        sync_folder(self.path)
        return done

    def drop(self, generation: Path) -> None:
        """Remove a generation; killed on the way, what is left of it is partial."""
        gone = generation.with_name(generation.name + PARTIAL)
        generation.rename(gone)
        reached("backup.dropping")
        shutil.rmtree(gone)

    def clear_partial(self) -> None:
        for left in self.partial():
            shutil.rmtree(left)


def manifest_of(generation: Path) -> dict[str, Any]:
    """Return a generation's manifest. Raises BackupDamaged where it is not as it was written."""
    path = generation / MANIFEST
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        digest = told.pop("digest")
    except (OSError, ValueError, KeyError, AttributeError):
        raise BackupDamaged(f"{path} cannot be read: this backup is not whole.") from None
    if digest != digest_of(told):
        raise BackupDamaged(f"{path} is not as it was written.")
    return told


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document, whatever the order of its names."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def described(path: Path, name: str) -> dict[str, Any]:
    """Make a written file durable and return what a manifest says of it; read back, not remembered."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return {"path": name, "size": path.stat().st_size, "sha256": digest.hexdigest()}


def write_whole(path: Path, document: Mapping[str, Any]) -> None:
    """Write a document so that it is there whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
