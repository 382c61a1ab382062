"""`manage.py token NAME`: a new API token for an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand, as_json
from records.errors import NotFound
from records.models import User
from records.persons import Person
from records.services.people import TOKEN_DAYS, make_token


class Command(LegajoCommand):
    help = "Print a new API token for an account, this once: only its digest is kept."
    changes_the_site = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="NAME")
        parser.add_argument("--days", type=int, default=TOKEN_DAYS, metavar="N", help="it ends after so many days")

    def run(self, by: Person, options: Mapping[str, Any]) -> None:
        user = User.objects.filter(username=User.normalize_username(options["username"])).first()
        if user is None:
            raise NotFound(f"There is no account named {options['username']!r}.", attr="NAME")
        token = {"token": make_token(user=user, by=by, days=options["days"])}
        self.answer(token, as_json(token))
