"""Accounts, roles, groups and API tokens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from knox.models import AuthToken

from records.errors import InvalidValue
from records.events import Happening, record_events
from records.models import RoleAssignment, User
from records.persons import Person


@transaction.atomic
def put_user(
    *,
    username: str,
    by: Person,
    password: str | None = None,
    roles: Iterable[str] | None = None,
    groups: Iterable[str] | None = None,
) -> User:
    """Make an account, or change the one of that name; what is None stays as it is.

    A password is set only when it differs from the present one, so that asking twice changes nothing.
    Raises InvalidValue for a name or role that cannot be.
    """
    if not re.fullmatch(r"[\w.@+-]{1,150}", username) or username == "operator":
        raise InvalidValue(f"{username[:40]!r} cannot be an account's name.", attr="username")
    wanted = set(roles) if roles is not None else None
    if wanted and not wanted <= set(RoleAssignment.Role.values):
        wrong = sorted(wanted - set(RoleAssignment.Role.values))[0]
        raise InvalidValue(f"{wrong!r} is not a role; use one of {RoleAssignment.Role.values}.", attr="roles")
    user, created = User.objects.get_or_create(username=username)
    changed = _set_password(user, password, created)
    changed += _set_roles(user, wanted)
    changed += _set_groups(user, None if groups is None else set(groups), by)
    if created or changed:
        name = "person.created" if created else "person.changed"
        record_events([Happening(name, subject=username, details={"changed": changed})], by=by)
    return user


def _set_password(user: User, password: str | None, created: bool) -> list[str]:
    if password is None:
        if created:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return []
    if not created and user.check_password(password):
        return []
    user.set_password(password)
    user.save(update_fields=["password"])
    return ["password"]


def _set_roles(user: User, wanted: set[str] | None) -> list[str]:
    present = set(user.roles.values_list("role", flat=True))
    if wanted is None or wanted == present:
        return []
    user.roles.exclude(role__in=wanted).delete()
    RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role=role) for role in wanted - present)
    return ["roles"]


def _set_groups(user: User, wanted: set[str] | None, by: Person) -> list[str]:
    present = set(user.groups.values_list("name", flat=True))
    if wanted is None or wanted == present:
        return []
    user.groups.set([put_group(name=name, by=by) for name in sorted(wanted)])
    return ["groups"]


@transaction.atomic
def put_group(*, name: str, by: Person) -> Group:
    """Make a group of readers if there is none of that name. Raises InvalidValue for a name that cannot be."""
    if not name.strip() or ":" in name or len(name) > 150 or any(ord(letter) < 32 for letter in name):
        raise InvalidValue(f"{name[:40]!r} cannot be a group's name.", attr="groups")
    group, created = Group.objects.get_or_create(name=name)
    if created:
        record_events([Happening("group.created", subject=name)], by=by)
    return group


@transaction.atomic
def make_token(*, user: User, by: Person, days: int | None = None) -> str:
    """Return a new API token, shown this once: only its digest is kept. Ends after `days`, if given."""
    _, token = AuthToken.objects.create(user=user, expiry=dt.timedelta(days=days) if days else None)
    record_events([Happening("token.created", subject=user.username, details={"days": days})], by=by)
    return str(token)
