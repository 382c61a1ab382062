#!/usr/bin/env python3
"""Send files and folders to a Legajo site from another machine: nothing but Python 3.10 or newer is needed.

    python3 legajo-send.py https://archivo.example PATH... [--manifest list.csv] [--draft] [--receipt FOLDER]

The token stands in the variable LEGAJO_TOKEN or in a file (--token-file). Asked again, it sends only what is missing,
part by part. A line that is cut is waited for. Status 0: all of it is there; 1: some failed; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GROUP_FILES, GROUP_BYTES = 200, 512 << 20
ASKED_AGAIN = (408, 429, 500, 502, 503, 504)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LEFT_BY_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}
FIELDS = {"external_id", "kind", "number", "title", "issuer", "body", "session", "date", "series", "access", "language"}
FIELDS |= {"version_of", "valid_from", "valid_to", "notes"}
READ_AS_NAME = ("file", "path", "archivo", "fichero")


class Refused(Exception):
    """What the site said no to: status, code and sentence."""

    def __init__(self, status: int, body: bytes) -> None:
        try:
            first = json.loads(body)["errors"][0]
            told = first["code"], " ".join(filter(None, [first.get("attr"), first["detail"]]))
        except (ValueError, KeyError, IndexError, TypeError):
            told = f"http_{status}", f"The site answered with {status}."
        self.status, (self.code, self.detail) = status, told
        super().__init__("{}: {}".format(*told))


@dataclass
class Held:
    """A file here: where it lies, what it is called there, what a manifest says of it, and how it ended."""

    path: Path
    name: str
    fields: dict[str, str] = field(default_factory=dict)
    size: int = 0
    sha256: str = ""
    state: str = ""
    told: str = ""

    def row(self, upload: str) -> dict[str, Any]:
        """Return what the site is told of it; columns that are no field are kept as metadata."""
        said: dict[str, Any] = {key: value for key, value in self.fields.items() if key in FIELDS}
        rest = {key: value for key, value in self.fields.items() if key not in FIELDS and key != "grants"}
        if grants := self.fields.get("grants"):
            said["grants"] = [one.strip() for one in grants.split(";") if one.strip()]
        return {**said, "metadata": rest, "upload": upload, "sha256": self.sha256}

    def weigh(self) -> None:
        digest = hashlib.sha256()
        with self.path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                self.size += len(chunk)
        self.sha256 = digest.hexdigest()


class Site:
    """The site's API. What may be asked twice is asked again, until `patience` seconds have passed in vain."""

    def __init__(self, url: str, token: str, patience: float) -> None:
        self.url, self.token, self.patience = url.rstrip("/"), token, patience

    def ask(self, method: str, address: str, body: Any = None, *, raw: bytes | None = None) -> Any:
        address = urllib.parse.urljoin(self.url + "/api/v1/", address)
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/octet-stream" if raw is not None else "application/json"}
        if address.startswith(self.url + "/"):
            headers["Authorization"] = "Token " + self.token
        began, pause = time.monotonic(), FIRST_PAUSE
        while True:
            request = urllib.request.Request(address, data=data, method=method, headers=headers)  # noqa: S310
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - http(s), see main
                    return answer.read()
            except urllib.error.HTTPError as failure:
                told = failure.read()
                if failure.code not in ASKED_AGAIN or time.monotonic() - began > self.patience:
                    raise Refused(failure.code, told) from None
                pause = max(pause, float(failure.headers.get("Retry-After") or 0))
            except (OSError, http.client.HTTPException) as failure:
                if time.monotonic() - began > self.patience:
                    raise Refused(0, b"") from failure
                say(f"The line is cut ({failure}); going on as soon as it is back.")
            time.sleep(pause * (0.5 + random.random()))  # noqa: S311 - no secret
            pause = min(pause * 2, LONGEST_PAUSE)

    def json(self, method: str, address: str, body: Any = None) -> Any:
        return json.loads(self.ask(method, address, body))


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def answer(document: dict[str, Any], text: str, asked: argparse.Namespace) -> None:
    if line := json.dumps(document) if asked.json else text:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def found_in(given: list[str]) -> Iterator[Held]:
    """Yield the files of each path; links are not followed."""
    for text in given:
        top = Path(text)
        if not top.exists():
            raise SystemExit(f"There is no file or folder {text!r}.")
        if top.is_file():
            yield Held(top, top.name)
        for place, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = Path(place, name)
                if name not in LEFT_BY_SYSTEMS and not path.is_symlink():
                    yield Held(path, path.relative_to(top).as_posix())


def listed(manifest: Path, mapping: dict[str, str], files: list[Held]) -> list[Held]:
    """Return the files that a CSV or JSON-lines manifest names, with what it says of each; all of them or an end."""
    rows = list(_rows(manifest))
    by_name = {one.name: one for one in files}
    chosen, faults = [], []
    for number, row in enumerate(rows, start=1):
        told = {mapping.get(key, key): (value or "").strip() for key, value in row.items() if key}
        name = next((told.pop(key) for key in READ_AS_NAME if told.get(key)), "")
        if name not in by_name:
            faults.append(f"row {number}: there is no file {name!r}")
            continue
        one = by_name[name]
        one.fields = {key: value for key, value in told.items() if value}
        chosen.append(one)
    if faults:
        raise SystemExit("\n".join(faults))
    return chosen


def _rows(manifest: Path) -> Iterator[dict[str, str]]:
    raw = manifest.read_bytes()
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    if manifest.suffix.lower() in (".jsonl", ".ndjson"):
        yield from (json.loads(line) for line in text.splitlines() if line.strip())
        return
    heading = text.partition("\n")[0]
    yield from csv.DictReader(text.splitlines(), delimiter=max(";,\t|", key=heading.count))


