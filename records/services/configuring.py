"""A site's people, file plan and bodies from one document: `manage.py configure`.

The document is checked as a whole first and then applied in one transaction: all of it holds, or none of it.
What it leaves out stays as it is; asked twice, nothing changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.db import models, transaction

from records.classification import Classification
from records.errors import InvalidValue
from records.models import Body, Membership, Series, Session, User
from records.persons import Person
from records.services.organising import put_body, put_membership, put_series, put_session
from records.services.people import check_may_operate, encoded_password, put_group, put_user_encoded
from records.services.site_document import Item, SiteDocument, read_document

_Row = TypeVar("_Row", bound=models.Model)


@dataclass(slots=True)
class Configured:
    """How many things were made, changed, and found as the document wants them."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def as_json(self) -> dict[str, int]:
        return {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}


def configure(*, document: Any, by: Person) -> Configured:
    """Create or update what the document (as parsed from JSON) says.

    Raises NotAllowed; InvalidValue whose `attr` is the path of the value at fault, such as `users[2].roles`.
    Then nothing has changed.
    """
    check_may_operate(by)
    site = read_document(document)
    # Hashing is slow by design; inside the transaction it would keep every other writer waiting.
    passwords = {item.path: _encoded(item) for item in site.users if item.has("password")}
    with transaction.atomic():
        return _Configuration(by, passwords).apply(site)


def _encoded(item: Item) -> str:
    with _at(item):
        return encoded_password(item["username"], item["password"])


@contextmanager
def _at(item: Item) -> Iterator[None]:
    """Name the item's path in whatever is refused inside."""
    try:
        yield
    except InvalidValue as refused:
        path = f"{item.path}.{refused.attr}" if refused.attr else item.path
        raise InvalidValue(refused.detail, attr=path) from refused


@dataclass(slots=True)
class _Configuration:
    by: Person
    passwords: Mapping[str, str]
    done: Configured = field(default_factory=Configured)

    def apply(self, site: SiteDocument) -> Configured:
        for items, put in (
            (site.groups, self._group),
            (site.users, self._user),
            (_parents_first(site.series), self._series),
            (_parents_first(site.bodies), self._body),
            (site.memberships, self._membership),
            (site.sessions, self._session),
        ):
            for item in items:
                with _at(item):
                    put(item)
        return self.done

    def _count(self, before: object, after: object) -> None:
        if before is None:
            self.done.created += 1
        elif before != after:
            self.done.changed += 1
        else:
            self.done.unchanged += 1

    def _put(self, present: models.QuerySet[Any], put: Callable[[], object]) -> None:
        before = present.values().first()
        put()
        self._count(before, present.all().values().first())

    def _group(self, item: Item) -> None:
        name = item["name"]
        self._put(Group.objects.filter(name=name), lambda: put_group(name=name, by=self.by))

    def _user(self, item: Item) -> None:
        before = _account(item["username"])
        put_user_encoded(
            username=item["username"],
            by=self.by,
            encoded=self.passwords.get(item.path),
            roles=item.get("roles"),
            groups=item.get("groups"),
            active=item.get("active"),
        )
        self._count(before, _account(item["username"]))

    def _series(self, item: Item) -> None:
        present = Series.objects.filter(code=item["code"]).first()
        parent = _named(Series, item, "parent") if item.has("parent") else present and present.parent
        self._put(
            Series.objects.filter(code=item["code"]),
            lambda: put_series(
                code=item["code"],
                by=self.by,
                title=item.get("title", present.title if present else ""),
                parent=parent,
                access=item.get("access", present.access if present else Classification.INTERNAL.value),
                belonging=item.get("belonging", present.belonging if present else Series.Belonging.NEAREST.value),
            ),
        )

    def _body(self, item: Item) -> None:
        present = Body.objects.filter(code=item["code"]).first()
        parent = _named(Body, item, "parent") if item.has("parent") else present and present.parent
        self._put(
            Body.objects.filter(code=item["code"]),
            lambda: put_body(
                code=item["code"],
                by=self.by,
                name=item.get("name", present.name if present else ""),
                kind=item.get("kind", present.kind if present else ""),
                parent=parent,
            ),
        )

    def _membership(self, item: Item) -> None:
        user = User.objects.filter(username=User.normalize_username(item["user"])).first()
        if user is None:
            raise InvalidValue(f"There is no user {item['user']!r}.", attr="user")
        body = _named(Body, item, "body")
        assert body is not None
        capacity: str = item.get("capacity", Membership.Capacity.FULL.value)
        seats = Membership.objects.filter(user=user, body=body, capacity=capacity, starts=item["from"])
        present = seats.first()
        ends: dt.date | None = item.get("to", present.ends if present else None)
        entity: str = item.get("entity", present.entity if present else "")
        self._put(
            seats,
            lambda: put_membership(
                user=user, body=body, by=self.by, starts=item["from"], ends=ends, capacity=capacity, entity=entity
            ),
        )

    def _session(self, item: Item) -> None:
        body = _named(Body, item, "body")
        assert body is not None
        present = Session.objects.filter(code=item["code"]).first()
        self._put(
            Session.objects.filter(code=item["code"]),
            lambda: put_session(
                code=item["code"],
                body=body,
                kind=item.get("kind", present.kind if present else Session.Kind.ORDINARY.value),
                number=item["number"],
                date=item["date"],
                year=item.get("year"),
                by=self.by,
            ),
        )


def _account(username: str) -> object:
    """Return what is compared of an account, None where there is none."""
    user = User.objects.filter(username=User.normalize_username(username)).first()
    if user is None:
        return None
    groups = sorted(user.groups.values_list("name", flat=True))
    return user.password, user.is_active, sorted(user.roles.values_list("role", flat=True)), groups


def _named(model: type[_Row], item: Item, name: str) -> _Row | None:
    """Return the row that an item names by its code, None where it names none. Raises InvalidValue."""
    code = item.get(name)
    if not code:
        return None
    row = model._default_manager.filter(code=code).first()
    if row is None:
        raise InvalidValue(f"There is no {model._meta.verbose_name} with the code {code!r}.", attr=name)
    return row


def _parents_first(items: Sequence[Item]) -> list[Item]:
    """Return the items of a tree so that each comes after its parent, wherever the document puts it."""
    by_code = {item["code"]: item for item in items}
    ordered: dict[str, Item] = {}

    for item in items:
        line: list[Item] = []
        at: Item | None = item
        while at is not None and at["code"] not in ordered:
            if at in line:
                raise InvalidValue(f"{at['code']!r} cannot lie below itself.", attr=f"{at.path}.parent")
            line.append(at)
            at = by_code.get(at.get("parent") or "")
        ordered.update((one["code"], one) for one in reversed(line))
    return list(ordered.values())
