"""The line to an S3 service: time limits, what is tried again, and how its errors are named."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

from minio import Minio
from minio.error import InvalidResponseError, MinioException, S3Error
from urllib3 import BaseHTTPResponse, HTTPHeaderDict, PoolManager, Retry, Timeout
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
    ResponseError,
)

from storage import outside
from storage.errors import ObjectMissing, StorageError, StoreFull, StoreUnavailable

CONNECT_SECONDS = 3.0
QUESTION_SECONDS = 5.0
"""For the first and every further piece of an answer to a question: a person may be waiting for it."""
ANSWER_SECONDS = 20.0
"""For the answer to a change, which the service may have to carry out on its disks first."""
CONNECTIONS = 32
_BUSY = frozenset({408, 429, 500, 502, 503, 504})
_ABSENT = frozenset({"NoSuchKey", "NoSuchBucket", "NoSuchVersion", "NoSuchUpload"})
_FULL = frozenset({"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "ServiceQuotaExceeded"})
_INSUFFICIENT_STORAGE = 507
UNCLEAR = (MinioException, HTTPError, ParseError, OSError)
"""Errors after which the service may or may not have done what was asked; an S3Error is its own plain word."""


@dataclass(frozen=True, slots=True)
class Access:
    """How a service is reached and as whom. `public` is its address for browsers, where that is another one."""

    endpoint: str
    key: str
    secret: str
    region: str = "us-east-1"
    virtual_style: bool = False
    certificates: str | None = None
    public: str | None = None

    def client(self, *, public: bool = False) -> Minio:
        """Return a client; with `public` one that only signs addresses for browsers."""
        parts = urlsplit((self.public if public else None) or self.endpoint)
        secure = parts.scheme == "https"
        made = Minio(
            parts.netloc,
            self.key,
            self.secret,
            secure=secure,
            region=self.region,
            http_client=_pool(self.certificates if secure else None),
        )
        if self.virtual_style:
            made.enable_virtual_style_endpoint()  # type: ignore[no-untyped-call]
        return made


class _S3Line(PoolManager):
    """Gives each request its time, tells how it went, and writes an object only where there is none.

    For that the SDK has no word. The condition is no signed header. Services that do not know it ignore it, and then
    looking before writing is all.
    """

    def urlopen(  # type: ignore[override] # urllib3's own type leaves `redirect` to its subclasses
        self, method: str, url: str, redirect: bool = True, **kw: Any
    ) -> BaseHTTPResponse:
        """See urllib3."""
        headers = kw.get("headers") or {}
        if _writes_an_object(method, url) and "x-amz-copy-source" not in headers:
            kw["headers"] = HTTPHeaderDict(headers, **{"If-None-Match": "*"})
        if _is_question(method, url):
            kw["timeout"] = Timeout(connect=CONNECT_SECONDS, read=QUESTION_SECONDS)
        with outside.outside_call("store", _operation(method, url), _kind_of) as call:
            response = super().urlopen(method, url, redirect, **kw)
            call.failure = _FAILED.get(response.status, "")
        return response


class PatientRetry(Retry):
    """Bounded retries with jitter, except of what would write an object twice.

    A whole PUT, a copy and the completion of a multipart upload may have been done although no answer came; in a
    bucket with versions a second one stays for ever. Those are tried again by `S3Store`, after looking.
    """

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """See urllib3: return the retries that are left, or raise MaxRetryError."""
        never_sent = isinstance(error, NewConnectionError | ConnectTimeoutError)
        # Who waited in vain for the answer to a question does not wait for a second one.
        in_vain = isinstance(error, ReadTimeoutError) and _is_question(method or "", url or "")
        if in_vain or (_writes_an_object(method, url or "") and not never_sent):
            assert _pool is not None
            status = response.status if response is not None else 0
            raise MaxRetryError(_pool, url or "", error or ResponseError(f"answered {status}")) from error
        return super().increment(method, url, response, error, _pool, _stacktrace)


def pause(attempt: int) -> None:
    """Wait before a further attempt: longer each time, and never as long as the others do."""
    time.sleep(random.uniform(0.05, 0.2) * 2**attempt)  # noqa: S311 - jitter is no secret


@contextmanager
def named(key: str) -> Iterator[None]:
    """Give an error of the service or of the line to it one of the store's names."""
    try:
        yield
    except StorageError:
        raise
    except S3Error as refusal:
        raise _name_of(refusal, key) from refusal
    except InvalidResponseError as answer:
        full = getattr(answer, "_code", None) == _INSUFFICIENT_STORAGE
        kind = StoreFull if full else StoreUnavailable
        raise kind("The file store answered with what is no S3 answer.", key=key) from answer
    except UNCLEAR as failure:
        raise StoreUnavailable(f"The file store does not answer ({type(failure).__name__}).", key=key) from failure


def missing(key: str) -> ObjectMissing:
    """Return the error for a key under which nothing lies."""
    return ObjectMissing("The file is not in the store.", key=key)


def is_absent(refusal: S3Error) -> bool:
    """Tell whether the service says that there is no such thing."""
    return refusal.code in _ABSENT


def _name_of(refusal: S3Error, key: str) -> StorageError:
    if is_absent(refusal):
        return missing(key)
    if refusal.code in _FULL:
        return StoreFull("The file store is full; make room and try again.", key=key)
    return StoreUnavailable(f"The file store refuses ({refusal.code}: {refusal.message}).", key=key)


def _pool(certificates: str | None) -> PoolManager:
    retry = PatientRetry(
        total=4,
        connect=3,
        read=2,
        backoff_factor=0.1,
        backoff_jitter=0.2,
        backoff_max=2.0,
        status_forcelist=_BUSY,
        allowed_methods=frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"}),
        respect_retry_after_header=False,
    )
    trust: dict[str, Any] = {"ca_certs": certificates} if certificates else {}
    timeout = Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
    return _S3Line(timeout=timeout, retries=retry, maxsize=CONNECTIONS, **trust)


def _writes_an_object(method: str | None, url: str) -> bool:
    query = urlsplit(url).query
    return (method == "PUT" and not query) or (method == "POST" and "uploadId=" in query)


def _is_question(method: str, url: str) -> bool:
    """Tell a request that changes nothing and has a short answer; a listing the service may have to collect first."""
    return method == "HEAD" or (method == "GET" and "list-type=" not in url and "versions=" not in url)


def _operation(method: str, url: str) -> str:
    """Return what a request does, in a word that names no object."""
    query = urlsplit(url).query
    if method == "GET":
        return "list" if "list-type=" in query or "versions=" in query else "read"
    if method == "PUT":
        return "write_part" if "partNumber=" in query else "write"
    return {"HEAD": "look", "POST": "join", "DELETE": "remove"}.get(method, "other")


# Answers that are failures of the service, whatever was asked; 404 and 412 are answers.
_FAILED = {403: outside.REFUSED, 507: outside.FULL, 429: outside.BUSY, 500: outside.BROKEN, 503: outside.BUSY}


def _kind_of(failure: Exception) -> str:
    """Return how a request failed that got no answer, or none that was accepted."""
    reason = failure.reason if isinstance(failure, MaxRetryError) else failure
    if isinstance(reason, NewConnectionError):
        return outside.AWAY
    if isinstance(reason, ConnectTimeoutError | ReadTimeoutError):
        return outside.TIMEOUT
    return outside.BUSY if isinstance(reason, ResponseError) else outside.BROKEN
