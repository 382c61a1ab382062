"""Series, bodies and sessions that a manifest names as people do, put as the codes they have here.

A body or series by its name, a session by its kind, number and year (`sesión ordinaria 3 de 2024`) or by its day,
beside its body where two bodies met so. What is named otherwise, or could be two, stays as it is and is told as
unknown. For whoever may see them all: a name that turns into a code tells that there is such a body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ingest.manifest import Row
from records.models import Body, Series, Session
from records.numbering.spelling import folded
from records.persons import Person

_SAID = re.compile(
    r"(?:(?:sesion|session|acta|reunion|de|la|n|no|nro|num)\W+)*"
    r"(?P<kind>ordinaria|ordinary|extraordinaria|extraordinary|ampliada|extended)\W+"
    r"(?:(?:n|no|nro|num)\W+)?(?P<number>\d{1,4})(?:\W+(?:de\W+|del\W+)?(?P<year>\d{4}))?"
)
_DAY = re.compile(r"(?P<year>\d{4})-\d{2}-\d{2}")
_KINDS = {
    "ordinaria": Session.Kind.ORDINARY,
    "extraordinaria": Session.Kind.EXTRAORDINARY,
    "ampliada": Session.Kind.EXTENDED,
}


@dataclass(frozen=True, slots=True)
class _Held:
    """A session by all that it may be named by."""

    code: str
    body: str
    kind: str
    number: int
    year: int
    day: str


def by_code(rows: Iterable[Row], *, by: Person) -> list[Row]:
    """Return the rows with codes in place of names, wherever one series, body or session alone is meant.

    As they are for whoever may not see all series, bodies and sessions.
    """
    if not by.everything:
        return list(rows)
    series = _codes(Series.objects.values_list("code", "title"))
    bodies = _codes(Body.objects.values_list("code", "name"))
    held = [
        _Held(code, body, kind, number, year, day.isoformat())
        for code, body, kind, number, year, day in Session.objects.values_list(
            "code", "body__code", "kind", "number", "year", "date"
        )
    ]
    known = {one.code for one in held}
    found = []
    for row in rows:
        fields = dict(row.fields)
        for column, codes in (("series", series), ("body", bodies)):
            if column in fields:
                fields[column] = codes.get(_plain(fields[column]), fields[column])
        if "session" in fields and fields["session"].strip() not in known:
            fields["session"] = _session(fields, held) or fields["session"]
        found.append(replace(row, fields=fields))
    return found


def _session(fields: Mapping[str, str], held: Iterable[_Held]) -> str | None:
    """Return the code of the one session that is meant, if one alone is."""
    text, body = _plain(fields["session"]), fields.get("body", "").strip()
    said, day = _SAID.fullmatch(text), _DAY.fullmatch(text)
    if day:
        meant = [one for one in held if one.day == text]
    elif said:
        dated = _DAY.match(fields.get("date", "").strip())
        year = said["year"] or (dated["year"] if dated else "")
        kind = _KINDS.get(said["kind"], said["kind"])
        meant = [one for one in held if (one.kind, one.number) == (kind, int(said["number"]))]
        meant = [one for one in meant if not year or one.year == int(year)]
    else:
        return None
    meant = [one for one in meant if not body or one.body == body]
    return meant[0].code if len(meant) == 1 else None


def _codes(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return codes by name; a name that two share is left out, and a code is never taken for a name."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    codes = set()
    for code, name in named:
        codes.add(_plain(code))
        if found.setdefault(_plain(name), code) != code:
            shared.add(_plain(name))
    return {name: code for name, code in found.items() if name not in shared | codes}


def _plain(text: str) -> str:
    return " ".join(folded(text).split())
