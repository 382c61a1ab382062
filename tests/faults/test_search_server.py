"""The search server on bad days: away, busy, silent, refusing. Everything else goes on, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

import deploy.worker
import search.backends.elastic_server
from deploy import health
from deploy.worker import StopSignal, Worker
from records.errors import SearchUnavailable
from records.models import Dirty
from search.engines import engine
from tests.search_server import fresh_index
from tests.storage import fault_proxy as faults
from tests.storage.fault_proxy import Fault, FaultProxy, fault_proxy

pytestmark = [pytest.mark.full, pytest.mark.faults, pytest.mark.django_db]
BUSY = Fault(status=429)


@pytest.fixture
def proxy(services: dict[str, str], own_stores: None, settings: Any, monkeypatch: Any) -> Iterator[FaultProxy]:
    """The site's search server behind a proxy; pauses are short."""
    monkeypatch.setattr(search.backends.elastic_server, "SEARCH_SECONDS", 3)
    monkeypatch.setattr("search.backends.elastic_writing.FIRST_BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(deploy.worker, "LONGEST_PAUSE_SECONDS", 0.05)
    with fresh_index(services["SEARCH_URL"]) as options, fault_proxy(options["url"]) as proxy:
        settings.SEARCH = {
            "BACKEND": "search.backends.elastic.ElasticEngine",
            "OPTIONS": {**options, "url": f"http://127.0.0.1:{proxy.port}"},
        }
        engine.cache_clear()
        yield proxy
        proxy.heal()
        engine().close()
        engine.cache_clear()


def found(text: str) -> list[str]:
    answer = APIClient().get("/api/v1/search", {"q": text})
    assert answer.status_code == 200, answer.content
    return [result["title"] for result in answer.json()["results"]]


def works_until_idle() -> None:
    """Let a worker of a service work until no record is dirty."""
    stopping = StopSignal()
    with Worker() as worker:

        def nothing_left(seconds: float) -> None:
            if not Dirty.objects.exists():
                stopping.ask()

        stopping.sleep = nothing_left  # type: ignore[method-assign]
        worker.run(stopping)


def works_a_while(steps: int = 60) -> None:
    """Let a worker of a service work, whatever comes of it."""
    stopping = StopSignal()
    left = [steps]

    def one_more(seconds: float) -> None:
        left[0] -= 1
        if not left[0]:
            stopping.ask()

    stopping.sleep = one_more  # type: ignore[method-assign]
    with Worker() as worker:
        worker.run(stopping)


AWAY = [faults.RESET_BEFORE, faults.BUSY, faults.BROKEN, BUSY]


@pytest.mark.fault("F18")
@pytest.mark.parametrize("fault", AWAY)
def test_while_search_is_away_all_else_goes_on_and_it_catches_up_by_itself(
    proxy: FaultProxy, make_record: Callable[..., Any], settle: Callable[[], None], client: Any, fault: Fault
) -> None:
    kept = make_record("Acta de la mesa", access="public")
    settle()
    assert found("acta") == ["Acta de la mesa"]
    proxy.always(fault)
    answer = APIClient().get("/api/v1/search", {"q": "acta"})
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["code"] == "search_unavailable"
    assert answer.headers["Retry-After"]
    page = client.get("/search", {"q": "acta"}, follow=True)
    assert page.status_code == 503
    assert "Traceback" not in page.content.decode()
    health.forget()
    state = client.get("/health/ready")
    assert (state.status_code, state.json()["status"], state.json()["checks"]["search"]) == (200, "degraded", "away")
    assert APIClient().get("/api/v1/records/").status_code == 200
    file = APIClient().get(f"/api/v1/records/{kept.pk}/versions/1/file")
    assert b"".join(file.streaming_content) == b"Texto de prueba."
    file.close()
    late = make_record("Directiva nueva", text="Otro texto.", access="public")
    works_a_while()
    assert Dirty.objects.filter(record=late.pk).exists()
    assert late.versions.get().renditions.get(kind="text").reading == "read"
    proxy.heal()
    works_until_idle()
    assert found("directiva") == ["Directiva nueva"]
    health.forget()
    assert client.get("/health/ready").json()["checks"]["search"] == "ok"


def test_a_server_that_says_nothing_is_not_waited_for_long(
    proxy: FaultProxy, make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    make_record("Acta", access="public")
    settle()
    proxy.always(faults.HANGS)
    assert APIClient().get("/api/v1/search", {"q": "acta"}).status_code == 503
    # Once: who waited for the first answer does not wait for a second.
    assert proxy.count("POST", "_msearch") <= 2


def test_one_reset_and_one_busy_moment_are_not_noticed(
    proxy: FaultProxy, make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    make_record("Acta", access="public")
    settle()
    for fault in (faults.RESET_BEFORE, faults.RESET_AFTER_IT_WAS_DONE, faults.BUSY, BUSY):
        proxy.once(fault, "POST", "_msearch")
        assert found("acta") == ["Acta"]


@pytest.mark.fault("F7", "F19")
@pytest.mark.parametrize("fault", [BUSY, faults.RESET_AFTER_IT_WAS_DONE, faults.DONE_BUT_SAYS_BROKEN])
def test_writes_that_were_refused_or_whose_answer_was_lost_are_made_again(
    proxy: FaultProxy, make_record: Callable[..., Any], fault: Fault
) -> None:
    for number in range(5):
        make_record(f"Acta {number}", text=f"Texto {number}.", access="public")
    proxy.once(fault, "PUT", "_bulk")
    works_until_idle()
    assert sorted(found("acta")) == [f"Acta {number}" for number in range(5)]
    assert len(list(engine().scan())) == 5


@pytest.mark.fault("F19")
def test_a_server_that_stays_busy_costs_no_row(proxy: FaultProxy, make_record: Callable[..., Any]) -> None:
    make_record("Acta", access="public")
    proxy.always(BUSY, "PUT", "_bulk")
    works_a_while()
    assert Dirty.objects.count() == 1
    assert proxy.count("PUT", "_bulk") >= 5
    proxy.heal()
    works_until_idle()
    assert found("acta") == ["Acta"]


@pytest.mark.fault("F8")
def test_a_rebuild_that_breaks_off_leaves_the_index_in_use(
    proxy: FaultProxy, make_record: Callable[..., Any], settle: Callable[[], None]
) -> None:
    from search.rebuilding import reindex

    make_record("Acta", access="public")
    settle()
    proxy.always(faults.BROKEN, "PUT", "_bulk")
    with pytest.raises(SearchUnavailable):
        reindex()
    assert found("acta") == ["Acta"]
    proxy.heal()
    assert reindex() == 1
    assert found("acta") == ["Acta"]


@pytest.mark.fault("F22")
@pytest.mark.parametrize("spoilt", [{"timed_out": True}, {"_shards": {"total": 2, "successful": 1, "failed": 1}}])
def test_an_answer_of_some_shards_is_no_answer(
    proxy: FaultProxy, make_record: Callable[..., Any], settle: Callable[[], None], monkeypatch: Any, spoilt: Any
) -> None:
    make_record("Directiva del faro", access="public")
    settle()
    client = engine()._server.client
    whole = client.msearch

    def partly(**asked: Any) -> Any:
        told = dict(whole(**asked).body)
        return told | {"responses": [answer | spoilt for answer in told["responses"]]}

    assert found("faro") == ["Directiva del faro"]
    monkeypatch.setattr(client, "msearch", partly)
    answer = APIClient().get("/api/v1/search", {"q": "faro"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "search_unavailable")
    monkeypatch.undo()
    assert found("faro") == ["Directiva del faro"]
