"""Signing in; on the sample commission the page also says who can, so that a newcomer sees it with several eyes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.utils.translation import get_language

SAMPLE = "demo.json"


class SignInPage(LoginView):  # type: ignore[misc]
    """allauth's own, with the sample's accounts below the form where `up --demo` has left them."""

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**given)
        context["sample"] = sample_accounts()
        return context


def sample_accounts() -> list[dict[str, str]]:
    """Return the accounts of the sample in the reader's language; none on a site that is not the sample."""
    try:
        rows = json.loads((Path(settings.LEGAJO_HOME) / SAMPLE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    language = "en" if (get_language() or "").startswith("en") else "es"
    return [
        {
            "username": row["username"],
            "password": row["password"],
            "label": row[f"label_{language}"],
            "sees": row[f"sees_{language}"],
        }
        for row in rows
    ]
