"""The chain's heads, written down in the store of files: whoever edits the database does not reach them there.

A head betrays a chain that was cut off or made anew (see `sealing.verify_chain`). One an hour is enough to say since
when; between two, only the newest events could be taken away unseen.
"""

from __future__ import annotations

import re

from django.utils import timezone

from records.services.sealing import chain_head
from records.stores import documents
from storage.crash_points import reached

PREFIX = "chain/"
_KEY = re.compile(r"chain/\d{4}/\d{2}/\d{2}/\d{2}/(\d+)-([0-9a-f]{64})")


def witness_chain() -> bool:
    """Write the present head down unless this hour has one already, or nothing was sealed since the last one.

    Returns whether one was written. Killed in between, the next run does it; two at once write the same or two heads
    of one chain.
    """
    position, digest = chain_head()
    hour = f"{PREFIX}{timezone.now():%Y/%m/%d/%H}/"
    store = documents()
    if not position or any(True for _ in store.list(hour)) or kept_heads().get(position) == digest:
        return False
    store.put(f"{hour}{position:012d}-{digest}", [digest.encode()])
    reached("chain.head_kept")
    return True


def kept_heads() -> dict[int, str]:
    """Return the heads written down, by position; of two at one position, the one written first."""
    heads: dict[int, str] = {}
    for stat in documents().list(PREFIX):
        if match := _KEY.fullmatch(stat.key):
            heads.setdefault(int(match[1]), match[2])
    return heads
