"""Loading the sample commission through the services, so that a second load, or one that was cut off, does no harm."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import structlog
from django.conf import settings

from deploy.demo.catalogue import PAPERS
from deploy.demo.commission import FILE_PLAN, INSTANCES, MEETINGS, SERIES_GRANTS
from deploy.demo.papers import Paper
from deploy.demo.people import SEATED_ONLY, SEATS, accounts
from ingest.accession import Incoming, take_in
from ingest.intake import capture
from records.errors import LegajoError
from records.models import Body, Event, Record, Series, User, Version
from records.persons import Person, operator
from records.services.opening import give_grant
from records.services.organising import put_body, put_membership, put_series, put_session
from records.services.people import put_user

ORIGIN = "demo"
MARKER = "demo.json"

log = structlog.get_logger()


class DemoNameTaken(LegajoError):
    """An account of this site has the name of one of the sample's: its password must not become a public one."""

    code = "demo_name_taken"


def load() -> None:
    """Load the sample commission: people, file plan, bodies, sessions, papers. Asked twice, nothing changes.

    Its accounts get their stated passwords back; papers that are there stay as they are, whatever was done to them.
    Reading and indexing are left to the worker. Raises DemoNameTaken before anything is changed.
    """
    by = operator(origin=ORIGIN)
    _check_names()
    _put_people(by)
    _put_commission(by)
    taken = sum(_take_in(paper, by) for paper in PAPERS)
    _write_marker()
    log.info("demo.loaded", papers=len(PAPERS), taken_in=taken)


def _check_names() -> None:
    names = [account.username for account in accounts()] + list(SEATED_ONLY)
    ours = Event.objects.filter(name="person.created", origin=ORIGIN).values_list("subject", flat=True)
    taken = sorted(
        User.objects.filter(username__in=names).exclude(username__in=ours).values_list("username", flat=True)
    )
    if taken:
        raise DemoNameTaken(
            f"This site already has an account named {taken[0]!r}; load the sample commission into a site of its own."
        )


def _put_people(by: Person) -> None:
    for account in accounts():
        put_user(
            username=account.username, password=account.password, roles=account.roles, groups=account.groups, by=by
        )
    for username in SEATED_ONLY:
        put_user(username=username, roles=["reader"], by=by)


def _put_commission(by: Person) -> None:
    series: dict[str, Series] = {}
    for planned in FILE_PLAN:
        series[planned.code] = put_series(
            code=planned.code,
            title=planned.title,
            parent=series.get(planned.parent),
            access=planned.access,
            belonging=planned.belonging,
            by=by,
        )
    for code, reader, action in SERIES_GRANTS:
        give_grant(series=series[code], reader=reader, action=action, by=by)
    bodies: dict[str, Body] = {}
    for one in INSTANCES:
        bodies[one.code] = put_body(code=one.code, name=one.name, kind=one.kind, parent=bodies.get(one.parent), by=by)
    for held in MEETINGS:
        put_session(code=held.code, body=bodies[held.body], kind=held.kind, number=held.number, date=held.date, by=by)
    users = {user.username: user for user in User.objects.filter(username__in=[seat.username for seat in SEATS])}
    for seat in SEATS:
        put_membership(
            user=users[seat.username],
            body=bodies[seat.body],
            capacity=seat.capacity,
            entity=seat.entity,
            starts=seat.starts,
            ends=seat.ends,
            by=by,
        )


def _take_in(paper: Paper, by: Person) -> bool:
    """Take a paper's versions in, in order, but for those that are there; return whether any was new."""
    present = Version.objects.filter(record__in=Record.objects.filter(namespace="", external_id=paper.external_id))
    held = present.count()
    for at, edition in enumerate(paper.editions[held:], start=held):
        made = paper.printed(at + 1)
        incoming = Incoming(
            path=paper.file_name,
            captured=capture(io.BytesIO(made), paper.file_name),
            external_id=paper.external_id,
            fields={**paper.fields, **edition.fields},
            publish=edition.published,
            label=edition.label,
        )
        take_in(incoming=[incoming], by=by)
    return held < len(paper.editions)


def _write_marker() -> None:
    """Leave the accounts where the pages find them: below `deploy` nothing may import this module."""
    home = Path(settings.LEGAJO_HOME)
    text = json.dumps([dataclasses.asdict(account) for account in accounts()], ensure_ascii=False, indent=1)
    unfinished = home / f"{MARKER}.tmp"
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(home / MARKER)
