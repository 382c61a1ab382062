"""The text read from a rendition: pages, and the sections (articles and other parts) within them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.models.versions import Rendition


class Page(models.Model):
    """One page or part. Offsets into it are code points; `words` is packed (see `records.words`).

    `decision` says what the text in the file was found to be worth and `signals` on what grounds, page by page.
    `label` is the number the file gives the page. `furniture` lists what belongs to the page and not to the document,
    as (start, end, `head` or `foot`): it is kept and read, but not shown as a find. `part` names the sheet, the slide
    or the attached file that the page is.
    """

    class Source(models.TextChoices):
        LAYER = "layer", _("Text layer")
        OCR = "ocr", _("Recognised")
        NONE = "none", _("No text")
        CORRECTED = "corrected", _("Corrected by a person")

    class Decision(models.TextChoices):
        BLANK = "blank", _("Nothing on it")
        NO_LAYER = "no_layer", _("A picture without text")
        GARBLED = "garbled", _("Letters that are not what they seem")
        DOUBTFUL = "doubtful", _("A scan with poor text")
        GOOD = "good", _("Good text")

    DOUBTS = frozenset({Decision.NO_LAYER, Decision.GARBLED, Decision.DOUBTFUL})

    rendition = models.ForeignKey(Rendition, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True, default="")
    source = models.CharField(max_length=16, choices=Source.choices)
    quality = models.FloatField(null=True, blank=True)
    width = models.FloatField(null=True, blank=True)
    height = models.FloatField(null=True, blank=True)
    words = models.BinaryField(default=b"")
    decision = models.CharField(max_length=16, choices=Decision.choices, blank=True, default="")
    signals = models.JSONField(default=dict, blank=True)
    label = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    rotation = models.PositiveSmallIntegerField(default=0)
    furniture = models.JSONField(default=list, blank=True)
    part = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["rendition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["rendition", "number"], name="page_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="page_number_positive"),
            models.CheckConstraint(
                condition=Q(source__in=["layer", "ocr", "none", "corrected"]), name="page_source_known"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", "blank", "no_layer", "garbled", "doubtful", "good"]),
                name="page_decision_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rendition_id} p. {self.number}"


class Section(models.Model):
    """An article or other part, from `start` to `end` (code points) of the text of its first page onwards.

    `end_page` and `end` may lie on a later page; anchors (`art_15`, `art_102-H`) are unique in a text.
    """

    rendition = models.ForeignKey(Rendition, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField()
    anchor = models.CharField(max_length=100)
    label = models.CharField(max_length=200)
    heading = models.TextField(blank=True, default="")
    page = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering = ["rendition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rendition", "anchor"], name="section_anchor_once"),
            models.UniqueConstraint(fields=["rendition", "position"], name="section_position_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="section_offsets_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.rendition_id} {self.anchor}"
