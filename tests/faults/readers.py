"""I3 and I5: what a stranger and a member find after the story, each by the word of their own that a document holds."""

from __future__ import annotations

import uuid
from typing import Any


def wrongly_shown() -> list[str]:
    """Return what search shows although the database's rule denies it, or does not show although it allows it."""
    from django.contrib.auth.models import AnonymousUser

    from records.models import User, Version
    from records.persons import operator, person_for

    wrong = []
    people: list[Any] = [person_for(AnonymousUser()), operator("faults")]
    people += [person_for(user) for user in User.objects.order_by("username")]
    for person in people:
        versions = Version.objects.visible_to(person)
        may = set(versions.values_list("record", flat=True))
        must = set(versions.filter(state="published").values_list("record", flat=True))
        shown = found_by(person)
        wrong += [f"I5: {person.username or 'a stranger'} is shown {one}" for one in sorted(shown - may, key=str)]
        wrong += [f"I3: {person.username or 'a stranger'} does not find {one}" for one in sorted(must - shown, key=str)]
    return wrong


def found_by(person: Any) -> set[Any]:
    from search.params import SearchParams
    from search.service import answer

    given = answer(SearchParams(q="folio", size=50), person=person)
    return {uuid.UUID(str(result.record.pk)) for result in given.results}
