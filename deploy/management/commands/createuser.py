"""`manage.py createuser NAME`: make an account, or change the one of that name."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from records.errors import InvalidValue
from records.models import RoleAssignment, User
from records.persons import Person
from records.services.people import put_user


class Command(LegajoCommand):
    help = "Make an account, or change the one of that name: what is not given stays as it is."
    changes_the_site = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="NAME")
        parser.add_argument(
            "--password",
            metavar="P",
            help="visible to others on this machine while the command runs; - reads a line from standard input",
        )
        parser.add_argument("--role", action="append", metavar="R", help=", ".join(RoleAssignment.Role.values))
        parser.add_argument("--group", action="append", metavar="G", help="made if there is none of that name")

    def run(self, by: Person, options: Mapping[str, Any]) -> None:
        username = User.normalize_username(options["username"])
        existed = User.objects.filter(username=username).exists()
        password = self._password(options["password"], ask=not existed)
        user = put_user(username=username, by=by, password=password, roles=options["role"], groups=options["group"])
        if not user.has_usable_password():
            self.note(f"{username} has no password and can use only API tokens; set one with --password.")
        document = {
            "username": user.username,
            "created": not existed,
            "roles": sorted(user.roles.values_list("role", flat=True)),
            "groups": sorted(user.groups.values_list("name", flat=True)),
        }
        self.answer(document, f"{username}: {'changed' if existed else 'created'}")

    def _password(self, given: str | None, *, ask: bool) -> str | None:
        """Return the password given, read or typed; None where nobody is there to type one."""
        if given == "-":
            return sys.stdin.readline().rstrip("\r\n")
        if given is not None or not ask or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return given
        typed = getpass.getpass("Password (empty for none): ")
        if typed != getpass.getpass("Again: "):
            raise InvalidValue("The two are not the same.", attr="password")
        return typed or None
