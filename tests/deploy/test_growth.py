"""Ten more rows of everything add no query to any page, nor to any list of the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ingest.models import Batch, BatchItem, Upload
from records.models import Body
from records.persons import operator, person_for
from records.services.accession import add_version
from records.services.opening import give_grant
from records.services.organising import put_body, put_membership, put_series, put_session
from records.services.people import put_user
from tests.records.making import draft

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
BY = operator(origin="test")
PAGES = (
    "/",
    "/search/?q=acta",
    "/bodies/",
    "/bodies/pleno/",
    "/sessions/",
    "/sessions/pleno-0/",
    "/upload/",
    "/my-work/",
    "/my-work/batches/{batch}/",
    "/operate/",
    "/records/{record}/",
    "/records/{record}/edit/",
    "/records/{record}/events/",
    "/api/v1/records/",
    "/api/v1/records/{record}/",
    "/api/v1/records/{record}/versions/",
    "/api/v1/records/{record}/grants/",
    "/api/v1/records/{record}/events/",
    "/api/v1/records/{record}/cited-by/",
    "/api/v1/records/{record}/relations/",
    "/api/v1/events/",
    "/api/v1/bodies/",
    "/api/v1/sessions/",
    "/api/v1/memberships/",
    "/api/v1/series/",
    "/api/v1/suggest?q=acta",
    "/api/v1/batches/{batch}/",
)


@pytest.fixture
def everybody(people: dict[str, Any]) -> Any:
    """One person with every role, so that every page is theirs."""
    roles = ["archivist", "editor", "auditor", "operator", "reader"]
    return put_user(username="todas", password="correct horse battery", roles=roles, by=BY)


@pytest.mark.slow
def test_ten_more_rows_add_no_query_to_any_page(
    everybody: Any, people: dict[str, Any], make_record: Make, settle: Callable[[], None]
) -> None:
    pleno = put_body(code="pleno", name="Pleno", kind="plenary", by=BY)
    put_membership(user=everybody, body=pleno, starts=dt.date(2020, 1, 1), by=BY)
    batch = Batch.objects.create(by=everybody, by_name="todas", created_at=timezone.now())
    record = _one_more(0, pleno, batch, everybody, people, make_record)
    settle()
    client = Client()
    client.force_login(everybody)
    before = _queries(client, record, batch)
    for at in range(1, 11):
        _one_more(at, pleno, batch, everybody, people, make_record)
        add_version(draft=draft(version_of=record, publish=at % 2 == 0), by=BY)
        give_grant(reader=f"group:g{at}", record=record, by=BY)
    settle()
    after = _queries(client, record, batch)
    assert {page: (count, after[page]) for page, count in before.items() if after[page] > count} == {}


def _one_more(at: int, pleno: Body, batch: Batch, user: Any, people: dict[str, Any], make_record: Make) -> Any:
    """Make one more of everything that a page lists; return the record."""
    by = person_for(user)
    day = dt.date(2024, 1, 1) + dt.timedelta(days=at)
    below = put_body(code=f"grupo-{at}", name=f"Grupo {at}", kind="working_group", parent=pleno, by=BY)
    put_session(code=f"pleno-{at}", body=pleno, kind="ordinary", number=at + 1, date=day, by=BY)
    put_membership(user=people["counsel"], body=pleno, starts=day, ends=day, by=BY)
    put_membership(user=people["member"], body=pleno, starts=day, by=BY)
    put_membership(user=user, body=below, starts=day, by=BY)
    put_series(code=f"S-{at}", title=f"Serie {at}", by=BY)
    said = {"session": "pleno-0", "series": f"S-{at}", "issuer": f"Oficina {at}", "access": "internal", "by": by}
    record = make_record(f"Acta {at}", f"Acta {at}. Artículo 1. El D.S. 00{at}-2020-PCM.", kind="acta", **said)
    make_record(f"Borrador {at}", f"Acta en borrador {at}.", state="draft", **said)
    make_record("", f"%PDF-1.4 roto {at}", name=f"roto-{at}.pdf", **said)
    Batch.objects.create(by=user, by_name="todas", name=f"Caja {at}", created_at=timezone.now())
    BatchItem.objects.create(batch=batch, path=f"{at}.pdf", state="failed", code="empty")
    Upload.objects.create(by=user, filename=f"{at}.pdf", size=1, part_size=1, created_at=timezone.now())
    return record


def _queries(client: Client, record: Any, batch: Batch) -> dict[str, int]:
    """Return how many queries each page takes, once what is worked out once has been."""
    counts = {}
    for page in PAGES:
        address = page.replace("{record}", str(record.pk)).replace("{batch}", str(batch.pk))
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(address)
            assert answer.status_code == 200, page
        counts[page] = len(seen)
    return counts
