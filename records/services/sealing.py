"""Sealing: a chain of hashes over the events, made afterwards, so that writers never wait for each other."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from records.models import Event, Seal
from storage.crash_points import reached

# What the first link is chained to.
BEGINNING = "0" * 64
BATCH = 500
MOST_AT_ONCE = 10_000
LOOKED_BACK = 5_000


@dataclass(frozen=True, slots=True)
class ChainDifference:
    """Something the chain does not bear out: at which position, of which event, and what."""

    position: int
    event: int | None
    detail: str


def seal_events(*, limit: int = MOST_AT_ONCE, newest: bool = False) -> int:
    """Chain up to `limit` events that have no seal yet, oldest first; return how many.

    With `newest`, only those behind the events sealed last are looked at, as going through all of a large archive's
    takes long. Transactions commit out of order, so whoever asks so asks for all of them now and then.
    Events are read outside any transaction, as they never change, and sealed `BATCH` at a time: killed between two,
    the chain is whole and the next run goes on. When two run at once, both want the same positions: the later one
    finds them taken, writes nothing and leaves the rest to the other.
    """
    position, before = chain_head()
    sealed, last = 0, _event_sealed_at(position - LOOKED_BACK) if newest else 0
    while sealed < limit:
        # Later pages start behind the last event seen; only the first has to look at the sealed ones too.
        sealed_ones = Seal.objects.filter(event=OuterRef("pk"), event__gt=last)
        unsealed = Event.objects.filter(~Exists(sealed_ones), pk__gt=last)
        waiting = list(unsealed.order_by("pk")[: min(BATCH, limit - sealed)])
        if not waiting:
            break
        seals = []
        for event in waiting:
            position, before, last = position + 1, link(before, event), event.pk
            seals.append(Seal(position=position, event=event, hash=before))
        try:
            with transaction.atomic():
                Seal.objects.bulk_create(seals)
                reached("seals.written")
        except IntegrityError:
            break
        sealed += len(seals)
    return sealed


def _event_sealed_at(position: int) -> int:
    return Seal.objects.filter(position=position).values_list("event", flat=True).first() or 0


def chain_head() -> tuple[int, str]:
    """Return the position and hash of the last seal; position 0 and `BEGINNING` before there is any.

    Written down elsewhere, it betrays a chain that was cut off or made anew (see `verify_chain`).
    """
    last = Seal.objects.order_by("-position").values_list("position", "hash").first()
    return last or (0, BEGINNING)


def unsealed_events() -> int:
    """Return how many events wait for their seal."""
    return Event.objects.count() - Seal.objects.count()


def link(before: str, event: Event) -> str:
    """Return the hash of an event's seal: SHA-256 over the hash before it and the event in canonical form."""
    return hashlib.sha256(before.encode() + b"\n" + canonical(event)).hexdigest()


def canonical(event: Event) -> bytes:
    """Return an event as the bytes that are hashed: JSON with keys sorted, no spaces, ASCII, the time in UTC."""
    document = {
        "id": event.pk,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "name": event.name,
        "by": event.by,
        "origin": event.origin,
        "record": str(event.record) if event.record else None,
        "version": event.version,
        "subject": event.subject,
        "details": event.details,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def verify_chain(*, heads: Mapping[int, str] | None = None) -> Iterator[ChainDifference]:
    """Yield what is wrong with the chain, in its order: altered or missing events, missing or reordered seals.

    `heads` are positions and hashes written down elsewhere earlier (see `chain_head`): without them, an end that
    was cut off or a chain made anew cannot be told from a younger one. After a difference the chain is followed
    from the seal as it is stored, so that one change is told once.
    """
    known = dict(heads or {})
    position, before = 0, BEGINNING
    for seal, event in _sealed():
        if seal.position != position + 1:
            yield ChainDifference(position + 1, None, f"seals {position + 1} to {seal.position - 1} are missing")
        elif event is None:
            yield ChainDifference(seal.position, seal.event_id, "the sealed event is missing")
        elif seal.hash != link(before, event):
            yield ChainDifference(seal.position, seal.event_id, "the event, its seal or their order was changed")
        position, before = seal.position, seal.hash
        if known.pop(position, seal.hash) != seal.hash:
            yield ChainDifference(position, seal.event_id, "the seal is not the one that was written down elsewhere")
    for missing in sorted(known):
        if missing:
            yield ChainDifference(missing, None, "the seal that was written down elsewhere is missing")


def _sealed() -> Iterator[tuple[Seal, Event | None]]:
    """Yield every seal with its event, in order, `BATCH` at a time."""
    last = 0
    while seals := list(Seal.objects.filter(position__gt=last).order_by("position")[:BATCH]):
        events = Event.objects.in_bulk([seal.event_id for seal in seals])
        yield from ((seal, events.get(seal.event_id)) for seal in seals)
        last = seals[-1].position
