"""A site on a disk that fills up, or takes no writes: `python -m tests.faults.disk_story FOLDER CASE`.

To be run as `unshare --user --map-root-user --mount`: the disk is a tmpfs of this process alone. Prints what was seen.
"""

from __future__ import annotations

import errno
import hashlib
import json
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from tests.browser.service import Service
from tests.deploy.commands.site import Site
from tests.faults.story import bytes_of


class Client:
    """The archivist's program."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        headers = {"Authorization": f"Token {self.token}", "Content-Type": kind}
        address = urllib.parse.urljoin(self.url, path)
        request = urllib.request.Request(address, data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as failure:
            return failure.code, failure.read()

    def upload(self, name: str) -> tuple[int, dict[str, Any]]:
        """Send a document; return the last answer."""
        whole = bytes_of(name) * 200
        opened = json.dumps({"filename": f"{name}.txt", "size": len(whole)}).encode()
        status, told = self.ask("POST", "/api/v1/uploads/", opened)
        if status == 201:
            upload = json.loads(told)
            for number, address in enumerate(upload["urls"]):
                part = whole[number * upload["part_size"] : (number + 1) * upload["part_size"]]
                status, told = self.ask("PUT", address, part, "application/octet-stream")
                if status >= 400:
                    return status, json.loads(told)
            said = {"sha256": hashlib.sha256(whole).hexdigest(), "title": name, "external_id": name, "access": "public"}
            status, told = self.ask("POST", f"/api/v1/uploads/{upload['id']}/complete", json.dumps(said).encode())
        return status, json.loads(told)

    def reads(self, record: str, name: str) -> list[Any]:
        """Return how searching, the record, its file and its page are answered."""
        whole = bytes_of(name) * 200
        found = self.ask("GET", f"/api/v1/search?q={urllib.parse.quote(name)}")
        file = self.ask("GET", f"/api/v1/records/{record}/versions/1/file")
        statuses = [self.ask("GET", path)[0] for path in ("/", f"/api/v1/records/{record}", "/health/live")]
        return [found[0], json.loads(found[1]).get("total"), file[0], file[1] == whole, *statuses]


def mount(folder: Path, size: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "legajo-faults", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave not a byte."""
    filler = folder / "filler"
    for size in (1 << 20, 1 << 12, 1):
        with filler.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as failure:
                assert failure.errno == errno.ENOSPC  # noqa: PT017
    return filler


def full(home: Path) -> list[Any]:
    """The whole site's disk: files, parts, database, index and logs of it."""
    mount(home, "96m")
    return _played(home, lambda: fill(home), lambda filler: filler.unlink())


def read_only(home: Path) -> list[Any]:
    """The disk of the files, mounted read-only by a kernel that met errors."""
    for name in ("files", "files-staging"):
        mount(home / name, "32m")

    def remounted(how: str) -> None:
        for name in ("files", "files-staging"):
            subprocess.run(["mount", "-o", f"remount,{how}", str(home / name)], check=True)

    return _played(home, lambda: remounted("ro"), lambda _: remounted("rw"))


def _played(home: Path, breaks: Any, mends: Any) -> list[Any]:
    site = Site(home)
    site.configure(home.parent, users=[{"username": "archivist", "roles": ["archivist"]}])
    token = site.json("token", "archivist").only["token"]
    service = Service(home)
    try:
        client = Client(service.url, token)
        status, before = client.upload("primera")
        assert status == 202, before
        service.wait_until_settled()
        broken = breaks()
        refused = [client.upload("segunda") for _ in range(3)]
        meanwhile = client.reads(before["record"], "primera")
        mends(broken)
        status, after = client.upload("segunda")
        assert status == 202, after
        service.wait_until_settled()
        found = client.reads(after["record"], "segunda")
    finally:
        service.end()
    audited = site.json("audit").only
    return [refused, meanwhile, found, audited["differences"], audited["checked"]["records"]]


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"full": full, "read_only": read_only}[sys.argv[2]](Path(sys.argv[1]) / "home")) + "\n")
