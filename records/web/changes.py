"""Changes made from a record's page: each form calls one service and comes back with a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records.api import parameters
from records.errors import LegajoError, NotFound
from records.models import Record, Version
from records.persons import Person
from records.services.checking import check_record, uncheck_record
from records.services.opening import classify_record, give_grant, revoke_grant
from records.services.publishing import publish_version, withdraw_version
from records.web.doors import page, record_for, signed_in
from records.web.refusals import sentence

Change = Callable[[Record, Person, QueryDict], str]


def _publish(record: Record, by: Person, form: QueryDict) -> str:
    publish_version(
        version=_version(record, by, form),
        by=by,
        valid_from=parameters.day(form, "valid_from"),
        valid_to=parameters.day(form, "valid_to"),
    )
    return _("The version is published.")


def _withdraw(record: Record, by: Person, form: QueryDict) -> str:
    withdraw_version(version=_version(record, by, form), by=by, reason=form.get("reason", "")[:500])
    return _("The version is withdrawn: only those who may edit it see it from now on.")


def _classify(record: Record, by: Person, form: QueryDict) -> str:
    wanted = form.get("classification", "")
    classify_record(record=record, classification=wanted, by=by, reason=form.get("reason", "")[:500])
    return _("The access class is set.")


def _grant(record: Record, by: Person, form: QueryDict) -> str:
    give_grant(
        record=record,
        by=by,
        reader=_reader(form),
        action=form.get("action", "read"),
        starts=parameters.day(form, "starts"),
        ends=parameters.day(form, "ends"),
    )
    return _("Access is given; it holds from the next request on.")


def _revoke(record: Record, by: Person, form: QueryDict) -> str:
    revoke_grant(record=record, by=by, reader=form.get("reader", ""), action=form.get("action", "read"))
    return _("Access is taken back; it ends with the next request.")


def _check(record: Record, by: Person, form: QueryDict) -> str:
    check_record(record=record, by=by)
    return _("Noted: you have compared it with the file. It waits for nobody any more.")


def _uncheck(record: Record, by: Person, form: QueryDict) -> str:
    uncheck_record(record=record, by=by)
    return _("The check is taken back.")


CHANGES: dict[str, Change] = {
    "publish": _publish,
    "withdraw": _withdraw,
    "classify": _classify,
    "grant": _grant,
    "revoke": _revoke,
    "check": _check,
    "uncheck": _uncheck,
}


@require_POST
@page
def change_record(request: HttpRequest, pk: uuid.UUID, change: str) -> HttpResponse:
    """Carry out one change and go back to the record; a refusal is said there."""
    by = signed_in(request)
    record = record_for(by, pk)
    try:
        messages.success(request, CHANGES[change](record, by, request.POST))
    except NotFound:
        raise
    except LegajoError as refusal:
        messages.error(request, sentence(refusal))
    if not Record.objects.visible_to(by).filter(pk=pk).exists():
        return redirect("home")
    return redirect("record", pk=pk)


def _version(record: Record, by: Person, form: QueryDict) -> Version:
    number = parameters.number(form, "version") or 0
    found = Version.objects.visible_to(by).filter(record=record, number=number).first()
    if found is None:
        raise NotFound()
    return found


def _reader(form: QueryDict) -> str:
    """Return the reader that the two fields of the form name together."""
    kind, name = form.get("reader_kind", ""), form.get("reader_name", "").strip()
    return kind if kind in ("public", "internal") else f"{kind}:{name}"
