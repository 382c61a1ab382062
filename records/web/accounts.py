"""How allauth behaves here: accounts are made by operators, nobody signs up alone, and a new password is an event."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from records.models import User
from records.services.people import change_own_password
from records.web.people import person_of


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """Set the password that a person chose on the page for it."""
        change_own_password(user=user, password=password, by=person_of(self.request))
