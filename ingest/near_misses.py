"""What somebody who mistyped a controlled value may have meant, out of what there is: by code, name or spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from records.kinds import Kind, all_kinds
from records.models import Body, Series, Session
from records.numbering.spelling import folded

_LIKE = 75.0
"""Of a hundred (Indel similarity): of eight letters two may be others or two neighbours change places."""
_LANGUAGES = {
    "es": ("spanish", "español", "castellano", "esp", "spa"),
    "en": ("english", "inglés", "ing", "eng"),
}
_ACCESS = {
    "public": ("público", "pública", "abierto", "open"),
    "internal": ("interno", "interna"),
    "reserved": ("reservado", "reservada", "restricted", "confidential", "confidencial", "secret", "secreto"),
}


@dataclass(frozen=True, slots=True)
class Values:
    """The values that a column may hold, each with the other ways in which people write it."""

    spellings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[tuple[str, Iterable[str]]]) -> Values:
        """Return values from codes and their other names; where two have one name, it stands for neither."""
        found: dict[str, str] = {}
        shared: set[str] = set()
        for code, names in values:
            found[_plain(code)] = code
            for name in names:
                spelling = _plain(name)
                if found.setdefault(spelling, code) != code:
                    shared.add(spelling)
        return cls({spelling: code for spelling, code in found.items() if spelling not in shared or code == spelling})

    def meant(self, text: str) -> str | None:
        """Return the value whose code or name a text is nearly, None where none is like it."""
        like = extractOne(_plain(text), self.spellings.keys(), scorer=ratio, score_cutoff=_LIKE)
        return self.spellings[like[0]] if like else None


def _plain(text: str) -> str:
    return " ".join(folded(text).replace("_", " ").replace("-", " ").split())


def vocabulary(column: str) -> Values | None:
    """Return what everybody may know that a column can hold; None for other columns."""
    if column == "kind":
        return _kinds(all_kinds())
    return {"language": _LANGUAGE_VALUES, "access": _ACCESS_VALUES}.get(column)


_LANGUAGE_VALUES, _ACCESS_VALUES = Values.of(_LANGUAGES.items()), Values.of(_ACCESS.items())


@lru_cache(maxsize=1)
def _kinds(kinds: tuple[Kind, ...]) -> Values:
    return Values.of((kind.code, (kind.label_es, kind.label_en, *kind.spellings)) for kind in kinds)


def values_here() -> dict[str, Values]:
    """Return the series, bodies and sessions of this site by code and name, for whoever may see them all."""
    return {
        "series": Values.of((code, (title,)) for code, title in Series.objects.values_list("code", "title")),
        "body": Values.of((code, (name,)) for code, name in Body.objects.values_list("code", "name")),
        "session": Values.of((code, ()) for code in Session.objects.values_list("code", flat=True)),
    }


def same_end(names: Iterable[str]) -> Mapping[str, str]:
    """Return names of files by what stands at their end, small; an end that two share is left out."""
    ends: dict[str, list[str]] = {}
    for name in names:
        ends.setdefault(end_of(name).casefold(), []).append(name)
    return {end: found[0] for end, found in ends.items() if len(found) == 1}


def end_of(text: str) -> str:
    """Return the last part of a link or path, of any system, a link's without its escapes and its question."""
    text = text.strip()
    if "://" in text:
        text = unquote(re.split(r"[?#]", text, maxsplit=1)[0])
    return PurePosixPath(text.replace("\\", "/")).name


def with_meant(detail: str, values: Values | None, text: str) -> str:
    """Return what is wrong, and what was perhaps meant."""
    meant = values.meant(text) if values and text else None
    return f"{detail}; did you mean {meant!r}?" if meant else detail
