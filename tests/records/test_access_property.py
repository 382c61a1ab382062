"""SQL, index tokens and the plain rule show every person the same, over random sites."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.access import index_tokens, may, person_for
from records.models import Record, Rendition, Version
from records.persons import Person
from tests.records import plain_rule
from tests.records.worlds import Rows, Site, granted, grants, sites, write

PERSONS: tuple[int | None, ...] = (None, 0, 1, 2)
slow_fixture = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
many = settings(max_examples=200, deadline=None, suppress_health_check=slow_fixture)
some = settings(max_examples=60, deadline=None, suppress_health_check=slow_fixture)


@pytest.fixture
def write_site(db: None, settings: Any) -> Any:
    """Write a site for the time of a block, under its own settings, and forget it."""

    @contextmanager
    def written(site: Site) -> Iterator[Rows]:
        settings.LEGAJO_SESSION_ACCESS = {"capacities": site.capacities, "kept_after_leaving": site.kept}
        with transaction.atomic():
            yield write(site)
            transaction.set_rollback(True)

    return written


def person(rows: Rows, who: int | None) -> Person:
    return person_for(AnonymousUser() if who is None else rows.users[who])


def numbers(rows: Rows, ids: Any) -> set[int]:
    found = set(ids)
    return {at for at, record in enumerate(rows.records) if record.pk in found}


@pytest.mark.slow
@many
@given(site=sites())
def test_sql_tokens_and_the_plain_rule_agree(write_site: Any, site: Site) -> None:
    with write_site(site) as rows:
        tokens = index_tokens(Record.objects.select_related("series", "session", "body"))
        versions = list(Version.objects.values_list("pk", "record", "state"))
        for who in PERSONS:
            reader = person(rows, who)
            by_sql = set(Version.objects.visible_to(reader).values_list("pk", flat=True))
            by_tokens = {
                pk
                for pk, record, state in versions
                if not reader.tokens.isdisjoint(tokens[record].read if state == "published" else tokens[record].edit)
            }
            assert by_sql == by_tokens
            check_against_plain_rule(site, rows, who, reader)


def check_against_plain_rule(site: Site, rows: Rows, who: int | None, reader: Person) -> None:
    every = range(len(site.records))
    readable = {at for at in every if plain_rule.reads(site, who, at)}
    editable = {at for at in every if plain_rule.edits(site, who, at)}
    managed = {at for at in every if plain_rule.manages(site, who, at)}
    published = {at for at in every if "published" in site.records[at].versions}
    visible = Record.objects.visible_to(reader).values_list("pk", flat=True)
    assert numbers(rows, visible) == (readable & published) | editable
    for action, expected in (("edit", editable), ("manage", managed)):
        assert numbers(rows, Record.objects.visible_to(reader, action=action).values_list("pk", flat=True)) == expected
        assert may(reader, rows.records[0], action) == (0 in expected)
    originals = Rendition.objects.visible_to(reader).values_list("version__record", flat=True)
    open_to_readers = {at for at in every if not site.records[at].closed}
    assert numbers(rows, originals) == (readable & published & open_to_readers) | editable


@some
@given(site=sites(), more=grants, who=st.sampled_from(PERSONS))
def test_another_grant_never_takes_anything_away(write_site: Any, site: Site, more: Any, who: int | None) -> None:
    if more.key in {one.key for one in site.grants}:
        return
    with write_site(site) as rows:
        before = seen(person(rows, who))
        grant = granted(more, rows)
        if grant is not None:
            grant.save()
        assert before <= seen(person(rows, who))


@some
@given(site=sites(), who=st.sampled_from(PERSONS))
def test_a_stranger_sees_only_what_everybody_sees(write_site: Any, site: Site, who: int | None) -> None:
    with write_site(site) as rows:
        assert seen(person(rows, None)) <= seen(person(rows, who))


def seen(reader: Person) -> set[Any]:
    return {
        *Record.objects.visible_to(reader).values_list("pk", flat=True),
        *(("version", pk) for pk in Version.objects.visible_to(reader).values_list("pk", flat=True)),
        *(("file", pk) for pk in Rendition.objects.visible_to(reader).values_list("pk", flat=True)),
    }
