"""Random small sites, described as plain values by Hypothesis and written as rows with a handful of inserts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone
from hypothesis import strategies as st

from records.models import (
    Blob,
    Body,
    Grant,
    Membership,
    Record,
    Rendition,
    Series,
    Session,
    User,
    Version,
)

USERS = ("ana", "luis", "eva")
GROUPS = ("legal", "archive")
BODIES = ("PL", "GT")
SESSIONS = ("S0", "S1", "S2")
SERIES = ("A", "B", "C", "D")
CLASSES = ("public", "internal", "reserved")
CAPACITIES = ("full", "alternate", "observer", "guest")
TOKENS = (
    "public",
    "internal",
    *(f"user:{name}" for name in USERS),
    *(f"group:{name}" for name in GROUPS),
    *(f"body:{code}" for code in BODIES),
    "body:PL:alternate",
    *(f"session:{code}" for code in SESSIONS),
)

# Days are counted from today, so that what runs, what ended and what is to come all occur.
days = st.integers(-6, 6)
periods = st.tuples(st.none() | days, st.none() | days).filter(lambda period: None in period or period[0] <= period[1])


@dataclass(frozen=True)
class Given:
    """A grant still to be written: on a record or a series, by number."""

    on_series: bool
    which: int
    token: str
    action: str
    period: tuple[int | None, int | None]

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.on_series, self.which, self.token, self.action)


@dataclass(frozen=True)
class Filed:
    """A record still to be written; `versions` are their states, `closed` says whose original only editors see."""

    access: str
    series: int | None
    body: int | None
    session: int | None
    versions: tuple[str, ...]
    closed: bool


@dataclass(frozen=True)
class Site:
    """All of a site. Series are (parent, class, belonging), seats (user, body, capacity, period)."""

    groups: tuple[frozenset[str], ...]
    inactive: int | None
    seats: tuple[tuple[int, int, str, tuple[int, int | None]], ...]
    sessions: tuple[tuple[int, int], ...]
    series: tuple[tuple[int | None, str, str], ...]
    records: tuple[Filed, ...]
    grants: tuple[Given, ...]
    capacities: frozenset[str]
    kept: bool


grants = st.builds(
    Given,
    on_series=st.booleans(),
    which=st.integers(0, 3),
    token=st.sampled_from(TOKENS),
    action=st.sampled_from(["read", "edit", "manage"]),
    period=periods,
)
filed = st.builds(
    Filed,
    access=st.sampled_from(CLASSES),
    series=st.none() | st.integers(0, 3),
    body=st.none() | st.integers(0, 1),
    session=st.none() | st.integers(0, 2),
    versions=st.sampled_from(
        [("published",), ("draft",), ("withdrawn",), ("published", "draft"), ("withdrawn", "published")]
    ),
    closed=st.booleans(),
)
seats = st.tuples(
    st.integers(0, 2),
    st.integers(0, 1),
    st.sampled_from(CAPACITIES),
    st.tuples(days, st.none() | days).filter(lambda period: period[1] is None or period[0] <= period[1]),
)


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """Draw a site of three persons, two bodies, three sessions, a tree of four series and up to four records."""
    series = tuple(
        (
            draw(st.none() | st.integers(0, at - 1)) if at else None,
            draw(st.sampled_from(CLASSES)),
            draw(st.sampled_from(["nearest", "session", "body", "both", "none"])),
        )
        for at in range(4)
    )
    return Site(
        groups=tuple(draw(st.frozensets(st.sampled_from(GROUPS))) for _ in USERS),
        inactive=draw(st.sampled_from([None, None, None, 2])),
        seats=tuple(draw(st.lists(seats, max_size=4, unique_by=lambda seat: (seat[:3], seat[3][0])))),
        sessions=tuple((draw(st.integers(0, 1)), draw(days)) for _ in SESSIONS),
        series=series,
        records=tuple(draw(st.lists(filed, min_size=1, max_size=4))),
        grants=tuple(draw(st.lists(grants, max_size=7, unique_by=lambda grant: grant.key))),
        capacities=draw(st.frozensets(st.sampled_from(CAPACITIES))),
        kept=draw(st.booleans()),
    )


@dataclass
class Rows:
    """A site as written."""

    users: list[User] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


def day(offset: int | None) -> dt.date | None:
    return None if offset is None else timezone.localdate() + dt.timedelta(days=offset)


def write(site: Site) -> Rows:
    """Write a site; no service in between, so that states no service makes are tried too."""
    users = User.objects.bulk_create(
        [User(username=name, is_active=at != site.inactive) for at, name in enumerate(USERS)]
    )
    groups = dict(zip(GROUPS, Group.objects.bulk_create([Group(name=n) for n in GROUPS]), strict=True))
    User.groups.through.objects.bulk_create(
        [
            User.groups.through(user=user, group=groups[name])
            for user, names in zip(users, site.groups, strict=True)
            for name in sorted(names)
        ]
    )
    bodies = Body.objects.bulk_create([Body(code=code, name=code, kind="plenary") for code in BODIES])
    Membership.objects.bulk_create(
        [
            Membership(user=users[user], body=bodies[body], capacity=capacity, starts=day(starts), ends=day(ends))
            for user, body, capacity, (starts, ends) in site.seats
        ]
    )
    sessions = Session.objects.bulk_create(
        [
            Session(code=code, body=bodies[body], number=at + 1, year=2024, date=day(offset))
            for at, (code, (body, offset)) in enumerate(zip(SESSIONS, site.sessions, strict=True))
        ]
    )
    series = _series(site)
    records = _records(site, series, bodies, sessions)
    _versions(site, records)
    rows = Rows(users, series, records)
    Grant.objects.bulk_create([grant for given in site.grants if (grant := granted(given, rows)) is not None])
    return rows


def _records(site: Site, series: list[Series], bodies: list[Body], sessions: list[Session]) -> list[Record]:
    return Record.objects.bulk_create(
        [
            Record(
                classification=one.access,
                series=None if one.series is None else series[one.series],
                body=None if one.body is None else bodies[one.body],
                session=None if one.session is None else sessions[one.session],
                created_at=timezone.now(),
            )
            for one in site.records
        ]
    )


def _series(site: Site) -> list[Series]:
    series: list[Series] = []
    for code, (parent, access, belonging) in zip(SERIES, site.series, strict=True):
        above = None if parent is None else series[parent]
        series.append(Series.objects.create(code=code, title=code, parent=above, access=access, belonging=belonging))
    return series


def _versions(site: Site, records: list[Record]) -> None:
    now = timezone.now()
    blob = Blob.objects.create(sha256="a" * 64, size=1, key="a", created_at=now)
    versions = Version.objects.bulk_create(
        [
            Version(record=record, number=at, state=state, blob=blob, published_at=now, created_at=now)
            for record, one in zip(records, site.records, strict=True)
            for at, state in enumerate(one.versions, start=1)
        ]
    )
    closed = {record.pk for record, one in zip(records, site.records, strict=True) if one.closed}
    Rendition.objects.bulk_create(
        [
            Rendition(
                version=version,
                kind="original",
                blob=blob,
                audience="editors" if version.record_id in closed else "readers",
                created_at=now,
            )
            for version in versions
        ]
    )


def granted(given: Given, rows: Rows) -> Grant | None:
    """Return the grant as a row, None where it is on a record that the site does not have."""
    if not given.on_series and given.which >= len(rows.records):
        return None
    starts, ends = given.period
    return Grant(
        series=rows.series[given.which] if given.on_series else None,
        record=None if given.on_series else rows.records[given.which],
        token=given.token,
        action=given.action,
        starts=day(starts),
        ends=day(ends),
        created_at=timezone.now(),
    )
