"""The first account: made once, by whoever holds the link, and by nobody after."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from deploy.first_login import first_login_path
from records.models import Event, User
from records.persons import operator
from records.services.people import put_user

pytestmark = pytest.mark.django_db
GOOD = {"username": "olga", "password": "tres tristes tigres"}


def test_the_link_makes_one_operator_and_signs_them_in(client: Client) -> None:
    path = first_login_path()
    assert client.get(path).status_code == 200
    answer = client.post(path, GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    user = User.objects.get()
    assert user.username == "olga"
    assert set(user.roles.values_list("role", flat=True)) == {"operator", "archivist", "editor"}
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Event.objects.filter(name="person.created", subject="olga").count() == 1


def test_the_link_is_spent_once_somebody_has_an_account(client: Client) -> None:
    path = first_login_path()
    put_user(username="ana", by=operator())
    assert client.get(path).status_code == 404
    assert client.post(path, GOOD).status_code == 404
    assert first_login_path() == ""


def test_a_foreign_or_old_link_does_not_exist(client: Client) -> None:
    assert client.get("/first-login").status_code == 404
    assert client.get("/first-login?key=first operator:x:y").status_code == 404
    with time_machine.travel("2026-01-01T00:00:00Z"):
        path = first_login_path()
    with time_machine.travel("2026-01-02T00:00:01Z"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"password": "short"}, {"password": "0123456789"}, {"username": "a b"}, {"username": "operator"}]
)
def test_a_weak_password_or_a_wrong_name_is_answered_with_the_form(client: Client, wrong: dict[str, str]) -> None:
    answer = client.post(first_login_path(), GOOD | wrong)
    assert answer.status_code == 200
    assert b'aria-invalid="true"' in answer.content
    assert not User.objects.exists()
