"""How every API view begins and ends: who asks, which parameters are known, and what may be kept of the answer."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from records.api import parameters
from records.api.bodies import AlwaysJson
from records.api.failures import VARIES
from records.api.people import person_of_api
from records.api.schema import ApiSchema
from records.errors import NotFound
from records.models import Record, Version
from records.persons import Person


class ApiView(APIView):
    """A view of the API. `known` names its query parameters for reading; changes take none but `known_on_change`.

    The API speaks English whatever the reader's browser asks for, so that programs can rely on its sentences.
    """

    schema = ApiSchema()
    content_negotiation_class = AlwaysJson
    known: ClassVar[frozenset[str]] = frozenset()
    known_on_change: ClassVar[frozenset[str]] = frozenset()
    person: Person

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find out who asks, and refuse parameters that mean nothing here, before anything is looked up."""
        super().initial(request, *args, **kwargs)
        self.person = person_of_api(request)
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        parameters.refuse_unknown(request.query_params, self.known if reads else self.known_on_change)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        return depends_on_reader(response)

    def record(self, text: str) -> Record:
        """Return a record this person may see, with what it is filed under. Raises NotFound."""
        rows = Record.objects.visible_to(self.person).select_related("series", "body", "session")
        found = rows.filter(pk=parameters.id_of(text)).first()
        if found is None:
            raise NotFound()
        return found

    def version(self, record: Record, text: str) -> Version:
        """Return a version of the record that this person may see. Raises NotFound."""
        rows = Version.objects.visible_to(self.person).filter(record=record)
        found = rows.filter(number=parameters.number_of(text)).select_related("capture").first()
        if found is None:
            raise NotFound()
        found.record = record
        return found

    def record_to_change(self, text: str) -> Record:
        """Return a record this person may see, for a change. Raises NotFound, then NotAuthenticated for a stranger."""
        found = self.record(text)
        self.must_be_signed_in()
        return found

    def must_be_signed_in(self) -> None:
        """Raise NotAuthenticated (401) for a stranger."""
        if self.person.is_stranger:
            raise NotAuthenticated()


def depends_on_reader(response: Any) -> Any:
    """Say of an answer that it is one reader's alone and is not to be kept (RFC 9111, 5.2.2)."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Language"] = "en"
    patch_vary_headers(response, VARIES)
    return response


def record_etag(record: Record) -> str:
    """Return the strong validator of a record's present state. It counts nothing that a reader could read off."""
    told = f"{record.pk}:{record.revision}".encode()
    return '"' + hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()[:32] + '"'


def revision_asked(request: Request, record: Record) -> int | None:
    """Return the revision that If-Match stands for: None without one, 0 for another state (RFC 9110, 13.1.1)."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return None
    return record.revision if record_etag(record) in parse_etags(given) else 0


def answer(data: Any, *, status: int = 200, record: Record | None = None) -> Response:
    """Return an answer; with `record`, its validator too: for those who may edit it only, as drafts change it."""
    headers = {"ETag": record_etag(record)} if record is not None else None
    return Response(data, status=status, headers=headers)
