"""What every page is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from records.persons import Person
from records.web.people import person_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the main navigation; `here` is true on the page it leads to and on those below."""

    url: str
    label: str
    here: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the person looking and the navigation that is theirs."""
    person = person_of(request)
    return {"person": person, "navigation": _navigation(request.path, person)}


def _navigation(path: str, person: Person) -> list[Entry]:
    links = [("search", _("Search")), ("browse", _("Browse")), ("bodies", _("Bodies")), ("sessions", _("Sessions"))]
    if person.has_role("archivist", "editor"):
        links.append(("upload", _("Upload")))
    if not person.is_stranger:
        links.append(("my-work", _("My work")))
    if person.has_role("archivist", "editor"):
        links.append(("synonyms", _("Synonyms")))
    if person.has_role("operator"):
        links.append(("operate", _("Operate")))
    found = [(reverse(name), label) for name, label in links]
    return [Entry(url, label, path.startswith(url)) for url, label in found]
