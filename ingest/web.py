"""Pages for those who bring documents in: the upload, and what became of one's work."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ingest.accession import Incoming, TakenIn, take_in
from ingest.intake import capture, wrong_size
from ingest.jobs import retry_job
from ingest.models import Batch, Job, Upload
from records.access import may
from records.api import parameters
from records.classification import Classification
from records.directory import series_open_to
from records.errors import InvalidValue, LegajoError, NotAllowed, NotFound, StoreUnavailable
from records.kinds import all_kinds
from records.models import Record, Version
from records.persons import Person
from records.services.accession import check_may_accession
from records.stores import documents
from records.web.doors import page, record_for, signed_in
from records.web.refusals import sentence
from records.web.wording import REASONS, kind_label
from storage.errors import StorageError

SHOWN = 30


class UploadForm(forms.Form):
    """A file and what is said of it; with scripts the same fields are sent with every file of a drop."""

    # Django's own Spanish for an empty file is misspelt.
    file = forms.FileField(
        label=_("File"), error_messages={"empty": _("The file is empty; there is nothing to store.")}
    )
    series = forms.ChoiceField(label=_("Series"), required=False)
    access = forms.ChoiceField(label=_("Access"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    number = forms.CharField(label=_("Number"), max_length=200, required=False)
    date = forms.CharField(label=_("Date"), max_length=100, required=False)
    draft = forms.BooleanField(label=_("Keep as drafts, to be published later"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        kinds = sorted(((kind.code, kind_label(kind.code)) for kind in all_kinds()), key=lambda pair: pair[1])
        offered = {
            "series": [("", _("None")), *((series.code, str(series)) for series in series_open_to(person))],
            "access": [("", _("As the series says")), *Classification.choices],
            "kind": [("", _("Read it from the document")), *kinds],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@page
def upload_page(request: HttpRequest) -> HttpResponse:
    """Show the drop zone and the plain form; the form itself takes one file and needs no script.

    A store that is away refuses before the form is read, file and all. Reading it is also what the check of the
    form's token does, so that comes next, in `_checked_upload`. Raises StoreUnavailable.
    """
    if request.method == "POST":
        signed_in(request)
        _refuse_while_away()
    return _checked_upload(request)


def _refuse_while_away() -> None:
    try:
        documents().stat("uploads/asked-before-any")
    except StorageError as failure:
        raise StoreUnavailable() from failure


@csrf_protect
def _checked_upload(request: HttpRequest) -> HttpResponse:
    by = signed_in(request)
    target = _target(request, by)
    if target is None:
        check_may_accession(by, None)
    form = UploadForm(request.POST or None, request.FILES or None, person=by)
    if request.method == "POST" and form.is_valid():
        taken = _taken_in(form, target, by)
        if taken is not None:
            messages.success(request, _told(taken))
            return redirect("record", pk=taken.version.record_id)
    context = {"form": form, "target": target, "most": settings.LEGAJO_MAX_FILE_BYTES, "reasons": REASONS}
    return render(request, "ingest/upload.html", context)


def _target(request: HttpRequest, by: Person) -> Record | None:
    """Return the record that gets a new version, if the address names one. Raises NotFound, NotAllowed."""
    named = request.GET.get("version_of", "")
    if not named:
        return None
    record = record_for(by, parameters.id_of(named))
    if not may(by, record, "edit"):
        raise NotAllowed()
    return record


def _taken_in(form: UploadForm, target: Record | None, by: Person) -> TakenIn | None:
    """Store the file and take it in; a refusal is put at its field."""
    said = dict(form.cleaned_data)
    file: UploadedFile[bytes] = said.pop("file")
    draft = said.pop("draft")
    try:
        if refused := wrong_size(file.size or 0):
            raise InvalidValue(refused[1], attr="file")
        name = file.name or "file"
        captured = capture(file.file, name)  # type: ignore[arg-type]
        incoming = Incoming(path=name, captured=captured, fields=said, publish=not draft, version_of=target)
        return take_in(incoming=[incoming], by=by)[0]
    except StorageError:
        form.add_error(None, sentence(StoreUnavailable()))
    except LegajoError as refusal:
        form.add_error(refusal.attr if refusal.attr in form.fields else None, sentence(refusal))
    return None


def _told(taken: TakenIn) -> str:
    if taken.state == "unchanged":
        return gettext("These bytes are already here; nothing was changed.")
    return gettext("The file is stored. Its text is being read; it can be searched in a moment.")


@require_safe
@page
def my_work_page(request: HttpRequest) -> HttpResponse:
    """Show what one has brought in: what waits, what failed and why, drafts, bulk imports, broken-off uploads."""
    person = signed_in(request)
    jobs = _own_jobs(person)
    drafts = Version.objects.visible_to(person).filter(state=Version.State.DRAFT)
    editable = Record.objects.visible_to(person, action="edit")
    mine = Record.objects.visible_to(person).filter(created_by=person.user_id)
    context = {
        "at_work": jobs.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])[:SHOWN],
        "failed": jobs.filter(state=Job.State.FAILED).order_by("-finished_at")[:SHOWN],
        "scans": mine.filter(needs_ocr=True, needs_review=True).order_by("-created_at")[:SHOWN],
        "to_review": mine.filter(needs_review=True, needs_ocr=False)
        .exclude(pk__in=jobs.filter(state=Job.State.FAILED).values("record"))
        .order_by("-created_at")[:SHOWN],
        "drafts": drafts.filter(record__in=editable)
        .select_related("record")
        .prefetch_related("capture")
        .order_by("-created_at")[:SHOWN],
        "done": jobs.filter(state=Job.State.DONE).order_by("-finished_at")[:SHOWN],
        "batches": _own_batches(person),
        "open_uploads": Upload.objects.visible_to(person)
        .filter(by=person.user_id, state=Upload.State.OPEN)
        .annotate(arrived=Count("parts"))[:SHOWN],
    }
    return render(request, "ingest/my_work.html", context)


def _own_jobs(person: Person) -> Any:
    """Return the person's jobs on records they may still see."""
    seen = Record.objects.visible_to(person)
    jobs = Job.objects.visible_to(person).filter(by=person.user_id, record__in=seen.values("pk"))
    return jobs.select_related("record", "rendition__version__capture")


def _own_batches(person: Person) -> Any:
    counted = {state: Count("items", filter=Q(items__state=state)) for state in ("imported", "unchanged", "failed")}
    return Batch.objects.visible_to(person).filter(by=person.user_id).annotate(**counted)[:SHOWN]


@require_POST
@page
def retry_page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Queue a reading again and go back to the list."""
    by = signed_in(request)
    job = Job.objects.visible_to(by).filter(pk=pk).first()
    if job is None:
        raise NotFound()
    try:
        retry_job(job=job, by=by)
        messages.success(request, gettext("It will be read again."))
    except NotFound:
        raise
    except LegajoError as refusal:
        messages.error(request, sentence(refusal))
    return redirect("my-work")
