"""YAML front matter: the block between two lines of `---` that opens a text file.

Every value is kept as it was written, as text: YAML would make a date of `2016-04-19` and the number 10 of
`0012`, and an identifier is neither.
"""

from __future__ import annotations

import html
import re
from typing import Any

import yaml

_BLOCK = re.compile(r"\s*^---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_ADDRESS = re.compile(r"\w+://\S+\Z")
_LONGEST = 64 * 1024
_MOST_VALUES = 5000
_DEEPEST = 20
_LOADER: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _TooMuch(ValueError):
    """More values than a description can hold: aliases that multiply, or endless nesting."""


def split_front_matter(text: str) -> tuple[dict[str, Any], str, list[str]]:
    """The fields of the front matter, the text after it, and warnings.

    Text without front matter comes back whole; so does text whose front matter is no YAML mapping, with the
    warning `front_matter`, because it may be an ordinary text that starts with a rule. HTML entities in values
    are characters, as the national corpus writes `atenci&oacute;n`; addresses stay as they are.
    """
    match = _BLOCK.match(text[: _LONGEST + 10])
    if match is None:
        return {}, text, []
    try:
        loaded = yaml.load(match.group(1), Loader=_LOADER)  # noqa: S506 - builds text, lists and mappings only
        if loaded is None or loaded == "":
            return {}, text[match.end() :], []
        if not isinstance(loaded, dict):
            return {}, text, []
        return _Plain().mapping(loaded, 0), text[match.end() :], []
    except (yaml.YAMLError, _TooMuch, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        return {}, text, [f"front_matter: the opening block is not valid YAML and was kept as text ({reason})"]


class _Plain:
    """Copies what YAML loaded, counting, so that aliases of aliases cannot grow without end."""

    def __init__(self) -> None:
        self.values = 0

    def mapping(self, loaded: dict[Any, Any], depth: int) -> dict[str, Any]:
        return {str(key)[:200]: self.value(value, depth + 1) for key, value in loaded.items()}

    def value(self, loaded: Any, depth: int) -> Any:
        self.values += 1
        if self.values > _MOST_VALUES or depth > _DEEPEST:
            raise _TooMuch("too many or too deeply nested values")
        if isinstance(loaded, dict):
            return self.mapping(loaded, depth)
        if isinstance(loaded, list):
            return [self.value(one, depth + 1) for one in loaded]
        return _clean(str(loaded))


def _clean(value: str) -> str:
    if "&" in value and not _ADDRESS.match(value):
        value = _ENTITY.sub(lambda match: html.unescape(match.group()), value).replace("\xa0", " ")
    return value.replace("\x00", "")
