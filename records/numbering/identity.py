"""What a number is once it is read, its key, and the forms by which it is found."""

from __future__ import annotations

from dataclasses import dataclass

from records.kinds import kind_of, kind_with_prefix
from records.numbering.bodies import issuer_of
from records.numbering.designation import Designation
from records.numbering.written import normal

_GENERIC = frozenset({"", "RES", "DEC", "ACU"})


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number's identity: `DS`, 67, 2011, `PCM`, and what else follows the body (`EF`, `93-1`).

    `kind_prefix` is empty where the kind is not known; `year` is None for a running series.
    """

    kind_prefix: str
    seq: int
    year: int | None = None
    body: str = ""
    rest: str = ""

    @property
    def tail(self) -> str:
        """All that follows sequence and year: `EF-93-1`."""
        return f"{self.body}-{self.rest}" if self.rest else self.body

    @property
    def plain(self) -> str:
        """The key without its kind: `67-2011-PCM`."""
        return "-".join(part for part in (str(self.seq), str(self.year or ""), self.tail) if part)

    @property
    def key(self) -> str:
        """The canonical form: `DS:67-2011-PCM`, `LEY:27594`."""
        return f"{self.kind_prefix}:{self.plain}" if self.kind_prefix else self.plain

    @property
    def display(self) -> str:
        """The number as a person writes it: `Decreto Supremo N.° 067-2011-PCM`."""
        kind = kind_with_prefix(self.kind_prefix) if self.kind_prefix else None
        seq = f"{self.seq:03}" if self.year is not None else str(self.seq)
        number = "-".join(part for part in (seq, str(self.year or ""), self.tail) if part)
        return f"{kind.label_es} N.° {number}" if kind else number

    @property
    def issuer(self) -> str:
        """The body that the number states, by name where its code is known; empty where it states none."""
        if self.kind_prefix in ("LEY", "DL") and self.year is not None:
            # A series by year is another country's.
            return ""
        return issuer_of(self.tail, kind_prefix=self.kind_prefix)


def number_of(found: Designation, *, kind: str | None = None, words: int | None = None) -> DocumentNumber:
    """Return the number of a designation; `words` is how many words after it, by spaces, are its end.

    None takes them all if they run to the end of the designation's text.
    """
    given = kind_of(kind) if kind else None
    prefix = found.kind.prefix if found.kind else ""
    if given is not None and prefix in _GENERIC:
        prefix = given.prefix
    written = found.written
    tail = written.tail + tuple(normal(word) for word, _ in written.words[: words or 0])
    issuer = found.issuer or (given.issuer if given else "")
    if not tail and issuer and written.year is not None:
        tail = tuple(issuer.split())
    return DocumentNumber(prefix, written.seq, written.year, tail[0] if tail else "", "-".join(tail[1:]))


def index_forms(number: DocumentNumber) -> tuple[str, ...]:
    """Return every form by which a number is found: with and without kind, with ever less of its end.

    `DS:13-2024-IN`, `DS:13-2024`, `13-2024-IN`, `13-2024`; a running number also alone: `LEY:27594`, `27594`.
    An end written in one (`RMDDCR`) and its last part alone (`X-CD-OSITRAN` as `X-OSITRAN`) are forms too.
    """
    base = str(number.seq) if number.year is None else f"{number.seq}-{number.year}"
    forms = [f"{base}-{end}" for end in _ends(number)] + [base]
    kinded = [f"{number.kind_prefix}:{form}" for form in forms] if number.kind_prefix else []
    return tuple(dict.fromkeys(kinded + forms))


def _ends(number: DocumentNumber) -> list[str]:
    parts = [part for part in number.tail.split("-") if part]
    ends = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    if len(parts) > 1:
        ends.append("".join(parts))
        ends += [part for part in parts[:0:-1] if part.isalpha() and len(part) > 2][:1]
    return ends
