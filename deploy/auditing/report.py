"""The whole audit: each check yields differences; what is merely still to be done is counted, not blamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from deploy.auditing.described import check_chain, check_grants, check_texts, check_versions
from deploy.auditing.difference import Difference
from deploy.auditing.received import check_receipt
from deploy.auditing.stored import check_bytes, check_orphans, check_staging
from deploy.auditing.work import check_work
from ingest.models import Job
from ingest.stuck import requeue_stuck
from ingest.uploads import sweep_uploads
from records.models import Blob, Dirty, Event, Record, Seal, Version
from records.persons import operator
from records.wakeups import INDEXING, wake
from search.auditing import IndexDifference, compare_index
from search.auditing import repair as repair_index

CHECKS: dict[str, Callable[[], Iterator[Difference]]] = {
    "bytes": check_bytes,
    "orphans": check_orphans,
    "staging": check_staging,
    "versions": check_versions,
    "texts": check_texts,
    "work": check_work,
    "grants": check_grants,
    "chain": check_chain,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, what was found wrong, and what was done about it where that was asked for."""

    checked: dict[str, int]
    differences: list[Difference]
    repaired: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """Return the report in the shape of DESIGN.md."""
        told = {
            "ok": self.ok,
            "checked": self.checked,
            "differences": [asdict(difference) for difference in self.differences],
        }
        return {**told, "repaired": self.repaired} if self.repaired else told


def audit(
    *,
    repair: bool = False,
    receipt: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check everything, and a receipt against it where one is given.

    With `repair`, what is derived is mended: index entries, texts, work that stands still.

    Bytes and events are evidence and never touched.
    """
    differences: list[Difference] = []
    for name, check in CHECKS.items():
        progress(name)
        differences.extend(check())
    progress("index")
    wrong = compare_index()
    differences.extend(map(_of_the_index, wrong))
    checked = _counts()
    if receipt is not None:
        progress("receipt")
        differences.extend(check_receipt(receipt))
        checked["receipt_files"] = len(receipt["files"])
    return Report(checked, differences, _mend(wrong) if repair else {})


def _of_the_index(found: IndexDifference) -> Difference:
    kind = "set_aside" if found.set_aside else "index"
    return Difference(kind, found.detail, id=str(found.record), version=found.version)


def _mend(wrong: list[IndexDifference]) -> dict[str, int]:
    """Have the worker index and read again what is wrong, and clear staged parts; return how much of each."""
    told = {
        "index": repair_index(wrong),
        "jobs": requeue_stuck(by=operator("audit")),
        "staging": sweep_uploads(),
    }
    wake(INDEXING)
    return told


def _counts() -> dict[str, int]:
    return {
        "records": Record.objects.count(),
        "versions": Version.objects.count(),
        "blobs": Blob.objects.count(),
        "events": Event.objects.count(),
        "unsealed_events": Event.objects.count() - Seal.objects.count(),
        "dirty": Dirty.objects.count(),
        "jobs_waiting": Job.objects.filter(state__in=["waiting", "running"]).count(),
        "jobs_failed": Job.objects.filter(state="failed").count(),
    }
