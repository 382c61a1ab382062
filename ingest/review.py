"""The documents of a bulk import that somebody should look at, by what they lack, and the archivist's word on each.

What a person says here stands against every later reading, an empty field too: some documents bear no number.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ingest.columns import LANGUAGES
from ingest.describing.contradictions import LIST_SAYS
from ingest.models import Batch, BatchItem
from records.errors import InvalidValue, NotFound
from records.kinds import kind_like
from records.models import Record
from records.persons import Person
from records.services.checking import check_record
from records.services.describing import leaves_doubt, text_shown
from records.services.editing import edit_record

ASKED = ("kind", "number", "date", "title")
"""What a review asks of each document, in this order."""
DIFFERS = Q(warnings__icontains=LIST_SAYS)
"""Whose list says another number or day than their text."""
REASONS = ("differs", "doubt", "kind", "number", "date", "title", "language", "double", "no_text")


def to_review(batch: Batch, by: Person) -> QuerySet[Record]:
    """Return the documents that came in with a batch and that this person may correct, the first come first."""
    mine = batch.items.filter(state=BatchItem.State.IMPORTED, record__isnull=False)
    found: QuerySet[Record] = Record.objects.visible_to(by, action="edit").filter(pk__in=mine.values("record"))
    return found.order_by("pk")


def lacking(reason: str, by: Person) -> Q:
    """Return the condition of documents that lack this, and of which no person has said that it is right so."""
    if reason == "double":
        others = Record.objects.visible_to(by).filter(number_key=OuterRef("number_key")).exclude(pk=OuterRef("pk"))
        return ~Q(number_key="") & _unsaid("number") & Q(Exists(others))
    return {
        "differs": DIFFERS & _unsaid("number") & _unsaid("date_text"),
        "doubt": Q(needs_review=True),
        "kind": Q(kind="") & _unsaid("kind"),
        "number": Q(number="") & _unsaid("number"),
        "date": Q(date_max=None) & _unsaid("date_text"),
        "title": Q(title="") & _unsaid("title"),
        "language": ~Q(language__in=LANGUAGES) & _unsaid("language") & Q(needs_ocr=False),
        "no_text": Q(needs_ocr=True),
    }[reason]


def _unsaid(field: str) -> Q:
    """Of whom no person said this field, by the mark that keeps it from later readings."""
    # Where there is no mark at all, SQL knows neither that it is nor that it is not a person's.
    return Q(**{f"field_sources__{field}__isnull": True}) | ~Q(**{f"field_sources__{field}__from": "person"})


def counts_to_review(batch: Batch, by: Person) -> dict[str, int]:
    """Return how many documents of a batch lack what, in one question."""
    counted = {reason: Count("pk", filter=lacking(reason, by)) for reason in REASONS}
    found = to_review(batch, by).order_by().aggregate(**counted)
    return {reason: int(found[reason]) for reason in REASONS}


@transaction.atomic
def review(*, batch: Batch, record: str, said: Mapping[str, str], by: Person, if_revision: int) -> Record:
    """Take an archivist's word on a document: all of what was asked is theirs from now on, and it leaves the lists.

    Raises NotFound where it is none of the batch that they may correct, InvalidValue with the field, StaleEdit.
    """
    found = to_review(batch, by).filter(pk=record).first()
    if found is None:
        raise NotFound()
    changes = {name: said.get(name, "") for name in ASKED}
    if changes["kind"]:
        kind = kind_like(changes["kind"])
        if kind is None:
            raise InvalidValue("This is no kind of document that is known here.", attr="kind")
        changes["kind"] = kind.code
    edited = edit_record(record=found, changes=changes, by=by, if_revision=if_revision)
    text = text_shown(edited.pk)
    if edited.needs_review and text is not None and leaves_doubt(text):
        edited = check_record(record=edited, by=by)
    return edited
