"""The record: the identity that its versions share."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from records.classification import Classification
from records.identity import new_id
from records.models.bodies import Body, Session
from records.models.plan import Series

if TYPE_CHECKING:
    from records.access import Person


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, person: Person, *, action: str = "read") -> RecordQuerySet:
        """Keep the records this person may `read`, `edit` or `manage` (see `records.access`)."""
        from records import access, access_sql

        return access_sql.kept(self, access.records_open_to, person, action=action)

    def within_reach(self, person: Person) -> RecordQuerySet:
        """Hasten a list that passed `visible_to`: for whoever sees few records at all, look at these alone."""
        from records import access

        few = access.few_within_reach(person)
        return self if few is None else self.filter(pk__in=few)


class Record(models.Model):
    """A document as evidence of what a body did or ruled, whatever its versions (ISO 15489-1, 3.14)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Names given by sources are unique within whoever gave them, so that one importer's
    # names can neither collide with nor reveal another's.
    namespace = models.CharField(max_length=160, blank=True, default="")
    external_id = models.CharField(max_length=700, blank=True, default="")
    identifier = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=64, blank=True, default="")
    number = models.CharField(max_length=200, blank=True, default="")
    number_key = models.CharField(max_length=200, blank=True, default="", db_index=True)
    title = models.TextField(blank=True, default="")
    # What the text says the document is about, where its own title is a designation and no more.
    descriptive_title = models.TextField(blank=True, default="", db_default="")
    issuer = models.CharField(max_length=300, blank=True, default="")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="records")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="records")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="records")
    language = models.CharField(max_length=8, blank=True, default="")
    classification = models.CharField(max_length=16, choices=Classification.choices, default=Classification.INTERNAL)
    date_text = models.CharField(max_length=100, blank=True, default="")
    date_min = models.DateField(null=True, blank=True)
    date_max = models.DateField(null=True, blank=True)
    status_claimed = models.CharField(max_length=64, blank=True, default="")
    notes = models.TextField(blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)
    # {"title": {"from": "manifest"}, …}: where each described value came from; what a
    # person set says {"from": "person"} and no machine run replaces it.
    field_sources = models.JSONField(default=dict, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    needs_ocr = models.BooleanField(default=False)
    needs_review = models.BooleanField(default=False)
    # Who compared what was read with doubt with the file, when, and what the doubts were: {"by", "at", "text", "code",
    # "pages"}. It is gone when a later reading leaves worse ones.
    checked = models.JSONField(null=True, blank=True, default=None)
    revision = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar = RecordQuerySet.as_manager()

    class Meta:
        ordering = [F("date_max").desc(nulls_last=True), "id"]
        indexes = [
            models.Index(fields=["-date_max", "id"], name="record_by_date"),
            models.Index(fields=["kind", "date_max"], name="record_by_kind"),
            models.Index(fields=["classification"], name="record_by_class"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["namespace", "external_id"],
                condition=~Q(external_id=""),
                name="record_external_id_once",
            ),
            models.CheckConstraint(condition=Q(classification__in=Classification.values), name="record_class_known"),
            models.CheckConstraint(
                condition=Q(date_min=None) | Q(date_max=None) | Q(date_max__gte=F("date_min")),
                name="record_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="record_revision_positive"),
        ]

    def __str__(self) -> str:
        return self.title or self.number or self.external_id or str(self.id)

    @property
    def full_title(self) -> str:
        """The title with the descriptive one behind it, where there is one."""
        return ": ".join(filter(None, (self.title, self.descriptive_title)))

    @property
    def descriptive_title_origin(self) -> str:
        """`text` where the descriptive title was read from the text, `person` where somebody wrote or removed it."""
        return str(self.field_sources.get("descriptive_title", {}).get("from", ""))
