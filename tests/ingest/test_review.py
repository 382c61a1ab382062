"""An archivist goes through what an import brought in: lists by what is missing, a row kept, and it stays so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ingest.batch_items import Ended, note_ends
from ingest.batches import Asked, opened
from ingest.models import Batch
from ingest.review import counts_to_review
from records.models import Record
from records.persons import Person, person_for

pytestmark = pytest.mark.django_db
MakeRecord = Callable[..., Any]
EN = {"Accept-Language": "en"}
COMPLETE = {"kind": "oficio", "number": "12-2024", "date": "2024-03-01", "language": "es"}


@pytest.fixture
def archivist(people: dict[str, Any]) -> Person:
    return person_for(people["archivist"])


def brought(batch: Batch, record: Record) -> Record:
    version = record.versions.get()
    end = Ended(f"caja/{record.pk}.txt", "imported", 10, version.blob.sha256, str(record.pk), version)
    note_ends(batch, [end])
    return record


@pytest.fixture
def batch(archivist: Person) -> Batch:
    return opened(Asked(name="Caja 7", files=4), by=archivist)[0]


def address(batch: Batch, which: str) -> str:
    return f"/my-work/batches/{batch.pk}/review/?list={which}"


def shown(client: Client, batch: Batch, which: str) -> str:
    answer = client.get(address(batch, which), headers=EN)
    assert answer.status_code == 200
    return answer.content.decode()


def keep(client: Client, batch: Batch, record: Record, which: str, **said: str) -> Any:
    record.refresh_from_db()
    row = {"record": str(record.pk), "revision": str(record.revision), **said}
    return client.post(address(batch, which), row, headers=EN, follow=True)


def test_a_document_leaves_its_list_with_what_was_said_and_a_later_reading_changes_nothing(
    client: Client, people: dict[str, Any], batch: Batch, archivist: Person, make_record: MakeRecord, settle: Any
) -> None:
    record = brought(batch, make_record("Carta", by=archivist, state="draft"))
    whole = brought(batch, make_record("Oficio entero", by=archivist, state="draft", **COMPLETE))
    make_record("De otra caja", by=archivist, state="draft")
    assert counts_to_review(batch, archivist) | {"language": 0} == {
        "differs": 0,
        "doubt": 0, "kind": 1, "number": 1, "date": 1, "title": 0, "language": 0, "double": 0, "no_text": 0,
    }  # fmt: skip
    client.force_login(people["archivist"])
    page = shown(client, batch, "date")
    assert "Carta" in page
    assert "Oficio entero" not in page
    assert "De otra caja" not in page
    # A date that is none is refused in its row, with what was said, and nothing of it is kept.
    wrong = keep(client, batch, record, "date", kind="Letter", number="", date="31/31", title="Carta del faro")
    text = wrong.content.decode()
    assert 'role="alert"' in text
    assert 'value="31/31" maxlength="100" autofocus' in text
    assert Record.objects.get(pk=record.pk).title == "Carta"
    kept = keep(client, batch, record, "date", kind="oficio", number="", date="1955~", title="Carta del faro")
    assert "Nothing is left in this list." in kept.content.decode()
    settle()
    record.refresh_from_db()
    assert (record.title, record.kind, record.number, record.date_text) == ("Carta del faro", "oficio", "", "1955~")
    # That it bears no number is a person's word now.
    assert counts_to_review(batch, archivist)["number"] == 0
    assert whole.versions.count() == 1


def test_a_number_that_another_bears_is_shown_and_hidden_ones_are_not_told(
    client: Client, people: dict[str, Any], batch: Batch, archivist: Person, make_record: MakeRecord
) -> None:
    brought(batch, make_record("Oficio propio", by=archivist, state="draft", **COMPLETE))
    make_record("Oficio cerrado", access="reserved", **COMPLETE)
    assert counts_to_review(batch, archivist)["double"] == 0
    make_record("Oficio abierto", access="internal", **COMPLETE)
    assert counts_to_review(batch, archivist)["double"] == 1
    client.force_login(people["archivist"])
    assert "Oficio propio" in shown(client, batch, "double")


def test_what_says_otherwise_than_its_list_is_a_list_until_a_person_has_settled_it(
    client: Client, people: dict[str, Any], batch: Batch, archivist: Person, make_record: MakeRecord
) -> None:
    record = brought(batch, make_record("Ordenanza", by=archivist, state="draft", **COMPLETE))
    Record.objects.filter(pk=record.pk).update(
        warnings=[{"text": "date: the list says 1995, the text 2005-10-15"}, {"text": "mislabelled: x"}]
    )
    assert counts_to_review(batch, archivist)["differs"] == 1
    client.force_login(people["archivist"])
    assert "The list says 1995, the text is dated 2005-10-15." in shown(client, batch, "differs")
    said = {"kind": "oficio", "number": "12-2024", "date": "2005-10-15", "title": "Ordenanza"}
    assert "Nothing is left in this list." in keep(client, batch, record, "differs", **said).content.decode()


def test_only_its_own_archivist_and_only_its_own_documents(
    client: Client, people: dict[str, Any], batch: Batch, archivist: Person, make_record: MakeRecord
) -> None:
    brought(batch, make_record("Carta", by=archivist, state="draft"))
    other = make_record("De otra caja", by=archivist, state="draft")
    client.force_login(people["archivist"])
    assert keep(client, batch, other, "date", title="x").status_code == 404
    assert client.post(address(batch, "date"), {"record": "nada"}).status_code == 404
    stale = client.post(address(batch, "date"), {"record": str(other.pk), "revision": "x"})
    assert stale.status_code == 404
    assert client.get(address(batch, "none of these")).status_code == 200
    client.force_login(people["member"])
    assert client.get(address(batch, "date")).status_code == 404


def test_ten_more_documents_add_no_query(
    client: Client,
    people: dict[str, Any],
    batch: Batch,
    archivist: Person,
    make_record: MakeRecord,
    django_assert_num_queries: Any,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(people["archivist"])
    brought(batch, make_record("Carta 0", by=archivist, state="draft"))
    shown(client, batch, "date")
    with CaptureQueriesContext(connection) as few:
        shown(client, batch, "date")
    for number in range(1, 11):
        brought(batch, make_record(f"Carta {number}", by=archivist, state="draft"))
    with django_assert_num_queries(len(few)):
        shown(client, batch, "date")
