"""What is particular to the S3 store: addresses for browsers, locks, joins by the service, and what is moved."""

from __future__ import annotations

import gc
import hashlib
import io
import random
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from storage.base import OBJECT_LOCK, PRESIGNED, LockMode, blob_key
from storage.errors import DigestMismatch, ObjectLocked, ObjectMissing
from storage.reading import checked_out, open_stream
from storage.s3 import S3Store
from tests.storage.fault_proxy import FaultProxy, fault_proxy

pytestmark = pytest.mark.full
MEBIBYTE = 1024 * 1024


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def fetched(url: str, *, method: str = "GET", data: bytes | None = None) -> Any:
    asking = urllib.request.Request(url, data=data, method=method)
    try:
        with urllib.request.urlopen(asking, timeout=30) as answer:
            return answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        refused.close()  # it holds a connection
        raise


@pytest.fixture
def proxy(s3_shape: dict[str, Any]) -> Iterator[FaultProxy]:
    with fault_proxy(s3_shape["OPTIONS"]["endpoint"]) as proxy:
        yield proxy


@pytest.fixture
def pair(s3_shape: dict[str, Any], proxy: FaultProxy) -> tuple[S3Store, S3Store]:
    """Documents and staging, with a proxy before them that counts."""
    endpoint = f"http://127.0.0.1:{proxy.port}"
    documents, staging = ({**s3_shape[name], "endpoint": endpoint} for name in ("OPTIONS", "STAGING"))
    return S3Store(**documents), S3Store(**staging)


def test_what_it_can_do_besides(pair: tuple[S3Store, S3Store], s3_shape: dict[str, Any]) -> None:
    documents, staging = pair
    assert documents.capabilities == {PRESIGNED, OBJECT_LOCK}
    assert staging.capabilities == {PRESIGNED}
    closed = S3Store(**{**s3_shape["OPTIONS"], "direct": False})
    assert closed.capabilities == {OBJECT_LOCK}
    assert closed.url("a", filename="a", media_type="a/b", expires=timedelta(seconds=9)) is None
    assert closed.part_url("a", expires=timedelta(seconds=9)) is None


def test_a_stream_of_unknown_length_larger_than_one_part(pair: tuple[S3Store, S3Store], proxy: FaultProxy) -> None:
    data = noise(40 * MEBIBYTE + 7)
    pieces = (data[start : start + 700_001] for start in range(0, len(data), 700_001))
    stored = pair[0].put(blob_key(digest(data)), pieces, sha256=digest(data))
    assert (stored.size, stored.existing) == (len(data), False)
    assert proxy.count("PUT", "partNumber=") == 3
    assert digest(b"".join(pair[0].open(stored.key))) == digest(data)


def test_wrong_bytes_of_many_parts_leave_nothing(pair: tuple[S3Store, S3Store], proxy: FaultProxy) -> None:
    data = noise(20 * MEBIBYTE)
    with pytest.raises(DigestMismatch):
        pair[0].put("a", io.BytesIO(data), sha256=digest(b"another"))
    assert list(pair[0].list()) == []
    assert proxy.count("DELETE", "uploadId=") == 1
    assert proxy.count("POST", "uploadId=") == 0


def test_a_source_that_breaks_in_a_later_part_keeps_its_own_error(pair: tuple[S3Store, S3Store]) -> None:
    def broken() -> Iterator[bytes]:
        yield noise(18 * MEBIBYTE)
        raise ConnectionResetError("the archivist's cable")

    with pytest.raises(ConnectionResetError, match="cable"):
        pair[0].put("a", broken())
    assert list(pair[0].list()) == []


def test_a_range_moves_only_the_range(pair: tuple[S3Store, S3Store], proxy: FaultProxy) -> None:
    data = noise(3 * MEBIBYTE)
    pair[0].put("a", io.BytesIO(data))
    proxy.seen.clear()
    assert b"".join(pair[0].open("a", start=1_000_000, end=1_000_100)) == data[1_000_000:1_000_100]
    assert [one.received for one in proxy.seen] == [100]
    proxy.seen.clear()
    with open_stream(pair[0], "a") as stream:
        stream.seek(-500, io.SEEK_END)
        assert stream.read(100) == data[-500:-400]
    assert sum(one.received for one in proxy.seen if one.method == "GET") == 500


def test_a_reader_who_goes_away_keeps_no_line(pair: tuple[S3Store, S3Store], monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda said: warned.append(str(said.exc_value)))
    data = noise(3 * MEBIBYTE)
    pair[0].put("a", io.BytesIO(data))
    unread, begun, closed = (pair[0].open("a") for _ in range(3))
    assert data.startswith(next(begun))
    closed.close()
    assert list(closed) == []
    del unread, begun, closed
    gc.collect()
    assert warned == []


def test_parts_are_joined_by_the_service(pair: tuple[S3Store, S3Store], proxy: FaultProxy) -> None:
    documents, staging = pair
    parts = [noise(5 * MEBIBYTE, 1), noise(6 * MEBIBYTE, 2), noise(17, 3)]
    whole = b"".join(parts)
    for number, part in enumerate(parts):
        staging.put(f"u/{number}", io.BytesIO(part))
    proxy.seen.clear()
    stored = documents.join(blob_key(digest(whole)), ["u/0", "u/1", "u/2"], source=staging, sha256=digest(whole))
    assert not stored.existing
    assert sum(one.received for one in proxy.seen if one.method == "GET") == len(whole)
    assert sum(one.sent for one in proxy.seen) < 2000
    assert b"".join(documents.open(stored.key)) == whole
    proxy.seen.clear()
    assert documents.join(stored.key, ["u/0", "u/1", "u/2"], source=staging, sha256=digest(whole)).existing
    assert proxy.count("PUT") == proxy.count("POST") == 0


