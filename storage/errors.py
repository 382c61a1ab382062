"""Named failures of an object store. Each has a stable `code`; storage knows nothing of records or HTTP."""

from __future__ import annotations


class StorageError(Exception):
    """What went wrong with the bytes; `code` is stable, `detail` is a sentence for the person who must act."""

    code = "storage_error"

    def __init__(self, detail: str, *, key: str = "") -> None:
        self.detail = detail
        self.key = key
        super().__init__(detail)


class InvalidKey(StorageError):
    """The key could name something outside the store, or is not writable on every store."""

    code = "invalid_key"


class ObjectMissing(StorageError):
    """No object lies under this key."""

    code = "object_missing"


class DigestMismatch(StorageError):
    """The bytes that came are not those announced (digest or length); nothing was stored."""

    code = "digest_mismatch"


class ObjectConflict(StorageError):
    """Other bytes already lie under this key; an object is never overwritten."""

    code = "object_conflict"


class StoreFull(StorageError):
    """No room is left (ENOSPC, quota, file size limit); nothing was stored."""

    code = "store_full"


class StoreUnavailable(StorageError):
    """The store does not answer, or refuses to write (read-only file system, I/O error)."""

    code = "store_unavailable"


class ObjectLocked(StorageError):
    """The store keeps this object until its lock runs out or its hold is lifted; it was not removed."""

    code = "object_locked"
