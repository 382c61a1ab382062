"""The first account: a signed link, good for one day and only while nobody has an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login, password_validation
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from records.errors import InvalidValue
from records.models import RoleAssignment, User
from records.persons import operator
from records.services.people import put_user

GOOD_FOR_SECONDS = 24 * 60 * 60
SIGNER = TimestampSigner(salt="deploy.first_login")
WHO = "first operator"
# Whoever sets a site up also tries it: without these the first upload would need a second account.
ROLES = (RoleAssignment.Role.OPERATOR, RoleAssignment.Role.ARCHIVIST, RoleAssignment.Role.EDITOR)


def first_login_path() -> str:
    """Return the path of a fresh link, or "" when somebody has an account."""
    if User.objects.exists():
        return ""
    return f"{reverse('first-login')}?{urlencode({'key': SIGNER.sign(WHO)})}"


class FirstAccount(forms.Form):
    """A name and a password, by the site's rules for passwords."""

    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            try:
                password_validation.validate_password(cleaned["password"], User(username=cleaned.get("username", "")))
            except ValidationError as refused:
                self.add_error("password", refused)
        return cleaned


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def first_login(request: HttpRequest) -> HttpResponse:
    """Show the form, or make the account and sign its owner in. A spent or foreign link does not exist."""
    _check_link(request.GET.get("key", ""))
    form = FirstAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = _make_first_account(**form.cleaned_data)
        except InvalidValue as refused:
            form.add_error("username", refused.detail)
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect("/")
    return render(request, "deploy/first_login.html", {"form": form})


def _check_link(key: str) -> None:
    try:
        SIGNER.unsign(key, max_age=GOOD_FOR_SECONDS)
    except BadSignature as foreign:
        raise Http404 from foreign
    if User.objects.exists():
        raise Http404


@transaction.atomic
def _make_first_account(*, username: str, password: str) -> User:
    """Make the account, unless another came first: the transaction is IMMEDIATE, so two links make one account."""
    if User.objects.exists():
        raise Http404
    return put_user(username=username, by=operator("first login"), password=password, roles=ROLES)
