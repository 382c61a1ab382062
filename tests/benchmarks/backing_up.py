"""A backup while norms come in, one more afterwards, and an empty folder that becomes the site: time, size, sameness.

`make bench-backup` (BENCH=norms-2000) prints one JSON document and fails where the restored site differs in a row, an
id, a digest, a grant or an event, or where `audit` names anything.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from deploy.env import PROJECT
from tests.benchmarks.embedded import NORMS, size_of, unpack
from tests.drills.report import say
from tests.services.moved_sites import PlacedSite

RATES_OVER = 10.0
"""Seconds of an import, before a backup begins, whose rate is compared with that beside it."""


def main(corpus: str = "norms-2000") -> int:
    """Import, back up, restore and compare; return the exit status."""
    archive = NORMS / f"{corpus}.tar.zst"
    if not archive.is_file():
        raise SystemExit(f"The benchmark needs {archive}.")
    with tempfile.TemporaryDirectory(prefix="legajo-backup-") as text:
        folder = Path(text)
        unpack(archive, folder / "files")
        site = PlacedSite(folder / "home")
        told = {"corpus": corpus, "while_importing": _while_importing(site, folder)}
        site.run("grant", "--record", _some_record(site), "--reader", "group:legal")
        told["afterwards"] = _backed_up(site, folder / "backup")
        told["first"] = _restored(PlacedSite(folder / "first"), folder / "backup", told["while_importing"]["backup"])
        told["newest"] = _restored(PlacedSite(folder / "newest"), folder / "backup", told["afterwards"]["backup"])
        told["differs"] = _differences(site, PlacedSite(folder / "newest"))
        told["differs"] += _not_of(site, PlacedSite(folder / "first"))
        home = size_of(folder / "home" / "files") + size_of(folder / "home" / "legajo.sqlite3")
        told["bytes"] = {"site_without_index": home, "both_backups": size_of(folder / "backup")}
    json.dump(told, sys.stdout, indent=1)
    sound = told["first"]["sound"] and told["newest"]["sound"] and told["while_importing"]["import_ended_well"]
    return 0 if sound and not told["differs"] else 1


def _while_importing(site: PlacedSite, folder: Path) -> dict[str, Any]:
    """Back up in the midst of an import; return the report and what became of the import's rate meanwhile."""
    command = [sys.executable, str(PROJECT / "manage.py"), "import", str(folder / "files"), "--wait", "--json"]
    with subprocess.Popen(command, cwd=PROJECT, env=site.environ, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        began, backup, at_start = 0.0, None, (0, 0.0)
        told: dict[str, Any] = {}
        for done, _ in enumerate(running.stdout, start=1):
            now = time.monotonic()
            began = began or now
            if backup is None and now - began > RATES_OVER:
                told["files_a_second_before"] = round(done / (now - began), 1)
                backup, at_start = _backup_process(site, folder), (done, now)
            if backup is not None and "files_a_second_beside" not in told and backup.poll() is not None:
                told["files_a_second_beside"] = round((done - at_start[0]) / (now - at_start[1]), 1)
        assert backup is not None, "the import was over before a backup could begin"
        report = json.loads(backup.communicate()[0])
    say(f"backup beside the import: {report['seconds']} s")
    told["rate_beside_to_before"] = round(told["files_a_second_beside"] / told["files_a_second_before"], 2)
    return {**_figures(report), **told, "import_ended_well": running.returncode == 0}


def _backup_process(site: PlacedSite, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROJECT / "manage.py"), "backup", str(folder / "backup"), "--json"]
    return subprocess.Popen(
        command, cwd=PROJECT, env=site.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _backed_up(site: PlacedSite, folder: Path) -> dict[str, Any]:
    report = site.json("backup", folder).only
    say(f"backup afterwards: {report['seconds']} s")
    return _figures(report)


def _figures(report: dict[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in ("backup", "seconds", "rows", "rows_bytes", "files", "missing")}


def _restored(there: PlacedSite, folder: Path, which: str) -> dict[str, Any]:
    done = there.json("restore", folder, "--backup", which)
    report = done.only
    say(f"restored {which}: {report['seconds']} s")
    sound = done.status == 0 and report["audit"]["ok"]
    return {"seconds": report["seconds"], "records": report["audit"]["checked"]["records"], "sound": sound}


def _some_record(site: PlacedSite) -> str:
    return str(site.json("search", "resolución", "--size", "1").only["results"][0]["external_id"])


def _differences(site: PlacedSite, there: PlacedSite) -> list[str]:
    """Return which tables of the restored site are not those of the other, events and seals up to the backup's end."""
    before, after = site.kept(), there.kept()
    # The backup itself is an event of the first, the restoring of the second, both after what is compared.
    for told in (before, after):
        told["events"] = told["events"][:-1]
    seals = min(len(before["Seal"]), len(after["Seal"]))
    before["Seal"], after["Seal"] = before["Seal"][:seals], after["Seal"][:seals]
    return [name for name in before if before[name] != after[name]]


def _not_of(site: PlacedSite, earlier: PlacedSite) -> list[str]:
    """Return what a site of an earlier moment has that the site has not: what stays, and the events in their order."""
    now, then = site.kept(), earlier.kept()
    until = len(then["events"]) - 1
    wrong = [] if then["events"][:until] == now["events"][:until] else ["events of the first"]
    for name in ("Version", "Capture", "Blob", "Grant"):
        rows = {tuple(row) for row in now[name]}
        wrong += [f"{name} of the first"] if any(tuple(row) not in rows for row in then[name]) else []
    return wrong + ([] if then["bytes"].items() <= now["bytes"].items() else ["bytes of the first"])


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
