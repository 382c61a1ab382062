"""Ends a site's processes at named points, begins again, and looks whether every promise was kept.

`python -m tests.faults.killing [--profile embedded|servers] [--visits stores|points|first|all]`. The parent loads the
code once, and each run is a fork of it on the site as it was when the chapter began. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SET_CHILD_SUBREAPER = 36
AT_STORES = ("s3.", "upload.", "index.", "rebuild.", "jobs.", "outbox.", "intake.", "accession.", "import.")
"""Points at which the profiles differ: the bytes, the index, and what several workers share."""
LATE = ("begin", "scan", "large")
"""Chapters that take long: played only for the points that no other visits."""


@dataclass(frozen=True, order=True)
class Case:
    """End the process in this chapter at this visit of this point."""

    chapter: str
    point: str
    visit: int

    def __str__(self) -> str:
        return f"{self.chapter} {self.point} {self.visit}"


@dataclass
class Harness:
    """One site in `folder`, whose processes are forks of this one."""

    folder: Path
    profile: Any
    visits: dict[str, Counter[str]] = field(default_factory=dict)
    reference: dict[str, Any] = field(default_factory=dict)

    def prepare(self) -> None:
        """Load all code, with nothing opened: threads, connections and writers do not survive a fork."""
        # Whoever outlives a parent that was ended becomes a child of this process, and is seen.
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        (self.folder / "home").mkdir()
        os.environ |= self.profile.urls | {
            "LEGAJO_HOME": str(self.folder / "home"),
            "LEGAJO_LOG_LEVEL": "error",
            # A second child that reads has nothing to do here, and starts anew in every run.
            "LEGAJO_WORKERS": "1",
            "DJANGO_SETTINGS_MODULE": "deploy.settings",
        }
        import django

        django.setup()
        from tests.faults import loading, story

        loading.load()
        story.lay_out(self.folder / "work")

    def rehearse(self) -> None:
        """Play the story once to its end: which points each chapter visits, and what holds after it."""
        from tests.faults import story

        for name, chapter in story.CHAPTERS.items():
            self._must(lambda: self.profile.keep(name))  # noqa: B023
            self._must(lambda: self._played(chapter, None))  # noqa: B023
            self.visits[name] = Counter(self._log.read_text().split()) if self._log.exists() else Counter()
            told = self._settled_and_told(None)
            if told["broken"]:
                raise AssertionError(f"{name} breaks promises by itself: {told['broken']}")
            self.reference[name] = told["state"]

    def cases(self, *, visits: str) -> list[Case]:
        """Return what there is to try: one visit of each point (at a store), or of each chapter the first, or more."""
        from tests.faults.points import named_points

        found: list[Case] = []
        seen: set[str] = set()
        if visits == "stores":
            at_stores = {point for point in named_points() if point.startswith(AT_STORES)}
            seen = {point for counts in self.visits.values() for point in counts} - at_stores
        for chapter in sorted(self.visits, key=lambda name: name in LATE):
            for point, count in sorted(self.visits[chapter].items()):
                if point in seen and (visits in ("stores", "points") or chapter in LATE):
                    continue
                seen.add(point)
                chosen = {1, 2, (count + 1) // 2, count} if visits == "all" else {1}
                found += [Case(chapter, point, visit) for visit in sorted(chosen) if visit <= count]
        return found

    def play(self, case: Case) -> list[str]:
        """End a process there, ask the same again, let the site settle; return the promises that were broken."""
        from tests.faults import story
        from tests.faults.profiles import waited_for_nobody

        self._must(lambda: self.profile.put_back(case.chapter))
        chapter = story.CHAPTERS[case.chapter]
        ended = self._forked(lambda: self._played(chapter, case))
        if ended != -signal.SIGKILL:
            # How often a point is visited twice in a row may differ by one: what runs beside was faster.
            return [] if ended == 0 and case.visit > 1 else [f"was not ended, status {ended}"]
        found = [f"I8: process {pid} is left" for pid in waited_for_nobody()]
        if status := self._forked(lambda: self._played_again(chapter)):
            return [*found, f"I7: asked again, it fails with {status}"]
        told = self._settled_and_told(self.reference[case.chapter])
        return found + list(told["broken"])

    @property
    def _log(self) -> Path:
        return self.folder / "visits"

    def _played(self, chapter: Callable[[Path], None], case: Case | None) -> None:
        from tests.faults.points import Visits

        self._log.unlink(missing_ok=True)
        Visits(self._log, (case.point, case.visit) if case else None).watch()
        chapter(self.folder / "work")

    def _played_again(self, chapter: Callable[[Path], None]) -> None:
        from tests.faults.invariants import later

        with later(self.profile.patience):
            self._played(chapter, None)

    def _settled_and_told(self, reference: Any) -> dict[str, Any]:
        from tests.faults.profiles import read

        told = self.folder / "told.json"
        told.unlink(missing_ok=True)
        if status := self._forked(lambda: self._settle(reference, told)):
            return {"broken": [f"I3 I5 I6 I7: does not settle, status {status}"], "state": {}}
        found: dict[str, Any] = read(told)
        return found

    def _settle(self, reference: Any, told: Path) -> None:
        """Work to the end, sweep as a month later, and have the whole site audited and asked as readers do."""
        from deploy.auditing import audit
        from tests.faults import story
        from tests.faults.invariants import broken, later, state_of
        from tests.faults.profiles import written
        from tests.faults.readers import wrongly_shown

        story.settle(self.folder)
        with later():
            story.settle(self.folder)
            report = audit().as_json()
        found = [f"audit: {one}" for one in report["differences"]] + wrongly_shown()
        written(told, {"broken": found + broken(self.profile, reference), "state": state_of()})

    def _must(self, what: Callable[[], None]) -> None:
        if status := self._forked(what):
            raise AssertionError(f"the story does not come to its end: status {status}")

    def _forked(self, what: Callable[[], None]) -> int:
        """Run in a fork and return how it ended: 0, 1 for an exception, or the signal below zero."""
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            try:
                what()
            except BaseException:  # noqa: BLE001 - a fork ends here, whatever happened
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run(harness: Harness, cases: list[Case], *, seconds: float) -> dict[str, Any]:
    """Play cases until they or the time are over; return the figures and what broke."""
    began, wrong, played = time.monotonic(), {}, []
    for case in cases:
        if time.monotonic() - began > seconds:
            break
        played.append(case)
        if found := harness.play(case):
            wrong[str(case)] = found
            sys.stderr.write(f"{case}: {found}\n")
    return {
        "killed": len(played),
        "of": len(cases),
        "points": sorted({case.point for case in played}),
        "seconds": round(time.monotonic() - began, 1),
        "broken": wrong,
    }


def main() -> int:
    from tests.faults.profiles import PROFILES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=PROFILES, default="embedded")
    parser.add_argument("--visits", choices=["stores", "points", "first", "all"], default="first")
    parser.add_argument("--seconds", type=float, default=2700.0)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="legajo-faults-"))
    profile = PROFILES[given.profile](folder)
    try:
        harness = Harness(folder, profile)
        harness.prepare()
        harness.rehearse()
        told = run(harness, harness.cases(visits=given.visits), seconds=given.seconds)
    finally:
        profile.remove()
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 1 if told["broken"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
