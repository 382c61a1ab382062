"""How the lists of a source are read, kept by name: the archivist says once which column is which."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from ingest.listing import ListReading
from ingest.models import ListMapping
from records.errors import InvalidValue
from records.events import Happening, record_events
from records.persons import Person
from records.services.accession import check_may_accession

_LIKE = 70.0


@transaction.atomic
def keep_mapping(*, name: str, reading: ListReading, by: Person) -> ListMapping:
    """Keep how a list was read under this name, in the place of what had it. Raises NotAllowed, InvalidValue."""
    check_may_accession(by, None)
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > 150:
        raise InvalidValue("A name has between 1 and 150 characters.", attr="--save-mapping")
    said = {"mapping": dict(reading.mapping), "join_rows": reading.join_rows, "match": reading.match}
    before = ListMapping.objects.filter(name=name).values("mapping", "join_rows", "match").first()
    told = {"by_name": by.username, "changed_at": timezone.now()}
    kept, _ = ListMapping.objects.update_or_create(name=name, defaults=said | told)
    if before != said:
        record_events([Happening("list_mapping.kept", subject=name, details=said)], by=by)
    return kept


def mapping_named(name: str, by: Person) -> ListReading:
    """Return how lists of this name are read. Raises NotAllowed, InvalidValue saying what may have been meant."""
    check_may_accession(by, None)
    found = ListMapping.objects.filter(name=name).first()
    if found is None:
        known = list(ListMapping.objects.values_list("name", flat=True))
        like = extractOne(name, known, scorer=ratio, score_cutoff=_LIKE)
        meant = f" Was {like[0]!r} meant?" if like else f" There are: {', '.join(known)}." if known else ""
        raise InvalidValue(f"No mapping is kept as {name!r}.{meant}", attr="--mapping")
    return ListReading(found.mapping, join_rows=found.join_rows, match=found.match)


def together(kept: ListReading, said: ListReading) -> ListReading:
    """Return a kept reading with what is said now: a column that both name is as said now."""
    return ListReading(
        {**kept.mapping, **said.mapping}, join_rows=kept.join_rows or said.join_rows, match=kept.match or said.match
    )
