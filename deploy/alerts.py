"""What is worth an operator's attention, in words. Prometheus says the same by `deploy/prometheus/alerts.yaml`.

Each has one name in both and one line of what to do in docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deploy.backups.taking import PULSE as BACKUP
from deploy.health import Parts
from deploy.site_figures import SiteFigures
from deploy.worker import TICK

BEHIND_SECONDS = 600
LEAST_ROOM_BYTES = 2 * 1024**3
PULSE_SECONDS = 300
BACKUP_SECONDS = 2 * 86400
UNSEALED_SECONDS = 3600

PART_AWAY: Mapping[str, Promise] = {
    "database": _("The database does not answer: nothing works until it does."),
    "migrations": _("The tables are not those of this release: run manage.py up, or manage.py tick, once."),
    "store": _("The file store does not answer: files can be neither opened nor brought in. Search and lists go on."),
    "search": _("The search server does not answer: search is not available. Everything else goes on."),
    "queue": _("The queue does not answer: work is accepted and begins some seconds later."),
    "counters": _("The server of the counters does not answer: each process counts sign-in attempts by itself."),
    "worker": _("No worker has reported for a while: files are taken in but neither read nor found."),
}


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that needs somebody; `name` is that of the rule in Prometheus."""

    name: str
    sentence: str | Promise


ALERTS: Mapping[str, Promise] = {
    "LegajoPartAway": _("A part of the service does not answer."),
    "LegajoPartSlow": _("A part of the service answers slowly."),
    "LegajoSearchBehind": _("Search is more than ten minutes behind."),
    "LegajoReadingBehind": _("A person's file has waited more than ten minutes to be read."),
    "LegajoLeasesOver": _("Files whose reader was lost have not been taken up again."),
    "LegajoRecordsSetAside": _("The search server refuses some documents: they cannot be found until this is mended."),
    "LegajoWorkerSilent": _("What is due by the clock has not been done for five minutes."),
    "LegajoBackupOld": _("The last backup is more than two days old."),
    "LegajoEventsUnsealed": _("Events have not been sealed for an hour."),
    "LegajoDiskNearlyFull": _("A disk of the site has less than 2 GiB left."),
}


def present(parts: Parts, found: SiteFigures, room: Mapping[str, int]) -> list[Alert]:
    """Return what needs somebody now, the gravest first."""
    return [*_of_parts(parts), *(Alert(name, ALERTS[name]) for name in _of_figures(found, room))]


def _of_parts(parts: Parts) -> Iterator[Alert]:
    for name, part in parts.items():
        if not part.works:
            yield Alert("LegajoPartAway", PART_AWAY.get(name, ALERTS["LegajoPartAway"]))
    if any(part.state == "slow" for part in parts.values()):
        yield Alert("LegajoPartSlow", ALERTS["LegajoPartSlow"])


def _of_figures(found: SiteFigures, room: Mapping[str, int]) -> Iterator[str]:
    waiting = max((age for (lane, _), age in found.waiting_oldest.items() if lane == "person"), default=0.0)
    true = {
        "LegajoDiskNearlyFull": any(free < LEAST_ROOM_BYTES for free in room.values()),
        "LegajoWorkerSilent": found.pulses.get(TICK, 0.0) > PULSE_SECONDS,
        "LegajoReadingBehind": waiting > BEHIND_SECONDS,
        "LegajoLeasesOver": found.leases_over > 0,
        "LegajoSearchBehind": found.dirty_oldest > BEHIND_SECONDS,
        "LegajoRecordsSetAside": found.set_aside > 0,
        # Only where backups are taken by `backup`: others may be taken in ways that we do not see.
        "LegajoBackupOld": found.pulses.get(BACKUP, 0.0) > BACKUP_SECONDS,
        "LegajoEventsUnsealed": found.unsealed_oldest > UNSEALED_SECONDS,
    }
    yield from (name for name, is_true in true.items() if is_true)
