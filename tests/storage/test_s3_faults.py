"""The S3 store on bad days: busy, broken, cut off, silent. What was acknowledged is there, once, and whole."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from typing import Any

import pytest

import storage.s3_line
from storage.base import blob_key
from storage.errors import StoreUnavailable
from storage.s3 import S3Store
from tests.storage import fault_proxy as faults
from tests.storage.fault_proxy import Fault, FaultProxy, fault_proxy

pytestmark = [pytest.mark.full, pytest.mark.faults]
MEBIBYTE = 1024 * 1024


@pytest.fixture
def proxy(s3_shape: dict[str, Any]) -> Iterator[FaultProxy]:
    with fault_proxy(s3_shape["OPTIONS"]["endpoint"]) as proxy:
        yield proxy


@pytest.fixture
def store(s3_shape: dict[str, Any], proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    """The store behind the proxy, patient for four seconds instead of twenty."""
    monkeypatch.setattr(storage.s3_line, "ANSWER_SECONDS", 4.0)
    made = S3Store(**{**s3_shape["OPTIONS"], "endpoint": f"http://127.0.0.1:{proxy.port}"})
    made._bucket.make()
    return made


def blob(size: int) -> tuple[str, str, bytes]:
    data = random.Random(size).randbytes(size)
    sha256 = hashlib.sha256(data).hexdigest()
    return blob_key(sha256), sha256, data


def versions(store: S3Store) -> int:
    return len(list(store._bucket.client.list_objects(store._bucket.name, recursive=True, include_version=True)))


EVERY = [
    faults.BUSY,
    faults.BROKEN,
    faults.RESET_BEFORE,
    faults.RESET_AFTER_IT_WAS_DONE,
    faults.DONE_BUT_SAYS_BROKEN,
    faults.HANGS,
    faults.DONE_BUT_HANGS,
    faults.with_etag("0" * 32),
]


@pytest.mark.fault("F13", "F14")
@pytest.mark.parametrize("fault", EVERY)
def test_a_small_file_is_stored_once_whatever_becomes_of_its_put(
    store: S3Store, proxy: FaultProxy, fault: Fault
) -> None:
    key, sha256, data = blob(50_000)
    proxy.once(fault, "PUT", "/blobs/")
    stored = store.put(key, io.BytesIO(data), sha256=sha256)
    assert not stored.existing
    assert b"".join(store.open(key)) == data
    assert versions(store) == 1


@pytest.mark.fault("F14", "F15")
@pytest.mark.parametrize("at", [("POST", "uploads"), ("PUT", "partNumber=2"), ("POST", "uploadId=")])
@pytest.mark.parametrize("fault", [faults.BUSY, faults.RESET_AFTER_IT_WAS_DONE, faults.DONE_BUT_HANGS])
def test_a_large_file_is_stored_once_or_refused(
    store: S3Store, proxy: FaultProxy, fault: Fault, at: tuple[str, str]
) -> None:
    key, sha256, data = blob(33 * MEBIBYTE)
    proxy.once(fault, *at)
    try:
        store.put(key, io.BytesIO(data), sha256=sha256)
    except StoreUnavailable:
        assert at == ("POST", "uploadId=")
        assert fault is faults.BUSY
        proxy.heal()
        store.put(key, io.BytesIO(data), sha256=sha256)
    assert hashlib.sha256(b"".join(store.open(key))).hexdigest() == sha256
    assert versions(store) == 1


@pytest.mark.fault("F16")
def test_a_read_goes_on_where_it_was_cut(store: S3Store, proxy: FaultProxy) -> None:
    key, sha256, data = blob(2 * MEBIBYTE)
    store.put(key, io.BytesIO(data), sha256=sha256)
    proxy.seen.clear()
    proxy.once(faults.cut_after(700_000), "GET", "/blobs/")
    assert b"".join(store.open(key)) == data
    assert [one.received for one in proxy.seen] == [len(data), len(data) - 700_000]


def test_a_range_that_is_cut_ends_where_it_was_asked_to(store: S3Store, proxy: FaultProxy) -> None:
    key, sha256, data = blob(MEBIBYTE)
    store.put(key, io.BytesIO(data), sha256=sha256)
    proxy.once(faults.cut_after(10_000), "GET", "/blobs/", times=2)
    assert b"".join(store.open(key, start=5, end=500_000)) == data[5:500_000]


@pytest.mark.fault("F16")
def test_a_read_that_is_always_cut_says_so(store: S3Store, proxy: FaultProxy) -> None:
    key, sha256, data = blob(MEBIBYTE)
    store.put(key, io.BytesIO(data), sha256=sha256)
    proxy.always(faults.cut_after(10_000), "GET", "/blobs/")
    with pytest.raises(StoreUnavailable, match="breaks off"):
        b"".join(store.open(key))


@pytest.mark.fault("F13")
@pytest.mark.parametrize("fault", [faults.BUSY, faults.BROKEN, faults.RESET_BEFORE])
def test_every_question_is_asked_again_a_few_times(store: S3Store, proxy: FaultProxy, fault: Fault) -> None:
    key, sha256, data = blob(1000)
    store.put(key, io.BytesIO(data), sha256=sha256)
    for ask in (lambda: store.stat(key), lambda: b"".join(store.open(key)), lambda: list(store.list("blobs/"))):
        proxy.once(fault, times=2)
        assert ask()
    proxy.once(fault, "DELETE")
    store.delete(key)
    assert versions(store) == 0


@pytest.mark.fault("F13")
def test_away_for_good_has_a_name_and_takes_no_byte(s3_shape: dict[str, Any], proxy: FaultProxy) -> None:
    gone = S3Store(**{**s3_shape["OPTIONS"], "endpoint": "http://127.0.0.1:9"})
    source = io.BytesIO(b"never read")
    for act in (
        lambda: gone.put("a", source),
        lambda: gone.stat("a"),
        lambda: gone.open("a"),
        lambda: list(gone.list()),
        lambda: gone.delete("a"),
        lambda: gone.capabilities,
    ):
        with pytest.raises(StoreUnavailable):
            act()
    assert source.tell() == 0


def test_wrong_credentials_have_a_name(s3_shape: dict[str, Any]) -> None:
    stranger = S3Store(**{**s3_shape["OPTIONS"], "secret": "guessed"})
    with pytest.raises(StoreUnavailable):
        stranger.stat("a")
    with pytest.raises(StoreUnavailable):
        stranger.put("a", io.BytesIO(b"x"))
    with pytest.raises(StoreUnavailable):
        list(stranger.list())


@pytest.mark.fault("F11")
def test_a_full_store_has_a_name(store: S3Store, proxy: FaultProxy) -> None:
    from storage.errors import StoreFull

    proxy.always(Fault(status=507), "PUT", "/blobs/")
    key, sha256, data = blob(1000)
    with pytest.raises(StoreFull):
        store.put(key, io.BytesIO(data), sha256=sha256)
