"""Numbers in words and Roman numerals, as articles, dispositions, sessions and dates are counted in Spanish."""

from __future__ import annotations

import re

_UNITS = {
    "primer": 1, "primero": 1, "segundo": 2, "tercer": 3, "tercero": 3, "cuarto": 4, "quinto": 5, "sexto": 6,
    "septimo": 7, "setimo": 7, "octavo": 8, "noveno": 9, "decimo": 10, "undecimo": 11, "duodecimo": 12,
    "unico": 1,
}  # fmt: skip
_TENS = {
    "decimo": 10, "vigesimo": 20, "trigesimo": 30, "cuadragesimo": 40, "quincuagesimo": 50, "sexagesimo": 60,
    "septuagesimo": 70, "octogesimo": 80, "nonagesimo": 90, "centesimo": 100,
}  # fmt: skip
_CARDINALS = {
    "un": 1, "uno": 1, "una": 1, "primero": 1, "primer": 1, "dos": 2,
    "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
    "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiun": 21,
    "veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26,
    "veintisiete": 27, "veintiocho": 28, "veintinueve": 29, "treinta": 30, "cuarenta": 40, "cincuenta": 50,
    "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100, "ochocientos": 800,
    "novecientos": 900,
}  # fmt: skip
# As they are said: `ochentinueve`, `treintaiuno`.
_CARDINALS |= {
    ten[:-1] + vowel + unit: _CARDINALS[ten] + _CARDINALS[unit]
    for ten in ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
    for vowel in ("i", "ai")
    for unit in ("un", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
}
_ROMAN = re.compile(r"(x{0,4})(ix|iv|v?i{0,4})")


def ordinal_value(words: str) -> int | None:
    """Return the value of a folded ordinal: `decima segunda` and `decimosegundo` 12, `unica` 1; else None."""
    total = 0
    for word in (part.removesuffix("s") for part in words.split()):
        masculine = word[:-1] + "o" if word.endswith("a") else word
        if masculine in _TENS and total == 0:
            total = _TENS[masculine]
        elif masculine in _UNITS and total % 10 == 0:
            total += _UNITS[masculine]
        elif joined := _joined(masculine):
            total += joined
        else:
            return None
    return total or None


def _joined(word: str) -> int:
    for tens, value in _TENS.items():
        if word.startswith(tens) and word[len(tens) :] in _UNITS:
            return value + _UNITS[word[len(tens) :]]
        feminine = tens[:-1] + "a"
        if word.startswith(feminine) and word[len(feminine) :] in _UNITS:
            return value + _UNITS[word[len(feminine) :]]
    return 0


def roman_value(text: str) -> int | None:
    """Return the value of a folded Roman numeral below 50, None if it is none."""
    match = _ROMAN.fullmatch(text)
    if match is None or not text:
        return None
    units = {"ix": 9, "iv": 4}.get(match[2])
    if units is None:
        units = (5 if match[2].startswith("v") else 0) + match[2].count("i")
    return 10 * len(match[1]) + units


def cardinal_value(words: str) -> int | None:
    """Return the value of a folded number in words up to 2,999: `dos mil dieciocho`, `veintiseis`; else None."""
    total = current = 0
    for word in words.split():
        if word == "y":
            continue
        if word == "mil":
            total, current = total + (current or 1) * 1000, 0
        elif word in _CARDINALS:
            current += _CARDINALS[word]
        else:
            return None
    return total + current or None
