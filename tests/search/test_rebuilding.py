"""Building the index anew, and asking the one who holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from records.errors import SearchUnavailable
from records.models import Dirty, Record
from records.persons import operator
from search import rebuilding
from search.engines import engine
from search.indexing import drain
from search.models import IndexRequest
from search.params import SearchParams
from search.rebuilding import ask_for_rebuild, obey_requests, reindex
from search.service import answer
from tests.contract.shelf import entry
from tests.records.making import new_version

pytestmark = pytest.mark.django_db


def titles() -> set[str]:
    return {result.record.title for result in answer(SearchParams(size=100), person=operator("test")).results}


def test_everything_is_indexed_anew_and_what_is_not_a_record_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 3)
    for number in range(8):
        new_version(values={"title": f"Acta {number}"})
    engine().write([entry("018f0000-0000-7000-8000-000000000009", title="Perdida")], ["x"])
    assert reindex() == 8
    assert titles() == {f"Acta {number}" for number in range(8)}
    assert len(list(engine().scan())) == 8
    # What was dirty went to the old index and to the new one.
    assert not Dirty.objects.exists()


def test_an_unreadable_index_is_built_anew(settings: Any) -> None:
    from pathlib import Path

    new_version(values={"title": "Acta"})
    drain()
    [stamp] = Path(settings.SEARCH["OPTIONS"]["path"]).glob("g*/format")
    stamp.write_text("tantivy 0.0, schema 0")
    engine().close()
    with pytest.raises(SearchUnavailable, match="reindex"):
        titles()
    reindex()
    assert titles() == {"Acta"}


def test_the_holder_obeys_and_answers_all_who_asked() -> None:
    new_version(values={"title": "Acta"})
    assert obey_requests() is False
    requests = [ask_for_rebuild(), ask_for_rebuild()]
    assert obey_requests() is True
    for request in requests:
        request.refresh_from_db()
        assert (request.indexed, request.failure) == (1, "")
        assert request.done_at is not None
    assert titles() == {"Acta"}
    assert obey_requests() is False


def test_a_rebuild_that_fails_is_answered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    new_version(values={"title": "Acta"})
    drain()

    def full(*ids: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rebuilding, "write_entries", full)
    request = ask_for_rebuild()
    assert obey_requests() is True
    request.refresh_from_db()
    assert "No space left" in request.failure
    assert request.done_at is not None
    assert titles() == {"Acta"}
    assert IndexRequest.objects.filter(done_at=None).count() == 0


def test_the_worker_rebuilds_when_asked(settle: Callable[[], None]) -> None:
    new_version(values={"title": "Acta"})
    request = ask_for_rebuild()
    settle()
    request.refresh_from_db()
    assert request.indexed == Record.objects.count() == 1
    assert titles() == {"Acta"}
