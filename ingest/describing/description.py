"""What describing takes and gives, and the evidence behind each value.

`Readable` names the few attributes that describing needs of what a reader extracted, so that the two stay apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Origin = Literal["manifest", "front_matter", "text", "file_name", "metadata"]
Source = dict[str, Any]
"""Where a value comes from: `from` (an Origin), for text also `page`, `start` and `end`."""


class ReadablePage(Protocol):
    """One page: its number from 1, its text, and the stretches of it that are running heads and feet."""

    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def furniture(self) -> Sequence[tuple[int, int, str]]: ...


class ReadableHeading(Protocol):
    """A heading that the file itself marks."""

    @property
    def page(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


class Readable(Protocol):
    """What was read from a file, as far as describing looks at it."""

    @property
    def pages(self) -> Sequence[ReadablePage]: ...
    @property
    def headings(self) -> Sequence[ReadableHeading]: ...
    @property
    def metadata(self) -> Mapping[str, Any]: ...
    @property
    def front_matter(self) -> Mapping[str, Any]: ...
    @property
    def language(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its origin; `start` and `end` are code points into the text of `page`, 0 for no page.

    What was derived names its `rule` and how far it may be trusted, 0 to 1.
    """

    text: str
    origin: Origin
    page: int = 0
    start: int = 0
    end: int = 0
    rule: str = ""
    confidence: float | None = None

    def source(self) -> Source:
        """Return the evidence as it is stored with the record."""
        if not self.page:
            return {"from": self.origin}
        source: Source = {"from": self.origin, "page": self.page, "start": self.start, "end": self.end}
        if self.rule:
            source |= {"rule": self.rule, "confidence": self.confidence}
        return source


@dataclass(frozen=True, slots=True)
class Part:
    """An article or other part: from its heading to where the next begins, or to the end of the page it begins on."""

    anchor: str
    label: str
    heading: str
    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageCitation:
    """A citation with the page it stands on."""

    text: str
    page: int
    start: int
    end: int
    key: str
    pinpoint: str


@dataclass(frozen=True, slots=True)
class SessionNamed:
    """The session that minutes are of, as far as their heading says: `ordinaria`, 3, 2024."""

    kind: str
    number: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """All that was read of a document. Empty text where nothing is known; dates are EDTF.

    `date` is the day by which a document is filed: of publication where it was published, else of its session or
    signature, which `signed` keeps apart. `descriptive_title` is what the text says it is about, where its title does
    not. `sources` has one entry for each value that is known.
    """

    kind: str = ""
    number: str = ""
    number_key: str = ""
    issuer: str = ""
    title: str = ""
    descriptive_title: str = ""
    date: str = ""
    publication_date: str = ""
    signed: str = ""
    language: str = ""
    lead: str = ""
    session: SessionNamed | None = None
    sections: tuple[Part, ...] = ()
    citations: tuple[PageCitation, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the shape that `describe --json` prints, without the path."""
        session = self.session
        return {
            "kind": self.kind,
            "number": self.number,
            "number_key": self.number_key,
            "issuer": self.issuer,
            "title": self.title,
            "descriptive_title": self.descriptive_title,
            "date": self.date,
            "publication_date": self.publication_date,
            "signed_date": self.signed,
            "language": self.language,
            "session": session and {"kind": session.kind, "number": session.number, "year": session.year},
            "sections": [{name: getattr(part, name) for name in Part.__slots__} for part in self.sections],
            "citations": [{name: getattr(cited, name) for name in PageCitation.__slots__} for cited in self.citations],
            "changes": [],
            "minutes": None,
            "warnings": list(self.warnings),
        }
