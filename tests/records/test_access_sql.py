"""The condition of a person whose SQL is kept is the condition itself, asked twice, within others, and by others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Exists, OuterRef, Q
from hypothesis import given

from records import access
from records.access_sql import kept
from records.models import Record, Rendition, Version
from records.persons import Person, operator, stranger
from tests.records.test_access_property import PERSONS, person, some, write_site
from tests.records.worlds import Site, sites

__all__ = ["write_site"]
RULES = (
    (Version, access.versions_open_to, {}),
    (Rendition, access.renditions_open_to, {}),
    *((Record, access.records_open_to, {"action": action}) for action in ("read", "edit", "manage")),
)


def pairs(reader: Person) -> Any:
    for model, rule, said in RULES:
        rows = model.objects.order_by()
        yield kept(rows, rule, reader, **said), rows.filter(rule(reader, **said))


@some
@given(site=sites())
def test_it_keeps_whom_the_rule_keeps_asked_first_or_again(write_site: Any, site: Site) -> None:
    with write_site(site) as rows:
        for who in (*PERSONS, *PERSONS):
            for one, other in pairs(person(rows, who)):
                assert set(one.values_list("pk", flat=True)) == set(other.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["stranger", "token", "operator"])
def test_its_sql_and_parameters_are_those_of_the_rule(reader: str) -> None:
    persons = {"stranger": stranger(), "operator": operator()}
    someone = persons.get(reader) or replace(stranger(), tokens=frozenset({"public", "group:legal", "body:PL"}))
    for _ in range(2):
        for one, other in pairs(someone):
            assert one.query.sql_with_params() == other.query.sql_with_params()


@pytest.mark.django_db
def test_another_day_and_other_tokens_are_another_condition() -> None:
    one = stranger()
    others = [replace(one, tokens=frozenset({"public", "user:ana"})), replace(one, today=one.today.replace(year=2001))]
    said = [str(kept(Version.objects.all(), access.versions_open_to, someone).query) for someone in (one, *others)]
    assert len(set(said)) == 3


@pytest.mark.django_db
def test_it_stays_what_it_was_within_other_questions_and_afterwards() -> None:
    reader = stranger()
    plain = Record.objects.visible_to(reader).query.sql_with_params()
    for _ in range(2):
        visible = Record.objects.visible_to(reader)
        within = Version.objects.filter(record__in=visible).visible_to(reader)
        asked = Rendition.objects.filter(Exists(within.filter(pk=OuterRef("version")))).visible_to(reader)
        assert list(asked) == []
        ruled = Record.objects.filter(access.records_open_to(reader))
        by_rule = Version.objects.filter(record__in=ruled).filter(access.versions_open_to(reader))
        assert within.query.sql_with_params() == by_rule.query.sql_with_params()
        assert list((visible | Record.objects.filter(title="x")).exclude(pk__in=visible)) == []
        assert Record.objects.visible_to(reader).query.sql_with_params() == plain


@pytest.mark.django_db
def test_what_cannot_be_narrowed_is_refused_as_ever() -> None:
    with pytest.raises(TypeError, match="slice"):
        Record.objects.all()[:3].visible_to(stranger())  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_rule_that_joins_is_not_kept() -> None:
    def by_body(_person: Person) -> Q:
        return Q(body__code="PL")

    with pytest.raises(TypeError, match="by_body joins"):
        kept(Record.objects.all(), by_body, stranger())
