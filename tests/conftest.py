"""Fixtures for every suite: a site of its own, people, documents, and a worker that runs when told to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from minio.error import S3Error

from storage.base import ObjectStore
from storage.s3 import S3Store
from tests.search_server import own_prefix, remove_indexes

pytest_plugins = ["tests.full_run", "tests.long_first"]
ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data beside the project; tests that need it are skipped, aloud, where it is not."""
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data is not here: this check needs the development data")
    return SHARED_DATA


@pytest.fixture(scope="session")
def services() -> dict[str, str]:
    """URLs of the real servers, by the names of their variables. Where they do not run, the test fails."""
    written = ROOT / "var" / "services.env"
    if not written.is_file():
        pytest.fail("The servers do not run: `make services` starts them, `make test-full` does so by itself.")
    return dict(line.split("=", 1) for line in written.read_text(encoding="utf-8").splitlines())


@pytest.fixture
def s3_shape(services: dict[str, str], tmp_path: Path) -> Iterator[dict[str, dict[str, object]]]:
    """The setting STORAGE for two buckets of this test alone, which are removed afterwards."""
    from deploy.services_urls import storage_from

    shape = own_storage(storage_from(services["STORAGE_URL"], tmp_path), tmp_path)
    yield shape
    for options in (shape["OPTIONS"], shape["STAGING"]):
        remove_bucket(S3Store(**options))


@pytest.fixture
def on_s3(s3_shape: dict[str, dict[str, object]], own_stores: None, settings: object) -> dict[str, dict[str, object]]:
    """The test's site keeps its files in the real S3 service."""
    from records.stores import documents, staging

    settings.STORAGE = s3_shape
    documents.cache_clear()
    staging.cache_clear()
    return s3_shape


@pytest.fixture
def bucket_pair(s3_shape: dict[str, dict[str, object]]) -> tuple[ObjectStore, ObjectStore]:
    """A store of documents and one of staged parts, both empty, on the real S3 service."""
    return S3Store(**s3_shape["OPTIONS"]), S3Store(**s3_shape["STAGING"])


def remove_bucket(store: S3Store) -> None:
    """Remove a test's bucket with all it holds, unless it holds what nobody may remove."""
    client, name = store._bucket.client, store._bucket.name
    if not client.bucket_exists(name):
        return
    may = {"x-amz-bypass-governance-retention": "true"}
    with suppress(S3Error):
        for lying in client.list_objects(name, recursive=True, include_version=store._locking):
            which = {"versionId": lying.version_id} if lying.version_id else {}
            client._execute("DELETE", name, lying.object_name, headers=may, query_params=which)
        client.remove_bucket(name)


@pytest.fixture(autouse=True)
def own_stores(tmp_path: Path, settings: object) -> Iterator[None]:
    """Give each test its own files and its own index, both empty."""
    from deploy import health
    from records.stores import documents, staging
    from search.engines import engine

    settings.STORAGE = own_storage(settings.STORAGE, tmp_path)
    settings.SEARCH = own_search(settings.SEARCH, tmp_path)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for opened in (documents, staging, engine):
        opened.cache_clear()
    health.forget()
    yield
    if engine.cache_info().currsize:
        engine().close()
        if "prefix" in settings.SEARCH["OPTIONS"]:
            remove_indexes(settings.SEARCH["OPTIONS"])
    if documents.cache_info().currsize and isinstance(documents(), S3Store):
        for store in (documents(), staging()):
            remove_bucket(store)
    for opened in (documents, staging, engine):
        opened.cache_clear()


def own_storage(shape: dict[str, object], folder: Path) -> dict[str, object]:
    """Return the setting STORAGE for a store of one test alone, of the kind the run is asked for by STORAGE_URL."""
    if "bucket" not in shape["OPTIONS"]:
        return {"BACKEND": shape["BACKEND"], "OPTIONS": {"root": str(folder / "files")}}
    name = f"test-{uuid.uuid4().hex}"
    options, parts = shape["OPTIONS"] | {"bucket": name}, shape["STAGING"] | {"bucket": f"{name}-staging"}
    return {"BACKEND": shape["BACKEND"], "OPTIONS": options, "STAGING": parts}


def own_search(shape: dict[str, object], folder: Path) -> dict[str, object]:
    """Return the setting SEARCH for an index of one test alone, of the kind the run is asked for by SEARCH_URL."""
    if "prefix" not in shape["OPTIONS"]:
        return {"BACKEND": shape["BACKEND"], "OPTIONS": {"path": str(folder / "index")}}
    return {"BACKEND": shape["BACKEND"], "OPTIONS": own_prefix(shape["OPTIONS"])}


@pytest.fixture
def operator_person(db: None) -> object:
    """The operator at the command line, who sees and may do everything."""
    from records.persons import operator

    return operator(origin="test")


@pytest.fixture
def stranger_person(db: None) -> object:
    from records.persons import stranger

    return stranger(origin="test")


@pytest.fixture
def people(db: None) -> dict[str, object]:
    """One account of each kind of user, password `correct horse battery`."""
    from records.persons import operator
    from records.services.people import put_user

    roles = {
        "archivist": ["archivist"],
        "counsel": ["reader"],
        "member": ["reader"],
        "secretary": ["editor"],
        "auditor": ["auditor"],
        "operator_user": ["operator"],
    }
    return {
        name: put_user(username=name, password="correct horse battery", roles=given, by=operator(origin="test"))
        for name, given in roles.items()
    }


@pytest.fixture
def settle() -> Callable[[], None]:
    """Run every due job and index every dirty record, in this process."""
    from deploy.worker import Worker

    def run() -> None:
        with Worker() as worker:
            worker.until_idle()

    return run


@pytest.fixture
def make_record(operator_person: object) -> Callable[..., object]:
    """Take a small text document in, as an upload would; `text` goes through the real readers when settled."""
    import io

    from ingest.accession import Incoming, take_in
    from ingest.intake import capture

    def make(title: str = "", text: str = "Texto de prueba.", *, by: object = None, **said: str) -> object:
        publish = said.pop("state", "published") == "published"
        name = said.pop("name", "documento.txt")
        fields = {"title": title, **said}
        captured = capture(io.BytesIO(text.encode()), name)
        incoming = Incoming(
            path=name,
            captured=captured,
            external_id=fields.pop("external_id", ""),
            fields=fields,
            publish=publish,
        )
        return take_in(incoming=[incoming], by=by or operator_person)[0].version.record

    return make
