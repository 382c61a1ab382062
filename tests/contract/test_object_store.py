"""What every object store must do. A new store is one more fixture and one more name in STORES."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.base import PRESIGNED, ObjectStore, blob_key
from storage.errors import DigestMismatch, InvalidKey, ObjectConflict, ObjectMissing
from storage.local import LocalStore
from storage.reading import checked_out, open_stream

STORES = ["local", pytest.param("s3", marks=pytest.mark.full)]
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def local_stores(tmp_path: Path) -> tuple[ObjectStore, ObjectStore]:
    """A store and another for staged parts, both empty."""
    return LocalStore(tmp_path / "store"), LocalStore(tmp_path / "staging")


@pytest.fixture
def s3_stores(bucket_pair: tuple[ObjectStore, ObjectStore]) -> tuple[ObjectStore, ObjectStore]:
    return bucket_pair


@pytest.fixture(params=STORES)
def stores(request: pytest.FixtureRequest) -> tuple[ObjectStore, ObjectStore]:
    return request.getfixturevalue(f"{request.param}_stores")


@pytest.fixture
def store(stores: tuple[ObjectStore, ObjectStore]) -> ObjectStore:
    return stores[0]


def content(store: ObjectStore, key: str, **limits: int) -> bytes:
    return b"".join(store.open(key, **limits))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_what_was_put_comes_back(store: ObjectStore) -> None:
    data = random.Random(1).randbytes(3_000_001)
    stored = store.put("a/b", io.BytesIO(data), sha256=digest(data), size=len(data))
    assert (stored.key, stored.size, stored.sha256, stored.existing) == ("a/b", len(data), digest(data), False)
    assert content(store, "a/b") == data


def test_a_source_may_be_an_iterable_and_may_be_empty(store: ObjectStore) -> None:
    assert store.put("x", iter([b"ab", b"", b"c"])).sha256 == digest(b"abc")
    assert store.put("empty", iter([])).size == 0
    assert content(store, "x") == b"abc"
    assert content(store, "empty") == b""


def test_the_same_bytes_again_are_existing(store: ObjectStore) -> None:
    store.put("a", io.BytesIO(b"acta"))
    again = store.put("a", io.BytesIO(b"acta"), sha256=digest(b"acta"))
    assert again.existing
    assert again.size == 4


def test_an_object_is_never_overwritten(store: ObjectStore) -> None:
    store.put("a", io.BytesIO(b"acta"))
    with pytest.raises(ObjectConflict):
        store.put("a", io.BytesIO(b"otra cosa"))
    assert content(store, "a") == b"acta"


@pytest.mark.parametrize("known", [False, True])
def test_wrong_bytes_are_refused_whether_the_key_is_held_or_not(store: ObjectStore, known: bool) -> None:
    key = blob_key(digest(b"acta"))
    if known:
        store.put(key, io.BytesIO(b"acta"))
    with pytest.raises(DigestMismatch):
        store.put(key, io.BytesIO(b"atca"), sha256=digest(b"acta"))
    with pytest.raises(DigestMismatch):
        store.put(key, io.BytesIO(b"acta"), size=5)
    assert (store.stat(key) is not None) is known
    assert [one.key for one in store.list()] == [key] * known


def test_a_source_that_breaks_leaves_nothing(store: ObjectStore) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put("a", broken())
    assert store.stat("a") is None
    assert list(store.list()) == []


def test_what_is_not_there(store: ObjectStore) -> None:
    assert store.stat("no/such") is None
    store.delete("no/such")
    with pytest.raises(ObjectMissing):
        store.open("no/such")
    with pytest.raises(ObjectMissing):
        open_stream(store, "no/such")
    with pytest.raises(ObjectMissing), checked_out(store, "no/such"):
        pass


def test_stat_and_delete(store: ObjectStore) -> None:
    store.put("a/b/c", io.BytesIO(b"12345"))
    found = store.stat("a/b/c")
    assert found is not None
    assert found.size == 5
    assert abs(found.modified - datetime.now(UTC)) < timedelta(minutes=5)
    assert store.stat("a/b") is None
    store.delete("a/b/c")
    assert store.stat("a/b/c") is None
    assert list(store.list()) == []


def test_list_by_prefix_in_key_order(store: ObjectStore) -> None:
    keys = ["a-b", "a.b", "a/x", "a/y/z", "ab/c", "b/1", "b/10", "b/2"]
    for key in reversed(keys):
        store.put(key, io.BytesIO(key.encode()))
    for prefix in ["", "a", "a/", "a/y", "b/1", "zz", "a/none/"]:
        assert [one.key for one in store.list(prefix)] == [key for key in keys if key.startswith(prefix)]


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../a", "a/../b", "a//b", "a/", ".incoming/x", "a\0b", "a\\b", "a/\n", "ñ", "a" * 901],
)
def test_a_key_that_could_leave_the_store_is_refused(store: ObjectStore, key: str) -> None:
    for act in (store.stat, store.delete, store.open, lambda k: store.put(k, io.BytesIO(b"x"))):
        with pytest.raises(InvalidKey):
            act(key)


@MANY
@given(data=st.binary(max_size=5000), cuts=st.lists(st.integers(0, 5000), max_size=5), reach=st.data())
def test_any_chunks_in_any_range_out(store: ObjectStore, data: bytes, cuts: list[int], reach: st.DataObject) -> None:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    key = blob_key(digest(data))
    store.put(key, [data[a:b] for a, b in pairwise(edges)], sha256=digest(data))
    start = reach.draw(st.integers(0, len(data) + 5))
    end = reach.draw(st.none() | st.integers(0, len(data) + 5))
    limits = {"start": start} if end is None else {"start": start, "end": end}
    assert content(store, key, **limits) == data[start:end]


@MANY
@given(parts=st.lists(st.binary(max_size=2000), min_size=1, max_size=4))
def test_staged_parts_are_joined(stores: tuple[ObjectStore, ObjectStore], parts: list[bytes]) -> None:
    store, staging = stores
    whole = b"".join(parts)
    keys = []
    for number, part in enumerate(parts):
        keys.append(f"uploads/{digest(whole)}/{number}-{digest(part)[:8]}")
        staging.put(keys[-1], io.BytesIO(part))
    stored = store.join(blob_key(digest(whole)), keys, source=staging, sha256=digest(whole))
    assert stored.size == len(whole)
    assert content(store, stored.key) == whole
    assert all(staging.stat(key) for key in keys)


def test_a_join_that_is_wrong_leaves_nothing(stores: tuple[ObjectStore, ObjectStore]) -> None:
    store, staging = stores
    staging.put("u/1", io.BytesIO(b"one"))
    with pytest.raises(DigestMismatch):
        store.join("whole", ["u/1"], source=staging, sha256=digest(b"two"))
    with pytest.raises(ObjectMissing):
        store.join("whole", ["u/1", "u/2"], source=staging, sha256=digest(b"one"))
    assert list(store.list()) == []


def test_many_threads_put_the_same_and_other_objects(store: ObjectStore) -> None:
    blobs = [str(number % 40).encode() * 500 for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda b: store.put(blob_key(digest(b)), io.BytesIO(b), sha256=digest(b)), blobs))
    assert sum(not one.existing for one in done) == 40
    assert len(list(store.list("blobs/"))) == 40


def test_an_object_as_stream_and_as_path(store: ObjectStore) -> None:
    data = random.Random(2).randbytes(2_500_000)
    store.put("a", io.BytesIO(data))
    with open_stream(store, "a") as stream:
        stream.seek(-1000, io.SEEK_END)
        assert stream.read() == data[-1000:]
        stream.seek(7)
        assert stream.read(1_500_000) == data[7:1_500_007]
        assert stream.tell() == 1_500_007
    with checked_out(store, "a") as path:
        assert path.read_bytes() == data


def test_addresses_only_where_declared(store: ObjectStore) -> None:
    minute = timedelta(seconds=60)
    address = store.url("a", filename="acta.pdf", media_type="application/pdf", expires=minute)
    assert (address is not None) is (PRESIGNED in store.capabilities)
    assert (store.part_url("a", expires=minute) is not None) is (PRESIGNED in store.capabilities)
