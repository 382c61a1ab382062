"""Parts that programs send to the file store by themselves, at addresses it gives out, without passing through us.

Such a part is an object of the staging store at a key of its own; no row says that it has come, so the store is asked.
What came is believed for its length alone: the digest of the whole is verified before it becomes a document.
"""

from __future__ import annotations

import datetime as dt

from ingest.models import Upload
from records.stores import staging
from storage.base import PRESIGNED

ADDRESS_GOOD_FOR = dt.timedelta(hours=1)
"""After that the upload is asked for again, and gives new ones."""


def part_addresses(upload: Upload) -> list[str]:
    """Return the store's address for each part; none where it has none, or nothing is to be sent any more."""
    if PRESIGNED not in staging().capabilities or upload.state != Upload.State.OPEN:
        return []
    numbers = range(1, upload.parts_expected + 1)
    given = [staging().part_url(_key(upload, number), expires=ADDRESS_GOOD_FOR) for number in numbers]
    return [address for address in given if address is not None]


def arrived_parts(upload: Upload) -> dict[int, str]:
    """Return the parts that have come by either way: number to key, in their order."""
    arrived = dict(upload.parts.values_list("number", "key"))
    if upload.state == Upload.State.OPEN:
        arrived |= _direct(upload)
    return dict(sorted(arrived.items()))


def forget_direct(upload: Upload, number: int) -> None:
    """Remove a part that came by itself, because it was sent anew through us: of two, the later counts."""
    if PRESIGNED in staging().capabilities:
        staging().delete(_key(upload, number))


def forget_all_direct(upload: Upload) -> None:
    """Remove whatever lies at the upload's addresses, also what is not a whole part."""
    if PRESIGNED in staging().capabilities:
        for lying in list(staging().list(f"uploads/{upload.pk}/")):
            staging().delete(lying.key)


def _direct(upload: Upload) -> dict[int, str]:
    if PRESIGNED not in staging().capabilities:
        return {}
    lying = {found.key: found.size for found in staging().list(f"uploads/{upload.pk}/")}
    keys = {number: _key(upload, number) for number in range(1, upload.parts_expected + 1)}
    return {number: key for number, key in keys.items() if lying.get(key) == upload.part_length(number)}


def _key(upload: Upload, number: int) -> str:
    return f"uploads/{upload.pk}/{number:05d}"
