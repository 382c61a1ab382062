"""Asking an Elasticsearch server: every call has its time, safe ones a second chance, and failures one name."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import structlog
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, Transport, TransportApiResponse, TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from records.errors import SearchUnavailable
from storage import outside

log = structlog.get_logger(__name__)

T = TypeVar("T")
# Readers see this; the reason may speak of what is not for them.
NOT_THERE = "The index is not there; run `manage.py reindex`."
REFUSED = "The search server refuses the request; the log says why."
SEARCH_SECONDS = 6
"""For what a person waits for. Who waited so long is told that search is away, and not made to wait again."""
WRITE_SECONDS = 60
# Answers that pass: too busy, or a node that just left.
PASSING = frozenset({429, 502, 503, 504})
MISSING = 404
ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.1


class _Line(Transport):
    """Tells of each request how long it took and how it failed."""

    def perform_request(self, method: str, target: str, **said: Any) -> TransportApiResponse:
        """See elastic_transport."""
        with outside.outside_call("search", _operation(target), _kind_of) as call:
            answer = super().perform_request(method, target, **said)
            call.failure = _FAILED.get(answer.meta.status, "")
        return answer


class Server:
    """The client of one site's cluster, and the index or alias that searches go to."""

    def __init__(self, *, url: str, prefix: str, api_key: str, certificates: str) -> None:
        self.prefix = prefix
        trusted: dict[str, Any] = {"ca_certs": certificates} if certificates else {}
        # Asking again is up to `ask`, which knows what may be asked twice.
        nodes = url.split(",")
        self._options = {
            "hosts": nodes,
            "api_key": api_key or None,
            "max_retries": 0,
            "transport_class": _Line,
            **trusted,
        }
        # The client leaves out for a while a node that failed, so the next attempt goes to another.
        self._others = len(nodes) - 1
        self._client: Elasticsearch | None = None

    @property
    def client(self) -> Elasticsearch:
        """The client for what a person waits for."""
        if self._client is None:
            self._client = Elasticsearch(request_timeout=SEARCH_SECONDS, **self._options)
        return self._client

    @property
    def slowly(self) -> Elasticsearch:
        """The client for what may take its time."""
        return self.client.options(request_timeout=WRITE_SECONDS)

    def search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Run one search. Raises SearchUnavailable, also for an answer of some shards only."""
        return self.searches([body])[0]

    def searches(self, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Run searches at once. Raises SearchUnavailable, also for an answer of some shards only."""
        items: list[Mapping[str, Any]] = []
        for body in bodies:
            # The server gives up a little before the client does, so that it does not work for nobody.
            items += [{"allow_partial_search_results": False}, {"timeout": f"{SEARCH_SECONDS - 2}s", **body}]
        told = self.ask(lambda: self.client.msearch(index=self.prefix, searches=items))
        return [self._whole(answer) for answer in told["responses"]]

    def _whole(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "error" in answer:
            log.error("search refused", reason=str(answer["error"])[:1000])
            raise SearchUnavailable(NOT_THERE if answer["status"] == MISSING else REFUSED)
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise SearchUnavailable("The search server answered for a part of the index only.")
        return answer

    def ask(self, call: Callable[[], T]) -> T:
        """Make a call that may be made twice. Raises SearchUnavailable."""
        attempts = max(ATTEMPTS, self._others + 2)
        for attempt in range(1, attempts + 1):
            try:
                return call()
            except (ApiError, TransportError) as failure:
                if attempt == attempts or not (_passes(failure) or (self._others and _never_sent(failure))):
                    raise unavailable(failure) from failure
            # At random, so that many clients do not come back together.
            time.sleep(random.uniform(0.5, 1.5) * FIRST_PAUSE_SECONDS * attempt)  # noqa: S311 - no secret
        raise AssertionError("not reached")

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


# Answers that are failures of the server, whatever was asked; 404 and 409 are answers.
_FAILED = {401: outside.REFUSED, 403: outside.REFUSED, 429: outside.BUSY, 500: outside.BROKEN, 503: outside.BUSY}


def _operation(target: str) -> str:
    """Return what a request does, in a word that names no index."""
    last = target.split("?", maxsplit=1)[0].rpartition("/")[2]
    return {"_msearch": "search", "_search": "search", "_bulk": "write"}.get(last, "manage")


def _kind_of(failure: Exception) -> str:
    if isinstance(failure, ConnectionTimeout):
        return outside.TIMEOUT
    return outside.AWAY if "refused" in str(failure).lower() else outside.BROKEN


def _passes(failure: ApiError | TransportError) -> bool:
    """Tell whether asking again soon may help; a server that is not there, or too slow, is not waited for."""
    if isinstance(failure, ApiError):
        return failure.meta.status in PASSING
    broke = isinstance(failure, NoConnection) and not isinstance(failure, ConnectionTimeout)
    return broke and not _never_sent(failure)


def _never_sent(failure: ApiError | TransportError) -> bool:
    """Tell whether nobody listens at that address."""
    return isinstance(failure, NoConnection) and "refused" in str(failure).lower()


def unavailable(failure: ApiError | TransportError) -> SearchUnavailable:
    """Return the one error that all others take search's failures for."""
    log.warning("search server failed", failure=str(failure)[:1000])
    if isinstance(failure, NotFoundError):
        return SearchUnavailable(NOT_THERE)
    if isinstance(failure, ApiError):
        return SearchUnavailable(REFUSED)
    return SearchUnavailable("The search server does not answer.")
