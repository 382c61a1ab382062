"""The index and SQL show every person the same: what is found, totals and facets, over random sites and days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.access import person_for, unsettled_records
from records.models import Dirty, Grant, Page, Record, Rendition, Version
from records.persons import Person, operator
from records.services.opening import classify_record, revoke_grant, set_audience
from records.services.publishing import withdraw_version
from records.services.time import tell_of_grants
from search.building import build_entries
from search.engines import engine
from search.indexing import drain
from search.params import SearchParams
from search.service import Answer, answer
from tests.records.worlds import Rows, Site, day, days, sites, write

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("on_each_engine")]
PERSONS: tuple[int | None, ...] = (None, 0, 1, 2)
KINDS = ("ley", "acta", "oficio")
some = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Opened = Callable[[Site, Sequence[int | None]], Any]


@pytest.fixture
def opened(settings: Any) -> Opened:
    """Write a site, its texts and its index for the time of a block, and forget it."""

    @contextmanager
    def opening(site: Site, successors: Sequence[int | None]) -> Iterator[Rows]:
        settings.LEGAJO_SESSION_ACCESS = {"capacities": site.capacities, "kept_after_leaving": site.kept}
        held = {entry.record for entry in engine().scan()}
        with transaction.atomic():
            rows = write(site)
            _furnish(rows, successors)
            # As the index will know them.
            Grant.objects.filter(ends__lt=timezone.localdate()).update(end_told=True)
            Grant.objects.filter(starts__gt=timezone.localdate()).update(start_told=False)
            index([record.pk for record in rows.records], held)
            yield rows
            transaction.set_rollback(True)

    return opening


def _furnish(rows: Rows, successors: Sequence[int | None]) -> None:
    """Give every record a kind and a date, some a later published version, and every version a text."""
    for at, (record, offset) in enumerate(zip(rows.records, successors, strict=False)):
        record.kind, record.date_min, record.date_max = KINDS[at % 3], dt.date(2000 + at % 2, 1, 1), dt.date(2003, 1, 1)
        record.save()
        first = Version.objects.filter(record=record, state="published").first()
        if first is not None and offset is not None:
            Version.objects.filter(pk=first.pk).update(valid_to=day(offset))
            later = {"number": 9, "state": "published", "valid_from": day(offset), "blob": first.blob}
            now = {"published_at": timezone.now(), "created_at": timezone.now()}
            version = Version.objects.create(record=record, **later, **now)
            audience = first.renditions.get(kind="original").audience
            version.renditions.create(kind="original", blob=first.blob, audience=audience, created_at=timezone.now())
    for original in Rendition.objects.filter(kind="original"):
        text = Rendition.objects.create(
            version=original.version,
            kind="text",
            source=original,
            audience=original.audience,
            created_at=timezone.now(),
        )
        Page.objects.create(rendition=text, number=1, text="texto común", source="layer")


def index(records: Sequence[Any], gone: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    built = build_entries(records).entries
    entries = [entry for those in built.values() for entry in those]
    engine().write(entries, [*gone, *map(str, records)], commit=True)


def person(rows: Rows, who: int | None) -> Person:
    return person_for(AnonymousUser() if who is None else rows.users[who])


def asked(reader: Person, **wanted: Any) -> Answer:
    return answer(SearchParams(size=100, facets=("kind", "year"), **wanted), person=reader)


def check_counts(told: Answer, reader: Person) -> None:
    """Totals and facets count the results and nothing else: nothing hidden shows in them."""
    assert told.total == len(told.results)
    for name, of in (("kind", lambda record: record.kind), ("year", lambda record: str(record.date_min.year))):
        counts = {value.value: value.count for value in told.facets[name]}
        assert counts == Counter(of(result.record) for result in told.results), (name, reader)


def found(told: Answer) -> set[tuple[Any, int]]:
    return {(result.record.pk, result.version.number) for result in told.results}


def shown_to(reader: Person) -> set[tuple[Any, int]]:
    """Return, from SQL, each record this person sees with the version that is its ordinary view today."""
    seen = set()
    for record in Record.objects.visible_to(reader):
        versions = list(Version.objects.filter(record=record).order_by("number"))
        published = [version for version in versions if version.state == "published"]
        begun = [version for version in published if version.valid_from is None or version.valid_from <= reader.today]
        seen.add((record.pk, (begun[-1] if begun else published[0] if published else versions[-1]).number))
    return seen


def in_force(reader: Person, on: dt.date) -> set[tuple[Any, int]]:
    versions = Version.objects.filter(state="published").visible_to(reader)
    return {
        (version.record_id, version.number)
        for version in versions
        if (version.valid_from is None or version.valid_from <= on)
        and (version.valid_to is None or on < version.valid_to)
    }


def readable(places: set[tuple[Any, int]], reader: Person) -> set[tuple[Any, int]]:
    """Keep the versions whose text this person may read."""
    texts = Rendition.objects.filter(kind="text").visible_to(reader).values_list("version__record", "version__number")
    return places & set(texts)


successions = st.lists(st.none() | days, min_size=4, max_size=4)


@some
@given(site=sites(), successors=successions, on=days)
def test_search_shows_each_person_what_sql_shows(opened: Opened, site: Site, successors: Any, on: int) -> None:
    with opened(site, successors) as rows:
        for who in PERSONS:
            reader = person(rows, who)
            told = asked(reader)
            assert found(told) == shown_to(reader)
            check_counts(told, reader)
            for scope in ("documents", "text"):
                told = asked(reader, q="común", scope=scope)
                assert found(told) == readable(shown_to(reader), reader)
                check_counts(told, reader)
            then = timezone.localdate() + dt.timedelta(days=on)
            told = asked(reader, as_of=then)
            assert found(told) == in_force(reader, then)
            check_counts(told, reader)
            everything = asked(reader, versions="all")
            assert found(everything) == set(Version.objects.visible_to(reader).values_list("record", "number"))
            check_counts(everything, reader)
        everyone = asked(operator("test"))
        assert found(everyone) == shown_to(operator("test"))
        check_counts(everyone, operator("test"))


@some
@given(site=sites(), successors=successions, later=st.integers(1, 7))
def test_days_pass_and_nothing_hidden_shows_even_before_search_is_told(
    opened: Opened, site: Site, successors: Any, later: int
) -> None:
    with opened(site, successors) as rows, time_machine.travel(timezone.now() + dt.timedelta(days=later)):
        for who in PERSONS:
            reader = person(rows, who)
            told = asked(reader)
            assert found(told) <= shown_to(reader)
            check_counts(told, reader)
        tell_of_grants(timezone.localdate())
        drain()
        assert not Dirty.objects.exists()
        for who in PERSONS:
            reader = person(rows, who)
            told = asked(reader)
            assert found(told) == shown_to(reader)
            check_counts(told, reader)


narrowings = st.lists(
    st.tuples(st.sampled_from(["revoke", "classify", "withdraw", "close"]), st.integers(0, 6)), max_size=4
)


def narrow(rows: Rows, how: str, which: int) -> None:
    """Take something away from somebody, by the services that do it."""
    by = operator("test")
    record = rows.records[which % len(rows.records)]
    grants = list(Grant.objects.order_by("pk"))
    if how == "revoke" and grants:
        grant = grants[which % len(grants)]
        revoke_grant(reader=grant.token, record=grant.record, series=grant.series, action=grant.action, by=by)
    elif how == "classify":
        classify_record(record=record, classification="reserved", by=by)
    elif how == "withdraw" and (version := record.versions.filter(state="published").first()):
        withdraw_version(version=version, by=by)
    elif how == "close" and (rendition := Rendition.objects.filter(version__record=record, kind="original").last()):
        set_audience(rendition=rendition, audience="editors", by=by)


@some
@given(site=sites(), successors=successions, taken=narrowings)
def test_what_is_taken_away_is_gone_at_once_and_search_agrees_after(
    opened: Opened, site: Site, successors: Any, taken: list[tuple[str, int]]
) -> None:
    with opened(site, successors) as rows:
        for how, which in taken:
            narrow(rows, how, which)
        unsettled = unsettled_records()
        for who in PERSONS:
            reader = person(rows, who)
            for wanted in ({}, {"q": "común"}, {"q": "común", "scope": "text"}):
                told = asked(reader, **wanted)
                due = shown_to(reader) if not wanted else readable(shown_to(reader), reader)
                assert found(told) == {place for place in due if place[0] not in unsettled}
                check_counts(told, reader)
        drain()
        for who in PERSONS:
            reader = person(rows, who)
            told = asked(reader)
            assert found(told) == shown_to(reader)
            check_counts(told, reader)
