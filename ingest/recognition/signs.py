"""Signs that the engine takes for others, put right where only one reading makes sense.

Its Spanish model knows neither `º` nor `°` after an N: it reads `Nº 27867` as `N* 27867`, `N” 27867` or `N? 27867`.
Numbers of norms are what people look for, so these are mended, sign for sign: boxes and offsets stay. And it takes
a small l for a capital I, in Roman numbers and before an l.
"""

from __future__ import annotations

import re

from ingest.lexicon import lexicon

_NUMBER_SIGN = re.compile(r"^([(\[“\"']?[Nn]\.?)[*?”“\"'’‘°*^%»]([.:]?)$")
_NUMBER_SIGN_AS_DIGIT = re.compile(r"^(N\.?)2(?=$)")
_LONG_NUMBER = re.compile(r"^\d{3,}|^\d+-\d{2}")
_JOINED_NUMBER_SIGN = re.compile(r"^([(\[“\"']?[Nn]\.?)[*?”“\"'’‘°*^](?=\d)")
_ORDINAL = re.compile(r"^(\d{1,3})[*”“\"’‘°]([.,;:)]*-?)$")
_ROMAN = re.compile(r"^([(\[]?)(?=[IVXl]*l)((?=[^.)\]]{2})[IVXl]+)([.)\],;:-]*)$")
_ORDINAL_AFTER = re.compile(r"^(?:art[íi]culos?|arts?\.?|incisos?|numerales?|literal)$", re.IGNORECASE)


def mended(word: str, before: str, after: str) -> str:
    """The word as printed, of the same length; `before` and `after` are its neighbours, empty at the ends."""
    if len(word) <= 5 and after[:1].isdigit():
        word = _NUMBER_SIGN.sub(r"\1º\2", word)
        if _LONG_NUMBER.match(after):
            word = _NUMBER_SIGN_AS_DIGIT.sub(r"\1º", word)
    word = _JOINED_NUMBER_SIGN.sub(r"\1º", word)
    if _ORDINAL_AFTER.match(before):
        word = _ORDINAL.sub(r"\1º\2", word)
    if "l" in word:
        word = _ROMAN.sub(lambda found: found[1] + found[2].replace("l", "I") + found[3], word)
        word = _capital(word)
    return word


def broken_capitals(word: str, follower: str) -> bool:
    """Whether two pieces in capitals are one word, parted at a line's end: if so, it is one that is known."""
    rest = _LETTERS.match(follower)
    if rest is None or not word.isupper() or not rest[0].isupper():
        return False
    opening = _LAST_LETTERS.search(word)
    return opening is not None and (opening[0] + rest[0]).lower() in lexicon()


_LETTERS = re.compile(r"[^\W\d_]+")
_LAST_LETTERS = re.compile(r"[^\W\d_]+$")


def _capital(word: str) -> str:
    """`llegal` is no word, and `Ilegal` is."""
    if not word.startswith("ll") or word.rstrip(".,;:").lower() in lexicon():
        return word
    return f"I{word[1:]}" if f"i{word[1:]}".rstrip(".,;:").lower() in lexicon() else word
