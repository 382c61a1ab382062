"""Who issued a document: as stated, as its number says, or as its letterhead does."""

from __future__ import annotations

import re

from ingest.describing.description import Readable, Value
from records.numbering.identity import DocumentNumber

_REGIONS = {
    "pe-ama": "Amazonas", "pe-anc": "Áncash", "pe-apu": "Apurímac", "pe-are": "Arequipa", "pe-aya": "Ayacucho",
    "pe-caj": "Cajamarca", "pe-cal": "Callao", "pe-cus": "Cusco", "pe-huv": "Huancavelica", "pe-huc": "Huánuco",
    "pe-ica": "Ica", "pe-jun": "Junín", "pe-lal": "La Libertad", "pe-lam": "Lambayeque", "pe-lim": "Lima",
    "pe-lor": "Loreto", "pe-mdd": "Madre de Dios", "pe-moq": "Moquegua", "pe-pas": "Pasco", "pe-piu": "Piura",
    "pe-pun": "Puno", "pe-sam": "San Martín", "pe-tac": "Tacna", "pe-tum": "Tumbes", "pe-uca": "Ucayali",
}  # fmt: skip
_STATED = ("issuing_entity", "issuer", "organization", "author_entity")
_OFFICES = re.compile(
    r"^[ \t*#_]{0,6}(?:\d{1,2} )?((?:GOBIERNO REGIONAL|MUNICIPALIDAD (?:PROVINCIAL|DISTRITAL|METROPOLITANA)|MINISTERIO|"
    r"Ministerio|Gobierno Regional|Municipalidad|Universidad|UNIVERSIDAD|CITY OF|City of|CONCEJO MUNICIPAL|"
    r"HONORABLE CONCEJO|Junta de|JUNTA DE|Comunidad de|COMUNIDAD DE|Ayuntamiento|AYUNTAMIENTO|H\. AYUNTAMIENTO)"
    # A line with cells is a row of a table, and no letterhead.
    r"\b[^\n,.;:|\d(]{2,80})(?![^\n]*\|)",
    re.M,
)
_WITHIN = re.compile(r"\b((?:City|County|Town|CITY|COUNTY|TOWN) (?:of|OF) [A-Z]\w+|[A-Z]\w+ City Council)")
_HEAD = 1500


def issuer_stated(readable: Readable) -> str:
    """Return the issuer that the front matter names, or the regional government of its `jurisdiction`."""
    front = readable.front_matter
    for name in _STATED:
        if isinstance(value := front.get(name), str) and value.strip():
            return value.strip()
    jurisdiction = str(front.get("jurisdiction", ""))
    if jurisdiction == "pe-lim-met":
        return "Municipalidad Metropolitana de Lima"
    region = _REGIONS.get(jurisdiction)
    return f"Gobierno Regional de {region}" if region else ""


def issuer_in_text(readable: Readable) -> Value | None:
    """Return the body that the letterhead names."""
    for page in readable.pages[:1]:
        head = page.text[:_HEAD]
        match = _OFFICES.search(head) or _WITHIN.search(head)
        if match:
            return Value(" ".join(match[1].split()), "text", page.number, match.start(1), match.end(1))
    return None


def issuer_in_number(number: DocumentNumber, value: Value) -> Value | None:
    """Return the body that a number's kind or end states, with the place of the number as evidence."""
    issuer = number.issuer
    return Value(issuer, value.origin, value.page, value.start, value.end) if issuer else None
