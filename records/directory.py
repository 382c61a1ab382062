"""Who may know which bodies, seats, sessions and series: the reads that lists and forms are made of.

Bodies are an institution's public face. Who sits in them is for those who sign in. A session is known to those who
sign in, and to a stranger only through a record of it that the stranger may read.
"""

from __future__ import annotations

from django.db.models import QuerySet

from records.models import Body, Membership, Record, Series, Session
from records.persons import Person


def bodies_known_to(person: Person) -> QuerySet[Body]:
    """Return the bodies a person may know of: all of them."""
    return Body.objects.select_related("parent").order_by("code")


def sessions_known_to(person: Person) -> QuerySet[Session]:
    """Return the sessions a person may know of, newest first."""
    sessions = Session.objects.select_related("body").order_by("-date", "code")
    if person.is_stranger:
        readable = Record.objects.visible_to(person).within_reach(person).filter(session__isnull=False)
        return sessions.filter(pk__in=readable.values("session"))
    return sessions


def seats_known_to(person: Person) -> QuerySet[Membership]:
    """Return the seats a person may know of: none for strangers."""
    seats = Membership.objects.select_related("user", "body").order_by("body", "capacity", "starts", "user__username")
    return seats.none() if person.is_stranger else seats


def series_open_to(person: Person) -> QuerySet[Series]:
    """Return the series a person may file into: all for archivists, for editors those they may edit."""
    if person.has_role("archivist"):
        return Series.objects.order_by("code")
    if not person.has_role("editor"):
        return Series.objects.none()
    edited = [pk for ids in person.edited_series.values() for pk in ids]
    return Series.objects.filter(pk__in=edited).order_by("code")


def series_known_to(person: Person) -> QuerySet[Series]:
    """Return the series a person may know of: those they may file into, those granted to them, those of records
    they may read, and what lies above these. A series that only hidden records are in stays as hidden as they are.
    """
    every = Series.objects.select_related("parent").order_by("code")
    if person.has_role("archivist"):
        return every
    known = {pk for ids in (*person.series_by_class.values(), *person.edited_series.values()) for pk in ids}
    readable = Record.objects.visible_to(person).within_reach(person).filter(series__isnull=False)
    known.update(readable.order_by().values_list("series", flat=True).distinct())
    above = dict(Series.objects.values_list("pk", "parent"))
    waiting = list(known)
    while waiting:
        parent = above.get(waiting.pop())
        if parent is not None and parent not in known:
            known.add(parent)
            waiting.append(parent)
    return every.filter(pk__in=known)