def missing_of(site: Site, files: list[Held]) -> list[Held]:
    """Ask what is there already; return what is to be sent."""
    asked = [
        {"filename": one.name, "size": one.size, "sha256": one.sha256, "external_id": one.fields["external_id"]}
        for one in files
    ]
    told = site.json("POST", "uploads/arrived", {"files": asked})["files"]
    for one, answer in zip(files, told, strict=True):
        one.state = "unchanged" if answer["state"] == "unchanged" else ""
    return [one for one in files if not one.state]


def sent(site: Site, one: Held) -> str:
    """Send the parts of a file that have not arrived; return the upload's id, or say why it failed."""
    try:
        said = {"filename": one.name, "size": one.size, "sha256": one.sha256}
        upload = site.json("POST", "uploads/", said)
        for number, address in enumerate(upload["urls"], start=1):
            if number in upload["arrived"]:
                continue
            with one.path.open("rb") as stream:
                stream.seek((number - 1) * upload["part_size"])
                part = stream.read(upload["part_size"])
            try:
                site.ask("PUT", address, raw=part)
            except Refused:
                # The store cannot be reached from here: the site takes the part as well.
                site.ask("PUT", f"uploads/{upload['id']}/parts/{number}", raw=part)
        return str(upload["id"])
    except (Refused, OSError) as failure:
        one.state, one.told = "failed", str(failure)
        return ""


def taken_in(site: Site, files: list[Held], asked: argparse.Namespace) -> str:
    """Send a group of files and have them taken in as one batch; return its id, empty where nothing was left to do."""
    with ThreadPoolExecutor(max_workers=asked.at_once) as threads:
        uploads = list(threads.map(lambda one: sent(site, one), files))
    rows = [one.row(upload) for one, upload in zip(files, uploads, strict=True) if upload]
    if not rows:
        return ""
    said = {"name": asked.batch, "series": asked.series, "access": asked.access, "rows": rows}
    batch = site.json("POST", "batches/", {**said, "state": "draft" if asked.draft else "published"})
    failures = {one["path"]: one for one in batch["failures"] if one["stage"] == "store"}
    for one in files:
        if not one.state:
            failure = failures.get(one.name)
            one.state = "failed" if failure else "imported"
            one.told = "{}: {}".format(failure["code"], failure["detail"]) if failure else ""
    return str(batch["id"])


def in_groups(files: list[Held]) -> Iterator[list[Held]]:
    group: list[Held] = []
    for one in files:
        if group and (len(group) >= GROUP_FILES or sum(other.size for other in group) + one.size > GROUP_BYTES):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url", help="address of the site")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--token-file", type=Path, help="file that holds the token, instead of LEGAJO_TOKEN")
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="CSV or JSON lines; only the files it names go")
    parser.add_argument("--map", action="append", default=[], metavar="COLUMN=field")
    parser.add_argument("--series", default="", metavar="CODE")
    parser.add_argument("--access", default="", metavar="CLASS")
    parser.add_argument("--batch", default="", metavar="NAME")
    parser.add_argument("--draft", action="store_true", help="keep all as drafts")
    parser.add_argument("--receipt", type=Path, metavar="FOLDER", help="keep the signed receipt of each batch here")
    parser.add_argument("--at-once", type=int, default=4, metavar="N", help="files sent at once")
    parser.add_argument(
        "--patience", type=float, default=3600.0, metavar="SECONDS", help="how long a cut is waited for"
    )
    parser.add_argument("--json", action="store_true", help="one JSON line for each file, and a last one")
    return parser.parse_args()


def main() -> int:
    """Send everything; return the exit status."""
    asked = arguments()
    token = asked.token_file.read_text().strip() if asked.token_file else os.environ.get("LEGAJO_TOKEN", "")
    if not token:
        say("Give the token: LEGAJO_TOKEN or --token-file.")
        return 2
    if not asked.url.startswith(("http://", "https://")):
        say("The site's address begins with https:// or http://.")
        return 2
    site = Site(asked.url, token, asked.patience)
    files = list(found_in(asked.paths))
    if asked.manifest:
        mapping = dict(one.split("=", 1) for one in asked.map)
        files = listed(asked.manifest, mapping, [one for one in files if one.path != asked.manifest])
    done = 0
    try:
        for group in in_groups(files):
            _go(site, group, asked)
            done += len(group)
            say(f"{done} of {len(files)} files")
    except Refused as refusal:
        say(str(refusal))
        return 2 if refusal.status in (400, 401, 403) else 1
    counts = {state: sum(one.state == state for one in files) for state in ("imported", "unchanged", "failed")}
    answer({"files": len(files), **counts}, ", ".join(f"{count} {state}" for state, count in counts.items()), asked)
    return 1 if counts["failed"] else 0


def _go(site: Site, group: list[Held], asked: argparse.Namespace) -> None:
    for one in group:
        one.weigh()
        one.fields.setdefault("external_id", one.name)
    if (missing := missing_of(site, group)) and (batch := taken_in(site, missing, asked)) and asked.receipt:
        asked.receipt.mkdir(parents=True, exist_ok=True)
        (asked.receipt / (f"receipt-{batch}.json")).write_bytes(site.ask("GET", f"batches/{batch}/receipt"))
    for one in group:
        told = {"path": str(one.path), "state": one.state, "sha256": one.sha256, "detail": one.told}
        answer(told, f"failed: {one.path}: {one.told}" if one.state == "failed" else "", asked)


if __name__ == "__main__":
    sys.exit(main())
