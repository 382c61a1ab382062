"""A site with something to hide: record S, and everything that was made along with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client

from records.persons import operator, person_for
from records.services.opening import give_grant
from records.services.organising import put_body, put_membership, put_series, put_session
from records.services.people import put_user

SECRET = "zqxsecreto"
TEXT = f"Informe {SECRET} sobre la persona Zqxnombre. Artículo 1. Del {SECRET}. Se observa el DS 067-2011-PCM."
UNKNOWN = "018f0000-0000-7000-8000-00000000beef"
# Every kind of reader for whom S is not there. `almost` has everything that is not enough: left group A, a grant that
# ended and one still to begin, a seat that ended before S's session and a guest's seat on its day.
READERS = ("", "almost", "member", "archivist", "secretary", "auditor", "operator_user")
PASSWORD = "correct horse battery"


@dataclass(slots=True)
class World:
    """What there is, and who looks at it."""

    people: dict[str, Any]
    make_record: Callable[..., Any]
    record: Any = None
    upload: str = ""
    batch: str = ""
    job: str = ""

    def client(self, name: str) -> Client:
        """Return a client signed in as one of the people, or as nobody."""
        client = Client(raise_request_exception=False)
        if name:
            client.force_login(self.people[name])
        return client

    def person(self, name: str) -> Any:
        return person_for(self.people[name] if name else AnonymousUser())

    def ids(self) -> dict[str, str]:
        """Return the ids that belong to S, by the name they have in addresses."""
        return {"record": str(self.record.pk), "upload": self.upload, "batch": self.batch, "job": self.job}


def furnish(people: dict[str, Any], make_record: Callable[..., Any]) -> World:
    """Make what everybody may know: bodies, a session, seats, series, public and internal records."""
    by = operator(origin="test")
    insider = put_user(username="insider", password=PASSWORD, roles=["archivist"], groups=["comision-a"], by=by)
    body = put_body(code="mesa", name="Mesa de trabajo", kind="plenary", by=by)
    put_session(code="mesa-2024-1", body=body, kind="ordinary", number=1, date=_day("2024-03-05"), by=by)
    put_membership(user=people["member"], body=body, starts=_day("2024-01-01"), by=by)
    put_session(code="mesa-2023-9", body=body, kind="ordinary", number=9, date=_day("2023-09-05"), by=by)
    almost = put_user(username="almost", password=PASSWORD, roles=["reader"], groups=["comision-a"], by=by)
    put_membership(user=almost, body=body, starts=_day("2023-01-01"), ends=_day("2023-09-04"), by=by)
    put_membership(user=almost, body=body, starts=_day("2023-09-05"), ends=_day("2024-12-31"), capacity="guest", by=by)
    # Since then only S's own insider is in the group.
    put_user(username="almost", groups=[], by=by)
    put_series(code="ACTAS", title="Actas", by=by)
    put_series(code="RESERVADA", title="Expedientes de la comisión A", access="reserved", by=by)
    make_record(
        "Decreto que crea la mesa", "Créase la mesa de trabajo.", access="public", series="ACTAS", date="2011-07-24"
    )
    make_record("Acta de la primera sesión", "Se aprobó el plan.", access="internal", session="mesa-2024-1")
    make_record("Directiva de archivo", "Los documentos se ordenan.", access="internal", date="2020-02-01")
    return World({**people, "insider": insider, "almost": almost}, make_record)


def hide(world: World) -> None:
    """Make S: reserved, open to group A alone, in a series of its own, uploaded and read by an insider."""
    import io

    from django.utils import timezone

    from ingest.models import Batch, Job
    from ingest.uploads import Said, complete_upload, open_upload, store_part

    insider = world.person("insider")
    content = TEXT.encode()
    upload = open_upload(filename=f"{SECRET}.txt", size=len(content), by=insider)
    store_part(upload=upload, number=1, body=io.BytesIO(content), length=len(content), by=insider)
    batch = Batch.objects.create(by_id=insider.user_id, by_name="insider", name=SECRET, created_at=timezone.now())
    said = {"title": f"Informe {SECRET}", "issuer": f"Oficina {SECRET}", "series": "RESERVADA", "access": "reserved"}
    said |= {"date": "1907-05-05", "number": "907-1907-ZQX", "external_id": f"{SECRET}/1", "kind": "informe"}
    said |= {"session": "mesa-2023-9"}
    done = complete_upload(
        upload=upload, sha256=hashlib.sha256(content).hexdigest(), said=Said(fields=said, batch=batch), by=insider
    )
    give_grant(reader="group:comision-a", record=done.version.record, by=insider)
    today = timezone.localdate()
    ended, coming = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    give_grant(reader="user:almost", record=done.version.record, ends=ended, by=insider)
    give_grant(reader="user:almost", record=done.version.record, action="edit", starts=coming, by=insider)
    world.record = done.version.record
    world.upload, world.batch = str(upload.pk), str(batch.pk)
    world.job = str(Job.objects.get(record=world.record).pk)


def unknown_ids() -> dict[str, str]:
    """Return ids of nothing, as long as the real ones."""
    assert uuid.UUID(UNKNOWN)
    return dict.fromkeys(("record", "upload", "batch", "job"), UNKNOWN)


def _day(text: str) -> Any:
    return dt.date.fromisoformat(text)
