"""The S3 store over TLS, as STORAGE_URL and files of secrets describe it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from deploy.env import read_site
from deploy.services_urls import storage_from
from storage.base import OBJECT_LOCK
from storage.errors import StoreUnavailable
from storage.s3 import S3Store
from tests.conftest import remove_bucket
from tests.storage.tls_terminator import Authority, tls_before

pytestmark = pytest.mark.full


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    folder = tmp_path / "authority"
    folder.mkdir()
    made = Authority(folder)
    made.make()
    return made


def site_storage(services: dict[str, str], home: Path, bucket: str, port: int, options: str) -> dict[str, Any]:
    """What a site makes of its environment: credentials in files, the service over TLS."""
    given = urlsplit(services["STORAGE_URL"])
    (home / "key").write_text(f"{given.username}\n")
    (home / "secret").write_text(f"{given.password}\n")
    site = read_site(
        {
            "LEGAJO_HOME": str(home / "site"),
            "STORAGE_URL": f"s3+https://127.0.0.1:{port}/{bucket}?{options}",
            "STORAGE_KEY_FILE": str(home / "key"),
            "STORAGE_SECRET_FILE": str(home / "secret"),
        }
    )
    return site.storage


def test_an_own_authority_is_trusted_and_no_other(
    services: dict[str, str], s3_shape: dict[str, Any], authority: Authority, tmp_path: Path
) -> None:
    bucket = s3_shape["OPTIONS"]["bucket"]
    with tls_before(s3_shape["OPTIONS"]["endpoint"], authority.issue("IP:127.0.0.1")) as port:
        shape = site_storage(services, tmp_path, bucket, port, f"ca={quote(str(authority.certificate))}")
        store, parts = S3Store(**shape["OPTIONS"]), S3Store(**shape["STAGING"])
        store.put("acta", io.BytesIO(b"acta de la sesion"))
        assert b"".join(store.open("acta", start=5)) == b"de la sesion"
        assert OBJECT_LOCK in store.capabilities
        parts.put("uploads/1", io.BytesIO(b"parte"))
        assert parts.stat("uploads/1") is not None
        unknown = site_storage(services, tmp_path, bucket, port, "region=us-east-1")
        with pytest.raises(StoreUnavailable):
            S3Store(**unknown["OPTIONS"]).stat("acta")
        for opened in (store, parts):
            opened._bucket.client._http.clear()
    assert storage_from(services["STORAGE_URL"], tmp_path)["OPTIONS"]["endpoint"].startswith("http://")


def test_a_certificate_for_another_host_is_refused(
    services: dict[str, str], s3_shape: dict[str, Any], authority: Authority, tmp_path: Path
) -> None:
    with tls_before(s3_shape["OPTIONS"]["endpoint"], authority.issue("DNS:files.example")) as port:
        options = f"ca={quote(str(authority.certificate))}"
        shape = site_storage(services, tmp_path, s3_shape["OPTIONS"]["bucket"], port, options)
        with pytest.raises(StoreUnavailable):
            S3Store(**shape["OPTIONS"]).stat("acta")


@pytest.mark.parametrize(
    ("style", "begins"), [("path", "https://files.example/{}/acta?"), ("virtual", "https://{}.files.example/acta?")]
)
def test_style_and_region_are_those_of_the_address(
    s3_shape: dict[str, Any], tmp_path: Path, style: str, begins: str
) -> None:
    bucket = s3_shape["OPTIONS"]["bucket"]
    url = f"s3+https://key:secret@files.example/{bucket}?region=sa-east-1&style={style}"
    store = S3Store(**storage_from(url, tmp_path)["OPTIONS"])
    address = store.url("acta", filename="acta", media_type="text/plain", expires=timedelta(seconds=60))
    assert address
    assert address.startswith(begins.format(bucket))
    assert "/sa-east-1/s3/" in parse_qs(urlsplit(address).query)["X-Amz-Credential"][0]


def test_a_bucket_with_versions_made_beforehand_is_used_as_it_is(s3_shape: dict[str, Any]) -> None:
    store = S3Store(**s3_shape["OPTIONS"])
    client, bucket = store._bucket.client, store._bucket.name
    client.make_bucket(bucket, object_lock=False)
    from minio.commonconfig import ENABLED
    from minio.versioningconfig import VersioningConfig

    client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))
    assert OBJECT_LOCK not in store.capabilities
    store.put("acta", io.BytesIO(b"acta"))
    assert store.put("acta", io.BytesIO(b"acta")).existing
    store.delete("acta")
    assert store.stat("acta") is None
    assert list(client.list_objects(bucket, recursive=True, include_version=True)) == []
    assert store.put("acta", io.BytesIO(b"otra")).existing is False
    remove_bucket(store)
