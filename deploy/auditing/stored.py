"""The two stores against the rows: every file is there and whole, and nothing lies there that nobody knows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from django.utils import timezone

from deploy.auditing.difference import Difference
from ingest.models import Upload, UploadPart
from ingest.uploads import KEPT_OPEN
from records.models import Blob
from records.services.witnessing import PREFIX
from records.stores import documents, staging
from storage.base import ObjectStat
from storage.errors import StorageError, StoreUnavailable

GRACE = dt.timedelta(days=7)
"""An import or a restore in progress has bytes before it has rows."""
STAGING_GRACE = KEPT_OPEN + dt.timedelta(days=1)
AT_ONCE = 200
READERS = 4


def check_bytes() -> Iterator[Difference]:
    """Read every stored file and compare its digest and size with its row. Raises StoreUnavailable."""
    last = ""
    with ThreadPoolExecutor(READERS) as pool:
        while rows := list(
            Blob.objects.filter(key__gt=last).order_by("key").values_list("key", "sha256", "size")[:AT_ONCE]
        ):
            for found in pool.map(_compared, *zip(*rows, strict=True)):
                if found is not None:
                    yield found
            last = rows[-1][0]


def _compared(key: str, sha256: str, size: int) -> Difference | None:
    try:
        digest, length = _digest_of(key)
    except StoreUnavailable:
        raise
    except StorageError as failure:
        return Difference("bytes", failure.detail, key=key)
    if (digest, length) == (sha256, size):
        return None
    detail = f"the store holds {length} bytes of digest {digest}, the database says {size} of {sha256}"
    return Difference("bytes", detail, key=key)


def _digest_of(key: str) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    for chunk in documents().open(key):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def check_orphans() -> Iterator[Difference]:
    """Name what lies in the documents' store, older than any import in progress, and no row knows."""
    limit = timezone.now() - GRACE
    old = (stat for stat in documents().list() if stat.modified < limit and not stat.key.startswith(PREFIX))
    while some := list(islice(old, AT_ONCE)):
        known = set(Blob.objects.filter(key__in=[stat.key for stat in some]).values_list("key", flat=True))
        for stat in some:
            if stat.key not in known:
                yield Difference("orphan", f"{stat.size} stored bytes that no version names", key=stat.key)


def check_staging() -> Iterator[Difference]:
    """Name parts of uploads that nobody will complete and that `tick` should have cleared away."""
    limit = timezone.now() - STAGING_GRACE
    old = (stat for stat in staging().list() if stat.modified < limit)
    while some := list(islice(old, AT_ONCE)):
        yield from _unclaimed(some)


def _unclaimed(lying: Iterable[ObjectStat]) -> Iterator[Difference]:
    keys = [stat.key for stat in lying]
    named = UploadPart.objects.filter(key__in=keys, upload__state=Upload.State.OPEN)
    claimed = set(named.values_list("key", flat=True))
    for key in keys:
        if key not in claimed:
            yield Difference("staging", "a part of an upload that nobody will complete", key=key)
