"""The form in which a person says what a record is. What a person says stands against every later reading."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from records.access import may
from records.directory import bodies_known_to, series_open_to, sessions_known_to
from records.errors import LegajoError, NotAllowed
from records.kinds import all_kinds
from records.models import Record
from records.persons import Person
from records.services.editing import edit_record
from records.web.doors import page, record_for, signed_in
from records.web.refusals import sentence
from records.web.wording import kind_label

_NONE = [("", "—")]


class Description(forms.Form):
    """What is said of a record. `revision` is the state the person looked at."""

    title = forms.CharField(label=_("Title"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    descriptive_title = forms.CharField(
        label=_("Descriptive title"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("What it is about, where the title is a number and no more. Leave it empty to have none."),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    number = forms.CharField(label=_("Number"), max_length=200, required=False)
    issuer = forms.CharField(label=_("Issuer"), max_length=300, required=False)
    date = forms.CharField(
        label=_("Date"),
        max_length=100,
        required=False,
        help_text=_("2024-03-15, or as much as is known: 2024-03, 1955, 1972~ for about 1972."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[*_NONE, ("es", _("Spanish")), ("en", _("English"))], required=False
    )
    body = forms.ChoiceField(label=_("Body"), required=False)
    session = forms.ChoiceField(label=_("Session"), required=False)
    series = forms.ChoiceField(label=_("Series"), required=False)
    notes = forms.CharField(label=_("Notes"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: Record, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        offered = {
            "kind": sorted(((kind.code, kind_label(kind.code)) for kind in all_kinds()), key=lambda pair: pair[1]),
            "body": [(body.code, body.name) for body in bodies_known_to(person)],
            "session": [(session.code, session.code) for session in sessions_known_to(person)],
            "series": [(series.code, str(series)) for series in series_open_to(person)],
        }
        present = said_of(record)
        moves = may(person, record, "manage")
        for name in ("body", "session", "series"):
            # They decide who reads the record, as grants do.
            self.fields[name].disabled = not moves
        for name, choices in offered.items():
            if present[name] and present[name] not in dict(choices):
                choices.insert(0, (present[name], present[name]))
            self.fields[name].choices = [*_NONE, *choices]  # type: ignore[attr-defined]


def said_of(record: Record) -> dict[str, Any]:
    """Return a record's description as the form takes it."""
    return {
        "title": record.title,
        "descriptive_title": record.descriptive_title,
        "kind": record.kind,
        "number": record.number,
        "issuer": record.issuer,
        "date": record.date_text,
        "language": record.language,
        "body": record.body.code if record.body else "",
        "session": record.session.code if record.session else "",
        "series": record.series.code if record.series else "",
        "notes": record.notes,
        "revision": record.revision,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the form, or save what differs from what the record says now."""
    by = signed_in(request)
    record = record_for(by, pk)
    if not may(by, record, "edit"):
        raise NotAllowed()
    form = Description(request.POST or None, initial=said_of(record), record=record, person=by)
    if request.method == "POST" and form.is_valid() and _saved(form, record, by):
        messages.success(request, gettext("The description is saved."))
        return redirect("record", pk=pk)
    return render(request, "records/edit.html", {"record": record, "form": form})


def _saved(form: Description, record: Record, by: Person) -> bool:
    """Save the fields that differ; a refusal is put at its field."""
    revision = form.cleaned_data.pop("revision")
    before = said_of(record)
    changes = {name: value for name, value in form.cleaned_data.items() if value != before[name]}
    try:
        if changes:
            edit_record(record=record, changes=changes, by=by, if_revision=revision)
    except LegajoError as refusal:
        form.add_error(refusal.attr if refusal.attr in form.fields else None, sentence(refusal))
        return False
    return True
