"""What the database itself refuses, whoever asks: one refusal for every constraint and every trigger."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from records.models import (
    Blob,
    Body,
    Event,
    Grant,
    Membership,
    Page,
    RoleAssignment,
    Seal,
    Section,
    Series,
    Session,
    User,
    Version,
)
from tests.records.making import new_version

DAY = dt.date(2024, 5, 1)
LATER = dt.date(2024, 6, 1)


class World:
    """One row of each kind, all sound."""

    def __init__(self) -> None:
        now = timezone.now()
        self.series = Series.objects.create(code="S", title="S")
        self.body = Body.objects.create(code="B", name="B", kind="plenary")
        self.user = User.objects.create(username="ana")
        self.role = RoleAssignment.objects.create(user=self.user, role="reader")
        self.seat = Membership.objects.create(user=self.user, body=self.body, starts=DAY, ends=LATER)
        self.session = Session.objects.create(code="X", body=self.body, number=1, year=2024, date=DAY)
        self.version = new_version(external_id="one", valid_from=DAY, valid_to=LATER)
        self.record = self.version.record
        self.blob = self.version.blob
        self.capture = self.version.capture
        self.original = self.version.renditions.get(kind="original")
        self.text = self.version.renditions.get(kind="text")
        self.page = Page.objects.create(rendition=self.text, number=1, source="layer")
        self.section = Section.objects.create(
            rendition=self.text, position=1, anchor="art_1", label="1", page=1, start=0, end=5
        )
        self.grant = Grant.objects.create(record=self.record, token="public", created_at=now)
        self.series_grant = Grant.objects.create(series=self.series, token="public", created_at=now)
        self.event = Event.objects.create(at=now, name="record.created", by="ana", origin="test")
        self.seal = Seal.objects.create(position=1, event=self.event, hash="0" * 64)


def change(row: models.Model, **values: Any) -> None:
    """Update a row without any service or validation between."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def again(row: models.Model, **values: Any) -> None:
    """Insert a copy of a row, with some values different."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    fields.pop(row._meta.pk.attname)
    type(row)._default_manager.create(**{**fields, **values})


def overlapping(world: World, **values: Any) -> None:
    again(world.version, number=2, **values)


Refusal = Callable[[World], None]

CONSTRAINTS: dict[str, Refusal] = {
    "body_code_given": lambda w: change(w.body, code=""),
    "body_not_its_own_parent": lambda w: change(w.body, parent=w.body),
    "membership_once": lambda w: again(w.seat),
    "membership_ends_after_start": lambda w: change(w.seat, ends=DAY - dt.timedelta(days=1)),
    "membership_capacity_known": lambda w: change(w.seat, capacity="chair"),
    "session_numbered_once": lambda w: again(w.session, code="Y"),
    "session_code_given": lambda w: change(w.session, code=""),
    "session_number_positive": lambda w: change(w.session, number=0),
    "grant_of_one_thing": lambda w: change(w.grant, series=w.series),
    "record_grant_once": lambda w: again(w.grant),
    "series_grant_once": lambda w: again(w.series_grant),
    "grant_action_known": lambda w: change(w.grant, action="own"),
    "grant_token_given": lambda w: change(w.grant, token=""),
    "grant_days_in_order": lambda w: change(w.grant, starts=LATER, ends=DAY),
    "event_named": lambda w: again(w.event, name=""),
    "seal_hash_shape": lambda w: Seal.objects.create(position=2, event=other_event(w), hash="A" * 64),
    "role_once": lambda w: again(w.role),
    "role_known": lambda w: change(w.role, role="king"),
    "series_code_given": lambda w: change(w.series, code=""),
    "series_access_known": lambda w: change(w.series, access="secret"),
    "series_belonging_known": lambda w: change(w.series, belonging="all"),
    "series_not_its_own_parent": lambda w: change(w.series, parent=w.series),
    "record_external_id_once": lambda w: again(w.record),
    "record_class_known": lambda w: change(w.record, classification="secret"),
    "record_dates_in_order": lambda w: change(w.record, date_min=LATER, date_max=DAY),
    "record_revision_positive": lambda w: change(w.record, revision=0),
    "page_numbered_once": lambda w: again(w.page),
    "page_number_positive": lambda w: change(w.page, number=0),
    "page_source_known": lambda w: change(w.page, source="guess"),
    "page_decision_known": lambda w: change(w.page, decision="guess"),
    "section_anchor_once": lambda w: again(w.section, position=2),
    "section_position_once": lambda w: again(w.section, anchor="art_2"),
    "section_offsets_in_order": lambda w: change(w.section, start=9),
    "blob_not_empty": lambda w: again(w.blob, sha256="0" * 64, key="k", size=0),
    "blob_digest_shape": lambda w: again(w.blob, sha256="x", key="k"),
    "version_numbered_once": lambda w: again(w.version, state="draft"),
    "version_number_positive": lambda w: change(w.version, state="draft", number=0),
    "version_state_known": lambda w: change(w.version, state="secret"),
    "published_has_bytes": lambda w: overlapping(w, valid_from=LATER, valid_to=None, blob_id=None),
    "published_has_its_time": lambda w: change(w.version, published_at=None),
    "validity_in_order": lambda w: change(w.version, state="draft", valid_to=DAY),
    "rendition_once": lambda w: again(w.original),
    "derived_rendition_once": lambda w: again(w.text),
    "rendition_has_bytes": lambda w: change(w.original, blob=None),
    "text_names_its_source": lambda w: change(w.text, source=None),
    "rendition_audience_known": lambda w: change(w.original, audience="friends"),
}
TRIGGERS: dict[str, Refusal] = {
    "event_never_changes": lambda w: change(w.event, by="nobody"),
    "event_never_goes": lambda w: Event.objects.filter(pk=other_event(w).pk)._raw_delete("default"),
    "seal_never_changes": lambda w: change(w.seal, hash="1" * 64),
    "seal_never_goes": lambda w: Seal.objects.filter(pk=w.seal.pk)._raw_delete("default"),
    "capture_never_changes": lambda w: change(w.capture, name="other"),
    "blob_never_changes": lambda w: change(w.blob, size=w.blob.size + 1),
    "version_keeps_its_bytes": lambda w: change(w.version, state="draft", blob=None),
    "version_overlap_new": lambda w: overlapping(w, valid_from=LATER - dt.timedelta(days=1), valid_to=None),
    "version_overlap": lambda w: change(later_draft(w), state="published", valid_from=None, valid_to=None),
}
UNIQUE: dict[str, Refusal] = {
    "Body.code": lambda w: again(w.body),
    "Session.code": lambda w: again(w.session, number=2),
    "Series.code": lambda w: again(w.series),
    "Blob.sha256": lambda w: again(w.blob, key="k"),
    "Blob.key": lambda w: again(w.blob, sha256="0" * 64),
    "Capture.version": lambda w: again(w.capture),
    "Seal.event": lambda w: Seal.objects.create(position=2, event=w.event, hash="0" * 64),
    "User.username": lambda w: again(w.user),
}


def other_event(world: World) -> Event:
    return Event.objects.create(at=timezone.now(), name="record.edited", by="ana", origin="test")


def later_draft(world: World) -> Version:
    blob = Blob.objects.create(sha256="a" * 64, size=1, key="a", created_at=timezone.now())
    return Version.objects.create(
        record=world.record, number=2, blob=blob, published_at=timezone.now(), created_at=timezone.now()
    )


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses(db: None, name: str) -> None:
    world = World()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CONSTRAINTS[name](world)
    [constraint] = [one for one in all_constraints() if one.name == name]
    wanted = constraint.fields if isinstance(constraint, models.UniqueConstraint) else [name]
    assert all(part in str(refused.value) for part in wanted)


@pytest.mark.parametrize("name", TRIGGERS)
def test_the_database_never_lets(db: None, name: str) -> None:
    world = World()
    message = {refusal[0]: refusal[-1] for refusal in triggers()}[name]
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        TRIGGERS[name](world)


@pytest.mark.parametrize("name", UNIQUE)
def test_a_second_of_the_same_is_refused(db: None, name: str) -> None:
    world = World()
    with pytest.raises(IntegrityError), transaction.atomic():
        UNIQUE[name](world)


def test_blob_may_learn_its_type_and_version_may_get_its_first_bytes(db: None) -> None:
    world = World()
    change(world.blob, media_type="application/pdf")
    empty = Version.objects.create(record=world.record, number=2, created_at=timezone.now())
    change(empty, blob=world.blob)
    assert Version.objects.get(pk=empty.pk).blob_id == world.blob.pk


def test_validities_that_only_touch_are_no_overlap(db: None) -> None:
    world = World()
    overlapping(world, valid_from=LATER, valid_to=None)
    again(world.version, number=3, valid_from=None, valid_to=DAY)
    assert Version.objects.filter(record=world.record, state="published").count() == 3


@pytest.mark.parametrize("row", ["version", "record", "blob", "body", "series", "session", "original"])
def test_what_others_stand_on_cannot_be_deleted(db: None, row: str) -> None:
    world = World()
    world.record.body, world.record.series, world.record.session = world.body, world.series, world.session
    world.record.save()
    with pytest.raises(models.ProtectedError):
        getattr(world, row).delete()


@pytest.mark.parametrize("table", ["event", "seal"])
def test_a_row_of_a_ledger_is_not_replaced(db: None, table: str) -> None:
    world = World()
    model = getattr(world, table)._meta
    key, held = model.pk.column, model.db_table
    itself = f"INTO {held} SELECT * FROM {held}"
    replace = {
        "sqlite": f"INSERT OR REPLACE {itself}",
        "postgresql": f"INSERT {itself} ON CONFLICT ({key}) DO UPDATE SET {key} = excluded.{key}",
    }
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(replace[connection.vendor])


def triggers() -> list[tuple[str, ...]]:
    return importlib.import_module("records.migrations.0002_never").REFUSALS


def all_constraints() -> list[models.BaseConstraint]:
    return [one for model in apps.get_app_config("records").get_models() for one in model._meta.constraints]


def test_every_constraint_trigger_and_unique_field_has_its_refusal() -> None:
    assert {one.name for one in all_constraints()} == set(CONSTRAINTS)
    assert {name for name, *_ in triggers()} == set(TRIGGERS)
    unique = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("records").get_models()
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    }
    assert unique == set(UNIQUE)
