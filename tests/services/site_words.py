"""What a site says of itself, asked in a process of its own: `python -m tests.services.site_words VERB …`.

Nothing here knows how a site is moved; two sites that say the same are the same to whoever uses them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

import django

PART = 8 * 1024 * 1024
CONTENT = ("Acta en dos partes. La mesa aprueba el refugio humanitario.\n" * 150_000).encode()


def demo() -> str:
    """Load the sample commission and settle."""
    from deploy.demo import load
    from deploy.worker import Pump, Worker, tick

    load()
    with Pump() as pump, Worker() as worker:
        assert pump.is_worker
        worker.until_idle()
    tick()
    return "loaded"


def state() -> dict[str, Any]:
    """Return what must be the same wherever the site lies: ids, digests, events, seals, grants, people, tokens."""
    from django.contrib.auth.models import Group
    from knox.models import AuthToken

    from ingest.models import Batch, Job, Upload, UploadPart
    from records.models import (
        Blob,
        Capture,
        Dirty,
        Event,
        Grant,
        Membership,
        Page,
        Record,
        Rendition,
        RoleAssignment,
        Seal,
        Section,
        Series,
        Session,
        User,
        Version,
    )
    from records.services.sealing import canonical
    from records.stores import documents

    told: dict[str, Any] = {"events": [canonical(event).decode() for event in Event.objects.order_by("pk")]}
    for model in (Record, Version, Capture, Rendition, Section, Grant, Membership, Session, Series, Seal, User, Group,
                  RoleAssignment, AuthToken, Batch, Job, Upload, UploadPart, Dirty, Blob):  # fmt: skip
        told[model.__name__] = [[plain(value) for value in row] for row in model.objects.order_by("pk").values_list()]
    told["groups"] = sorted(map(str, User.groups.through.objects.values_list("user", "group")))
    pages = Page.objects.order_by("rendition", "number").values_list("pk", "rendition", "number", "text", "words")
    told["pages"] = [[*row[:4], hashlib.sha256(row[4]).hexdigest()] for row in pages.iterator(chunk_size=200)]
    told["bytes"] = {
        key: hashlib.sha256(b"".join(documents().open(key))).hexdigest()
        for key in Blob.objects.order_by("key").values_list("key", flat=True)
    }
    return told


def plain(value: Any) -> str:
    """Return a value as text; databases give the names in a JSON object in orders of their own."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else str(value)


def ask(token: str, address: str) -> Any:
    """Return what the API answers to the bearer of a token."""
    return _client(token).get(address).json()


def begin(token: str) -> dict[str, Any]:
    """Open an upload of two parts and send the first."""
    client = _client(token)
    upload = client.post("/api/v1/uploads/", {"filename": "acta-larga.txt", "size": len(CONTENT)}).json()
    assert upload["parts"] == 2, upload
    _put(client, upload["id"], 1)
    return dict(upload)


def go_on(token: str, upload: str) -> dict[str, Any]:
    """Send the other part of an upload and complete it."""
    client = _client(token)
    arrived = client.get(f"/api/v1/uploads/{upload}/").json()["arrived"]
    _put(client, upload, 2)
    said = {"sha256": hashlib.sha256(CONTENT).hexdigest(), "external_id": "acta-larga"}
    answer = client.post(f"/api/v1/uploads/{upload}/complete", said)
    return {"arrived": arrived, "status": answer.status_code}


def _client(token: str) -> Any:
    from rest_framework.test import APIClient

    client = APIClient(SERVER_NAME="localhost")
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def _put(client: Any, upload: str, number: int) -> None:
    part = CONTENT[(number - 1) * PART : number * PART]
    answer = client.put(f"/api/v1/uploads/{upload}/parts/{number}", part, content_type="application/octet-stream")
    assert answer.status_code == 200, answer.content


def audited_after(days: str) -> list[dict[str, str]]:
    """Return what an audit names so many days from now: what lies there for a while is looked at then."""
    import datetime as dt

    from deploy.auditing import audit
    from tests.faults.invariants import clock_moved

    with clock_moved(dt.timedelta(days=int(days))):
        return list(audit().as_json()["differences"])


VERBS = {"audited_after": audited_after, "demo": demo, "state": state, "ask": ask, "begin": begin, "go_on": go_on}

if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:]), default=str) + "\n")
