"""Where the pages of the sample are, by the person who may open them; records are found as people find them."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.browser.visits import Visit

DECREE = "D.S. 014-2021-MRF"
RULES = "Reglamento Interno de la Comisión"
MINUTES = "001-2025-CIMHA/PLENO"
SCAN = "Oficio Circular 27-98"
NEVER = "/records/00000000-0000-7000-8000-000000000000/"

PUBLIC = {
    "welcome": "/",
    "sign-in": "/accounts/login/",
    "results": "/search/?q=comision",
    "in the text": "/search/?q=comision&scope=text",
    "nothing found": "/search/?q=zzzqqqxxx",
    "all versions": "/search/?q=reglamento&versions=all&date_from=2020-01-01",
    "browse": "/browse/",
    "browse a kind": "/browse/?kind=decreto_supremo",
    "issuers": "/browse/issuers/",
    "citations": "/lookup/",
    "bodies": "/bodies/",
    "body": "/bodies/CIMHA-PLENO/",
    "sessions": "/sessions/",
    "never existed": NEVER,
    "not understood": "/search/?size=x",
}
OF_ARCHIVIST = {
    "welcome": "/",
    "reserved": "/search/?q=reservada",
    "upload": "/upload/",
    "my work": "/my-work/",
    "synonyms": "/synonyms/?q=sueldo&try=sueldo",
    "questions": "/questions/?order=asked",
    "synonym": "/synonyms/remuneracion/",
    "new synonym": "/synonyms/new/",
}
OF_MEMBER = {
    "welcome": "/",
    "body": "/bodies/CIMHA-PLENO/",
    "bodies": "/bodies/",
    "sessions": "/sessions/?body=CIMHA-PLENO",
    "sign out": "/accounts/logout/",
}
OF_OPERATOR = {"operate": "/operate/", "my work": "/my-work/"}
PATHS: dict[str, dict[str, str]] = {
    "": PUBLIC,
    "archivera": OF_ARCHIVIST,
    "titular": OF_MEMBER,
    "operadora": OF_OPERATOR,
}


def record(visit: Visit, question: str) -> str:
    """Return the path of the first record that search shows for a question."""
    visit.go(f"/search/?q={question}")
    found = visit.page.locator(".result h2 a").first.get_attribute("href") or ""
    return re.sub(r"\?.*", "", found)


def _records(visit: Visit) -> dict[str, str]:
    decree = record(visit, DECREE)
    return {
        "decree": decree,
        "article": f"{decree}?q=registro&section=art_5#art_5",
        "place": f"{decree}?q=registro&place=1#first-mark",
        "hits": f"{decree}hits/?q=registro",
        "minutes": record(visit, MINUTES),
    }


def _desk(visit: Visit) -> dict[str, str]:
    rules, scan = record(visit, RULES), record(visit, SCAN)
    return {
        "rules": rules,
        "rules before": f"{rules}?as_of=2024-01-01",
        "rules, version 1": f"{rules}?version=1",
        "scan": scan,
        "correct": f"{rules}edit/",
        "events": f"{rules}events/",
        "new version": f"/upload/?version_of={rules.split('/')[2]}",
    }


def _session(visit: Visit) -> dict[str, str]:
    visit.go("/sessions/?body=CIMHA-PLENO")
    return {"session": visit.page.locator(".list a.serif").first.get_attribute("href") or ""}


def _none(visit: Visit) -> dict[str, str]:
    return {}


FOUND: dict[str, Callable[[Visit], dict[str, str]]] = {
    "": _records,
    "archivera": _desk,
    "titular": _session,
    "operadora": _none,
}


def places(who: str, visit: Visit) -> dict[str, str]:
    """Return every page this person is shown, by name."""
    return PATHS[who] | FOUND[who](visit)
