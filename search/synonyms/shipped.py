"""The list that comes with the program. It is read, not loaded into a table: a new release brings its new words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from records.numbering.bodies import BODIES
from search.language import STOP_WORDS, fold
from search.synonyms.terms import EQUAL, ONE_WAY, Entry, key_of

FOLDER = Path(__file__).parent / "shipped"
SHORTEST_CODE = 3
# Codes that are also words: whoever types them mostly means the word.
WORDS_TOO = frozenset({"VIVIENDA", "MIGRACIONES", "PRODUCE", "SERVIR", "PRES"})


@lru_cache(maxsize=1)
def shipped() -> tuple[Entry, ...]:
    """Return the shipped entries, each with a key of its own, in the order of the files."""
    found: dict[str, Entry] = {}
    for entry in (*_entries("words.txt"), *_entries("acronyms.txt"), *_codes()):
        key, times = entry.key, 1
        while key in found:
            times += 1
            key = f"{entry.key}-{times}"
        found[key] = Entry(key, entry.kind, entry.words, entry.means, shipped=True)
    return tuple(found.values())


def _entries(name: str) -> Iterator[Entry]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if ">" in line:
            words, means = (tuple(part.strip() for part in side.split(",")) for side in line.split(">"))
            yield Entry(f"{key_of(words[0])}-finds", ONE_WAY, words, means)
        else:
            words = tuple(part.strip() for part in line.split("="))
            yield Entry(key_of(words[0]), EQUAL, words)


def _codes() -> Iterator[Entry]:
    """Yield the codes of issuing bodies with their names; codes of one name are one entry."""
    codes: dict[str, list[str]] = defaultdict(list)
    for code, name in BODIES.items():
        if len(code) >= SHORTEST_CODE and code not in WORDS_TOO and fold(code) not in STOP_WORDS:
            codes[name].append(code)
    for name, said in codes.items():
        yield Entry(f"body-{key_of(said[0])}", EQUAL, (*said, name.replace(" - ", ", ")))
