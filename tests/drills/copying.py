"""Fill a drill's site quickly: copies of the records it has, row by row, with the same bytes and texts.

python -m tests.drills.copying RECORDS      (in the site's environment)

Reading 20,000 files takes longer than what a drill is about. The copies are indexed by the first rebuild.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from typing import Any

AT_ONCE = 200


def main(wanted: int) -> None:
    """Copy until there are so many records."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    import django

    django.setup()
    from records.models import Record

    originals = list(Record.objects.order_by("pk"))
    numbers = count(1)
    missing = wanted - len(originals)
    while missing > 0:
        portion = originals[: min(missing, AT_ONCE)]
        copy(portion, next(numbers))
        missing -= len(portion)


def copy(originals: list[Any], number: int) -> None:
    """Copy these records with their versions, captures, renditions, pages and sections, in one transaction."""
    from django.db import transaction

    from records.identity import new_id
    from records.models import Capture, Page, Record, Rendition, Section, Version

    with transaction.atomic():
        records = {one.pk: Record(**_fields(one, id=new_id())) for one in originals}
        for one in records.values():
            one.external_id = f"{one.external_id or one.pk}-{number}"
            one.title = f"{one.title} copia {number}"
        Record.objects.bulk_create(records.values())
        versions = _copied(Version, "record", records)
        _copied(Capture, "version", versions)
        renditions = _copied(Rendition, "version", versions)
        _copied(Page, "rendition", renditions)
        _copied(Section, "rendition", renditions)


def _copied(model: Any, parent: str, parents: dict[Any, Any]) -> dict[Any, Any]:
    """Copy the rows below these parents; return the copies by the original's key."""
    rows = list(model.objects.filter(**{f"{parent}__in": list(parents)}))
    own = model._meta.pk
    made = {row.pk: model(**_fields(row, **{parent: parents[getattr(row, f"{parent}_id")]})) for row in rows}
    if own.has_default():
        for one in made.values():
            one.pk = own.get_default()
    model.objects.bulk_create(made.values(), batch_size=AT_ONCE)
    return made


def _fields(row: Any, **instead: Any) -> dict[str, Any]:
    """Return a row's values but its own key; some of them others."""
    fields = (field for field in row._meta.concrete_fields if not field.primary_key and field.name not in instead)
    return {field.attname: getattr(row, field.attname) for field in fields} | instead


if __name__ == "__main__":
    main(int(sys.argv[1]))
