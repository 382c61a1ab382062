"""An archivist's batch on its pages and over the API: its receipt, held and let go on, published or taken back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ingest.batch_items import Ended, note_ends
from ingest.batches import Asked, close_batch, opened
from ingest.models import Batch
from ingest.receipts import faults_of_receipt, read_receipt
from records.models import Record, Tombstone
from records.persons import person_for

pytestmark = pytest.mark.django_db
MakeRecord = Callable[..., Any]
EN = {"Accept-Language": "en"}


@pytest.fixture
def batch(people: dict[str, Any], make_record: MakeRecord) -> Batch:
    """A batch of two drafts and a file that failed, still running."""
    archivist = person_for(people["archivist"])
    made, _ = opened(Asked(name="Caja 7 <b>", files=3), by=archivist)
    for number in (1, 2):
        version = make_record(f"Oficio {number}", by=archivist, state="draft").versions.get()
        end = Ended(f"caja/oficio {number} ñ.txt", "imported", 10, version.blob.sha256, f"oficio {number}", version)
        note_ends(made, [end])
    note_ends(made, [Ended("caja/vacío.txt", "failed", 0, "", "vacío", None, "empty", "The file is empty.")])
    return made


def page(client: Client, address: str) -> str:
    response = client.get(address, headers=EN)
    assert response.status_code == 200
    return response.content.decode()


def test_the_receipt_is_read_printed_and_verified(client: Client, people: dict[str, Any], batch: Batch) -> None:
    client.force_login(people["archivist"])
    shown = page(client, f"/my-work/batches/{batch.pk}/receipt/")
    assert "caja/oficio 1 ñ.txt" in shown
    assert "Caja 7 &lt;b&gt;" in shown
    for address in (f"/my-work/batches/{batch.pk}/receipt.json", f"/api/v1/batches/{batch.pk}/receipt"):
        answered = client.get(address)
        assert answered.headers["Content-Disposition"].startswith("attachment")
        receipt = read_receipt(io.StringIO(b"".join(answered).decode()))
        assert list(faults_of_receipt(receipt)) == []
        assert (receipt["totals"]["imported"], receipt["totals"]["failed"], receipt["handed_over"]) == (2, 1, 3)
    receipt["totals"]["imported"] = 3
    assert len(list(faults_of_receipt(json.loads(json.dumps(receipt))))) == 2


def test_it_is_held_goes_on_and_is_published(client: Client, people: dict[str, Any], batch: Batch) -> None:
    client.force_login(people["archivist"])
    address = f"/my-work/batches/{batch.pk}/"
    assert "Hold the import" in page(client, address)
    client.post(f"{address}pause/")
    shown = page(client, address)
    assert "Let it go on" in shown
    assert "Publish all" not in shown
    assert client.post(f"/api/v1/batches/{batch.pk}/publish").status_code == 409
    assert client.post(f"/api/v1/batches/{batch.pk}/resume").json()["state"] == "running"
    close_batch(batch, by=person_for(people["archivist"]))
    assert "Publish all its drafts" in page(client, address)
    told = client.post(f"{address}publish/", headers=EN, follow=True).content.decode()
    assert "2 documents are published." in told
    assert "Take the import back" not in told


def test_it_is_taken_back_and_leaves_its_tombstones(client: Client, people: dict[str, Any], batch: Batch) -> None:
    close_batch(batch, by=person_for(people["archivist"]))
    client.force_login(people["archivist"])
    address = f"/my-work/batches/{batch.pk}/"
    told = client.post(f"{address}take-back/", {"reason": "otra caja"}, headers=EN, follow=True).content.decode()
    assert "2 documents were taken back." in told
    assert (Record.objects.count(), Tombstone.objects.filter(reason="otra caja").count()) == (0, 2)
    assert "Taken back" in page(client, address)
    assert client.post(f"/api/v1/batches/{batch.pk}/pause").status_code == 409


def test_a_batch_with_a_document_somebody_works_on_keeps_it(
    client: Client, people: dict[str, Any], batch: Batch
) -> None:
    close_batch(batch, by=person_for(people["archivist"]))
    client.force_login(people["archivist"])
    record = Record.objects.order_by("title").first()
    assert record is not None
    etag = client.get(f"/api/v1/records/{record.pk}/").headers["ETag"]
    changed = client.patch(
        f"/api/v1/records/{record.pk}/", {"title": "Oficio corregido"}, "application/json", headers={"If-Match": etag}
    )
    assert changed.status_code == 200
    told = client.post(f"/my-work/batches/{batch.pk}/take-back/", headers=EN, follow=True).content.decode()
    assert "1 stay: they were published, or somebody worked on them." in told
    assert list(Record.objects.values_list("title", flat=True)) == ["Oficio corregido"]
    batch.refresh_from_db()
    assert batch.state == "with_failures"
