"""The text of a version: its pages with the place of each word, and its sections."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from records.api import parameters
from records.api.door import ApiView, answer
from records.api.records import AS_OF, RECORD
from records.api.schema import in_path, parameter
from records.api.shown import preferred_text
from records.errors import NotFound
from records.in_force import version_on
from records.models import Page, Record, Rendition, Version
from records.words import unpack_words

WHICH = [AS_OF, parameter("version", "Number of the version; that in force by default.", type=int)]


class WordShape(serializers.Serializer[Any]):
    """One word, or the part of one that stands on one line."""

    start = serializers.IntegerField(help_text="Code points into the page's text.")
    end = serializers.IntegerField()
    box = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        help_text="x0, y0, x1, y1 in points (1/72 inch) from the top left corner.",
    )
    confidence = serializers.FloatField(allow_null=True, help_text="0 to 100; null where nothing was guessed.")


class FurnitureShape(serializers.Serializer[Any]):
    """A stretch of the text that belongs to the page and not to the document: a running head or foot."""

    start = serializers.IntegerField(help_text="Code points into the page's text.")
    end = serializers.IntegerField()
    place = serializers.ChoiceField(choices=["head", "foot"])


class PageShape(serializers.Serializer[Any]):
    """A page of a version's text."""

    number = serializers.IntegerField()
    version = serializers.IntegerField()
    pages = serializers.IntegerField(help_text="How many pages the version has.")
    text = serializers.CharField()
    source = serializers.ChoiceField(choices=Page.Source.values)  # type: ignore[assignment]
    quality = serializers.FloatField(allow_null=True)
    width = serializers.FloatField(allow_null=True, help_text="Points.")
    height = serializers.FloatField(allow_null=True, help_text="Points.")
    decision = serializers.ChoiceField(
        choices=Page.Decision.values,
        allow_blank=True,
        help_text="What the page's own text was found to be worth; empty where nothing was drawn.",
    )
    signals = serializers.DictField(help_text="What the decision rests on: shares of 0 to 1, counts, engines.")
    label = serializers.CharField(allow_blank=True, help_text="The number the file itself gives the page.")  # type: ignore[assignment]
    language = serializers.CharField(allow_blank=True)
    rotation = serializers.IntegerField(help_text="Degrees by which the page is turned to be shown.")
    furniture = FurnitureShape(many=True)
    part = serializers.CharField(allow_blank=True, help_text="The sheet, slide or attached file that the page is.")
    words = WordShape(many=True)


class SectionShape(serializers.Serializer[Any]):
    """An article or other part; offsets are code points into the text of its page."""

    anchor = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    heading = serializers.CharField()
    page = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class SectionList(serializers.Serializer[Any]):
    """The sections of a version's text, in order."""

    version = serializers.IntegerField()
    results = SectionShape(many=True)


class TextView(ApiView):
    """A view of one version's text: that of `version=`, else the one in force on `as_of=`, else today."""

    known = frozenset({"as_of", "version"})

    def text(self, record: Record, name: str = "version") -> tuple[Version, Rendition | None]:
        """Return the version meant and its text. Raises NotFound, InvalidValue."""
        version = self.version_meant(record, name)
        return version, self.text_of(version)

    def version_meant(self, record: Record, name: str = "version") -> Version:
        """Return the version that the parameters mean. Raises NotFound, InvalidValue."""
        query = self.request.query_params
        wanted = parameters.number(query, name)
        if wanted is not None:
            return self.version(record, str(wanted))
        day = parameters.day(query, "as_of") or timezone.localdate()
        shown = version_on(Version.objects.visible_to(self.person).filter(record=record), day)
        if shown is None:
            raise NotFound()
        return shown.version

    def text_of(self, version: Version) -> Rendition | None:
        """Return the text of a version that this reader may see, if any."""
        rows = Rendition.objects.visible_to(self.person).filter(version=version, kind=Rendition.Kind.TEXT)
        return preferred_text(rows.select_related("source"))


class PageView(TextView):
    """A page's text, where it came from, how good it is, and where each word stands."""

    @extend_schema(
        operation_id="page",
        parameters=[RECORD, in_path("page", "The page's number.", type=int), *WHICH],
        responses=PageShape,
    )
    def get(self, request: Request, record: str, page: str) -> Response:
        version, text = self.text(self.record(record))
        row = text.pages.filter(number=parameters.number_of(page)).first() if text else None
        if row is None or text is None:
            raise NotFound()
        return answer(page_shape(row, version, text))


def page_shape(page: Page, version: Version, text: Rendition) -> dict[str, Any]:
    """Return a page in the API's shape."""
    return {
        "number": page.number,
        "version": version.number,
        "pages": text.page_count,
        "text": page.text,
        "source": page.source,
        "quality": page.quality,
        "width": page.width,
        "height": page.height,
        "decision": page.decision,
        "signals": page.signals,
        "label": page.label,
        "language": page.language,
        "rotation": page.rotation,
        "part": page.part,
        "furniture": [{"start": start, "end": end, "place": place} for start, end, place in page.furniture],
        "words": [
            {"start": word.start, "end": word.end, "box": list(word[2:6]), "confidence": word.conf}
            for word in unpack_words(bytes(page.words))
        ],
    }


class SectionsView(TextView):
    """The articles and other parts of a version's text."""

    @extend_schema(operation_id="sections_list", parameters=[RECORD, *WHICH], responses=SectionList)
    def get(self, request: Request, record: str) -> Response:
        version, text = self.text(self.record(record))
        rows = text.sections.order_by("position") if text else []
        return answer({"version": version.number, "results": SectionShape(rows, many=True).data})
