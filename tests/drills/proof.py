"""The end of a drill: each acknowledged write is looked for, in rows, bytes and index, and the audit has its say."""

from __future__ import annotations

import json
import time
from typing import Any

import urllib3

from tests.drills.archivist import Archivist, Written
from tests.drills.site import Site, sha256_of

DRAIN_SECONDS = 150.0


def drained(site: Site, seconds: float = DRAIN_SECONDS) -> float | None:
    """Wait until nothing is left to do; return after how many seconds, None where that takes too long."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if site.left_to_do() == 0:
            return round(time.monotonic() - began, 1)
        time.sleep(0.25)
    return None


def proved(site: Site, archivist: Archivist) -> dict[str, Any]:
    """Return what is wrong with the acknowledged writes, and what the audit says."""
    http = urllib3.PoolManager(retries=urllib3.Retry(3, backoff_factor=0.5), headers=archivist.headers)
    wrong: list[str] = []
    taken = [one for one in archivist.written if one.record]
    for one in taken:
        wrong += _wrong_with(one, site.url, http)
    report = site.audit()
    checked = report["checked"]
    records = checked["records"] - (checked["records"] - len(taken))
    return {
        "documents": len(taken),
        "acknowledged": archivist.acknowledged,
        "never_completed": len(archivist.written) - len(taken),
        "lost": wrong,
        "records": records,
        "audit": report["ok"],
        "differences": report["differences"][:10],
        "dirty": checked["dirty"],
        "jobs_waiting": checked["jobs_waiting"],
        "jobs_failed": checked["jobs_failed"],
        "held": checked,
    }


def _wrong_with(one: Written, url: str, http: urllib3.PoolManager) -> list[str]:
    record = http.request("GET", f"{url}/api/v1/records/{one.record}/")
    if record.status != 200:
        return [f"{one.record}: the record answers {record.status}"]
    told = record.json()
    wrong = []
    if told["title"] != one.title and told["title"] not in one.unsure:
        wrong.append(f"{one.record}: the title is {told['title']!r}, acknowledged was {one.title!r}")
    file = http.request("GET", f"{url}/api/v1/records/{one.record}/versions/1/file")
    if file.status != 200 or sha256_of(file.data) != one.sha256:
        wrong.append(f"{one.record}: the file answers {file.status} with other bytes")
    word = told["title"].split()[-1]
    found = http.request("GET", f"{url}/api/v1/search", fields={"q": word})
    answered = json.loads(found.data)
    ids = [result["id"] for result in answered.get("results", [])]
    if ids[:1] != [one.record] or answered["results"][0]["title"] != told["title"]:
        wrong.append(f"{one.record}: search for its title finds {ids[:3]} ({found.status})")
    return wrong


def broken_promises(told: dict[str, Any], *, expected_records: int | None = None) -> list[str]:
    """Return the promises that the proof shows broken."""
    broken = [f"lost: {one}" for one in told["lost"]]
    if not told["audit"]:
        broken.append(f"audit: {told['differences']}")
    broken += [f"{name}: {told[name]}" for name in ("dirty", "jobs_waiting", "jobs_failed") if told[name]]
    if expected_records is not None and told["held"]["records"] != expected_records:
        broken.append(f"records: {told['held']['records']} instead of {expected_records}")
    return broken
