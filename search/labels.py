"""What facet values are called for a reader, in their language; only values that the reader's facets hold."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from records.kinds import kind_of
from records.models import Body, Series, Session


def labelled(field: str, values: Sequence[str]) -> dict[str, str]:
    """Return a label for each value of a facet; a value without one is its own label. One query at most."""
    if field == "series":
        return dict(Series.objects.filter(code__in=values).values_list("code", "title"))
    if field == "body":
        return dict(Body.objects.filter(code__in=values).values_list("code", "name"))
    if field == "kind":
        return {value: kind_label(value) for value in values}
    if field == "session_kind":
        return {value: str(label) for value, label in Session.Kind.choices if value in values}
    if field == "language":
        return {"es": _("Spanish"), "en": _("English")}
    if field == "status":
        return {"unknown": _("Not determined")}
    return {}


def kind_label(code: str) -> str:
    """Return what a record kind is called in the reader's language."""
    kind = kind_of(code)
    if kind is None:
        return code.replace("_", " ").capitalize()
    return kind.label_en if (get_language() or "").startswith("en") else kind.label_es