def test_a_part_sent_anew_after_it_was_hashed_is_not_joined(pair: tuple[S3Store, S3Store], proxy: FaultProxy) -> None:
    documents, staging = pair
    parts = [noise(5 * MEBIBYTE, 1), noise(17, 2)]
    for number, part in enumerate(parts):
        staging.put(f"u/{number}", io.BytesIO(part))
    whole = digest(b"".join(parts))
    address = staging.part_url("u/1", expires=timedelta(minutes=5))
    assert address

    def exchange(request: Any) -> None:
        if request.method == "POST" and "uploads" in request.path:
            proxy.heal()
            direct = f"http://{proxy.upstream[0]}:{proxy.upstream[1]}"
            swapped = S3Store(**{**access_of(staging), "public": None, "endpoint": direct})
            swapped.delete("u/1")
            swapped.put("u/1", io.BytesIO(noise(17, 9)))

    proxy.choose = exchange
    with pytest.raises(DigestMismatch):
        documents.join(blob_key(whole), ["u/0", "u/1"], source=staging, sha256=whole)
    assert list(documents.list()) == []


def access_of(store: S3Store) -> dict[str, Any]:
    access = store._bucket.access
    names = ("endpoint", "key", "secret", "region", "virtual_style", "certificates", "public")
    return {
        **{name: getattr(access, name) for name in names},
        "bucket": store._bucket.name,
        "locking": store._locking,
    }


def test_a_browser_sends_parts_and_fetches_files_by_itself(pair: tuple[S3Store, S3Store]) -> None:
    documents, staging = pair
    address = staging.part_url("uploads/1/00001", expires=timedelta(minutes=5))
    assert address
    fetched(address, method="PUT", data=b"acta de la sesion")
    sha256 = digest(b"acta de la sesion")
    stored = documents.join(blob_key(sha256), ["uploads/1/00001"], source=staging, sha256=sha256)
    address = documents.url(
        stored.key, filename='Acta n.º 5 "ñandú".pdf', media_type="application/pdf", expires=timedelta(hours=5)
    )
    assert address
    assert int(parse_qs(urlsplit(address).query)["X-Amz-Expires"][0]) == 60
    headers, body = fetched(address)
    assert body == b"acta de la sesion"
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Acta%20n.%C2%BA%205%20%22%C3%B1and%C3%BA%22.pdf" in headers["Content-Disposition"]


def test_an_address_is_good_for_nothing_else(pair: tuple[S3Store, S3Store]) -> None:
    documents, _ = pair
    documents.put("a", io.BytesIO(b"a"))
    documents.put("b", io.BytesIO(b"b"))
    address = documents.url("a", filename="a", media_type="text/plain", expires=timedelta(seconds=60))
    assert address
    for other in (address.replace("/a?", "/b?"), address.split("?")[0], address.replace("attachment", "inline")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            fetched(other)
        assert refused.value.code == 403
    with pytest.raises(urllib.error.HTTPError):
        fetched(address, method="PUT", data=b"other")


def test_addresses_name_the_service_as_browsers_know_it(s3_shape: dict[str, Any]) -> None:
    store = S3Store(**{**s3_shape["OPTIONS"], "public": "https://files.example"})
    address = store.url("a", filename="a", media_type="text/plain", expires=timedelta(seconds=60))
    assert address
    assert address.startswith(f"https://files.example/{s3_shape['OPTIONS']['bucket']}/a?")


@pytest.mark.parametrize("held", [True, False])
def test_a_locked_file_stays(pair: tuple[S3Store, S3Store], held: bool) -> None:
    store = pair[0]
    store.put("a", io.BytesIO(b"acta"))
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    if held:
        store.hold("a", held=True)
    else:
        store.retain("a", until=until, mode=LockMode.GOVERNANCE)
    lock = store.lock_of("a")
    assert (lock.held, lock.until, lock.mode) == ((True, None, None) if held else (False, until, LockMode.GOVERNANCE))
    with pytest.raises(ObjectLocked):
        store.delete("a")
    assert b"".join(store.open("a")) == b"acta"
    if held:
        store.hold("a", held=False)
        store.delete("a")
        assert store.stat("a") is None


def test_a_lock_nobody_can_shorten(pair: tuple[S3Store, S3Store]) -> None:
    store = pair[0]
    store.put("a", io.BytesIO(b"acta"))
    until = datetime.now(UTC) + timedelta(hours=1)
    store.retain("a", until=until, mode=LockMode.COMPLIANCE)
    assert store.lock_of("a").mode is LockMode.COMPLIANCE
    with pytest.raises(ObjectLocked):
        store.delete("a")
    with pytest.raises(ObjectMissing):
        store.lock_of("b")


def test_a_deleted_file_leaves_no_version(pair: tuple[S3Store, S3Store]) -> None:
    store = pair[0]
    store.put("a", io.BytesIO(b"acta"))
    store.put("ab", io.BytesIO(b"otra"))
    store.delete("a")
    left = list(store._bucket.client.list_objects(store._bucket.name, recursive=True, include_version=True))
    assert [one.object_name for one in left] == ["ab"]


def test_a_copy_for_readers_is_proved_by_its_digest(pair: tuple[S3Store, S3Store]) -> None:
    store = pair[0]
    data = noise(100_000)
    key = blob_key(digest(data))
    store.put(key, io.BytesIO(data))
    with checked_out(store, key) as path:
        assert path.read_bytes() == data
    spoilt = blob_key(digest(b"expected"))
    store.put(spoilt, io.BytesIO(b"something else"))
    with pytest.raises(DigestMismatch), checked_out(store, spoilt):
        pass
