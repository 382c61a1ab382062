"""Accounts, roles, groups and API tokens: an operator's business."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.db import transaction
from knox.models import AuthToken

from records.errors import InvalidValue, NotAllowed
from records.events import Happening, record_events
from records.models import RoleAssignment, User
from records.persons import Person
from records.services.turns import in_turn

LONGEST_TOKEN_DAYS = 3650
TOKEN_DAYS = 365


def check_may_operate(by: Person) -> None:
    """Raise NotAllowed unless the person is an operator: accounts, seats and the file plan decide who reads."""
    if not by.has_role("operator"):
        raise NotAllowed("Only operators may do this.")


def put_user(
    *,
    username: str,
    by: Person,
    password: str | None = None,
    roles: Iterable[str] | None = None,
    groups: Iterable[str] | None = None,
    active: bool | None = None,
) -> User:
    """Make an account, or change the one of that name; what is None stays as it is.

    One that is not active cannot sign in, and its API tokens are gone.
    A password is set only when it differs from the present one, so that asking twice changes nothing.
    Raises NotAllowed; InvalidValue for a name, password or role that cannot be.
    """
    encoded = None if password is None else encoded_password(username, password)
    return put_user_encoded(username=username, by=by, encoded=encoded, roles=roles, groups=groups, active=active)


def encoded_password(username: str, password: str) -> str:
    """Return a password as it is stored: the present form where it is the account's already.

    Slow by design, so not for the inside of a transaction. Raises InvalidValue for an empty password.
    """
    if not password:
        raise InvalidValue("A password cannot be empty.", attr="password")
    present = User.objects.filter(username=User.normalize_username(username)).values_list("password", flat=True).first()
    if present and check_password(password, present):
        return present
    return make_password(password)


@transaction.atomic
def put_user_encoded(
    *,
    username: str,
    by: Person,
    encoded: str | None = None,
    roles: Iterable[str] | None = None,
    groups: Iterable[str] | None = None,
    active: bool | None = None,
) -> User:
    """Do what `put_user` does with a password that `encoded_password` has prepared."""
    check_may_operate(by)
    username = _checked_username(username)
    wanted = None if roles is None else set(roles)
    for role in sorted(wanted or ()):
        if role not in RoleAssignment.Role.values:
            known = ", ".join(RoleAssignment.Role.values)
            raise InvalidValue(f"{role!r} is not a role; use one of {known}.", attr="roles")
    user, created = User.objects.get_or_create(username=username, defaults={"password": encoded or make_password(None)})
    # Two who change one account at once: the later sees what the earlier set.
    user = in_turn(User.objects.all()).get(pk=user.pk)
    changed = ["password"] if created and encoded else _set_password(user, encoded)
    changed += _set_roles(user, wanted)
    changed += _set_groups(user, None if groups is None else set(groups), by)
    changed += _set_active(user, active)
    if created or changed:
        name = "person.created" if created else "person.changed"
        record_events([Happening(name, subject=username, details={"changed": changed})], by=by)
    return user


def _checked_username(username: str) -> str:
    """Return the name in the form (NFKC) in which it will be typed at sign-in."""
    username = User.normalize_username(username)
    if not re.fullmatch(r"[\w.@+-]{1,150}", username) or username == "operator":
        raise InvalidValue(f"{username[:40]!r} cannot be an account's name.", attr="username")
    return username


def _set_password(user: User, encoded: str | None) -> list[str]:
    if encoded is None or user.password == encoded:
        return []
    user.password = encoded
    user.save(update_fields=["password"])
    return ["password"]


def _set_active(user: User, active: bool | None) -> list[str]:
    if active is None or user.is_active == active:
        return []
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        AuthToken.objects.filter(user=user).delete()
    return ["active"]


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
    """Make a group of readers if there is none of that name. Raises NotAllowed, InvalidValue."""
    check_may_operate(by)
    if not name.strip() or ":" in name or len(name) > 150 or any(ord(letter) < 32 for letter in name):
        raise InvalidValue(f"{name[:40]!r} cannot be a group's name.", attr="groups")
    group, created = Group.objects.get_or_create(name=name)
    if created:
        record_events([Happening("group.created", subject=name)], by=by)
    return group


@transaction.atomic
def change_own_password(*, user: User, password: str, by: Person) -> None:
    """Set one's own password; `user` is the row in memory too, so that the session at hand goes on. NotAllowed."""
    if by.user_id != user.pk:
        raise NotAllowed("Only operators set another person's password.")
    user.set_password(password)
    user.save(update_fields=["password"])
    record_events([Happening("person.changed", subject=user.username, details={"changed": ["password"]})], by=by)


@transaction.atomic
def make_token(*, user: User, by: Person, days: int = TOKEN_DAYS) -> str:
    """Return a new API token, shown this once: only its digest is kept. It ends after `days`.

    Raises NotAllowed for anybody but operators and the account's own person; InvalidValue.
    """
    if by.user_id is None or by.user_id != user.pk:
        check_may_operate(by)
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise InvalidValue(f"A token lasts from 1 to {LONGEST_TOKEN_DAYS} days.", attr="days")
    if not user.is_active:
        raise InvalidValue(f"The account {user.username!r} is not active.", attr="username")
    _, token = AuthToken.objects.create(user=user, expiry=dt.timedelta(days=days))
    record_events([Happening("token.created", subject=user.username, details={"days": days})], by=by)
    return str(token)
