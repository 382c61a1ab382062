"""One call from what was read to what it is. Each value keeps where it comes from.

Precedence: manifest, front matter, text, file name, the file's own properties. What contradicts is warned of, never
settled silently (guide on real files, traps 1 and 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from ingest.describing.body import ReadDocument, of_the_document
from ingest.describing.contradictions import date_differs
from ingest.describing.dating import Days, days_of
from ingest.describing.description import Description, PageCitation, Part, Readable, ReadablePage, Value
from ingest.describing.issuing import issuer_in_number, issuer_in_text, issuer_stated
from ingest.describing.naming import Named, named
from ingest.describing.openings import NumberChoice, Opening, choose_number, openings_of, openings_of_minutes
from ingest.describing.sections import parts_of
from ingest.describing.sessions import are_minutes, body_named, minutes_heading, session_named, years_differ
from ingest.describing.titles import lead, may_name_a_kind, metadata_title, plain_title
from ingest.describing.titling import titles_of
from records.citations import Mentions, find_citations, mentions_in
from records.dates import InvalidDate, parse_edtf
from records.kinds import Kind, kind_like
from records.numbering.spelling import folded

__all__ = ["Description", "Part", "describe", "lead"]

_NOTHING: Mapping[str, str] = MappingProxyType({})
_MOST_CITATIONS = 20_000
_KIND_LINES = 12


def describe(extracted: Readable, *, name: str, manifest: Mapping[str, str] = _NOTHING) -> Description:
    """Describe what was read from the file `name`; `manifest` holds what is already settled, by column.

    Pure and linear in the text. Never raises for any text: what cannot be told stays empty.
    """
    return _Reading(of_the_document(extracted), named(name), manifest).description()


def describe_title(
    pages: Sequence[ReadablePage], *, name: str, manifest: Mapping[str, str] = _NOTHING
) -> tuple[Value | None, str]:
    """Return what a text that was read before says it is about, if its title tells nothing, and its lead."""
    readable = ReadDocument(pages, (), {}, {}, "es")
    reading = _Reading(of_the_document(readable), named(name), manifest)
    return reading.title_and_lead()


@dataclass(slots=True)
class _Reading:
    """One document under description: the values found so far, and what contradicts."""

    readable: Readable
    name: Named
    manifest: Mapping[str, str]
    values: dict[str, Value] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    mentioned: dict[int, Mentions] = field(default_factory=dict)

    def title_and_lead(self) -> tuple[Value | None, str]:
        choice, _ = self._identified()
        return self.values.get("descriptive_title"), self._lead(choice)

    def _identified(self) -> tuple[NumberChoice, bool]:
        """Settle kind, number and titles; tell whether these are minutes."""
        minutes = are_minutes(self.readable)
        kind = self._stated_kind()
        choice = self._number(kind, minutes=minutes and kind is None)
        kind = self._kind(kind, choice, minutes=minutes)
        minutes = kind is not None and kind.code == "acta"
        stated = self._stated("title", "title")
        self.values |= titles_of(self.readable, self.name, choice, stated, kind=_in_words(kind), minutes=minutes)
        return choice, minutes

    def description(self) -> Description:
        choice, minutes = self._identified()
        self._dates(choice, minutes=minutes)
        self._issuer(choice, minutes=minutes)
        key = ""
        if choice.number is not None:
            key = choice.number.key
            self.values["number_key"] = self.values["number"]
        title = self._text("title")
        return Description(
            kind=self._text("kind"),
            number=self._text("number"),
            number_key=key,
            issuer=self._text("issuer"),
            title=title,
            descriptive_title=self._text("descriptive_title"),
            date=self._text("date"),
            publication_date=self._text("publication_date"),
            signed=self._text("signed_date"),
            language=self._language(),
            lead=self._lead(choice),
            session=session_named(self.readable, title) if minutes else None,
            sections=parts_of(self.readable.pages),
            citations=tuple(self._citations(key)),
            sources={field: value.source() for field, value in self.values.items()},
            warnings=tuple(self.warnings),
        )

    def _mentions(self, page: ReadablePage) -> Mentions:
        """Return the documents that a page names: its heading is looked for among them, and its citations."""
        if page.number not in self.mentioned:
            self.mentioned[page.number] = mentions_in(page.text)
        return self.mentioned[page.number]

    def _text(self, field: str) -> str:
        value = self.values.get(field)
        return value.text if value else ""

    def _stated(self, field: str, *front_matter: str) -> Value | None:
        if text := str(self.manifest.get(field, "")).strip():
            return Value(text, "manifest")
        for key in front_matter:
            found = self.readable.front_matter.get(key)
            if isinstance(found, str | int) and str(found).strip():
                return Value(str(found).strip(), "front_matter")
        return None

    def _stated_kind(self) -> Kind | None:
        stated = self._stated("kind", "rank", "kind", "type")
        kind = kind_like(stated.text) if stated else None
        if stated and kind:
            self.values["kind"] = Value(kind.code, stated.origin)
        elif stated and stated.origin == "manifest":
            self.values["kind"] = stated
        return kind

    def _number(self, kind: Kind | None, *, minutes: bool) -> NumberChoice:
        code = kind.code if kind else None
        stated = self._stated("number", "number", "identifier")
        openings: Sequence[Opening] = openings_of(self.readable, kind=code, mentions=self._mentions)
        if minutes:
            openings = openings_of_minutes(openings, minutes_heading(self.readable))
        choice = choose_number(openings, stated=stated, named=self.name.number, kind=code)
        if choice.value is not None:
            self.values["number"] = choice.value
        if choice.warning:
            self.warnings.append(choice.warning)
        return choice

    def _kind(self, stated: Kind | None, choice: NumberChoice, *, minutes: bool) -> Kind | None:
        """Settle the kind: as stated, as the heading's number says, as the opening lines do, as the name does."""
        if "kind" in self.values:
            return stated
        heads = choice.opening is not None and choice.opening.heads
        if choice.kind is not None and choice.value is not None and (heads or not minutes):
            self.values["kind"] = _with_text(choice.value, choice.kind.code)
            return choice.kind
        acta = kind_like("acta")
        if minutes and acta is not None:
            page = self.readable.pages[0].number
            self.values["kind"] = Value(acta.code, "text", page, 0, len(self.readable.pages[0].text[:200]))
            return acta
        return self._kind_of_words()

    def _kind_of_words(self) -> Kind | None:
        for page in self.readable.pages[:1]:
            start = 0
            for line in page.text[:1500].splitlines(keepends=True)[:_KIND_LINES]:
                kind = kind_like(plain_title(line)) if may_name_a_kind(line) else None
                if kind is not None:
                    self.values["kind"] = Value(kind.code, "text", page.number, start, start + len(line.rstrip()))
                    return kind
                start += len(line)
        words = self.name.words.split()
        for index in range(min(len(words), 8)):
            kind = kind_like(" ".join(words[index:]))
            if kind is not None and len(words[index]) > 3:
                self.values["kind"] = Value(kind.code, "file_name")
                return kind
        if (title := metadata_title(self.readable)) and (kind := kind_like(title)):
            self.values["kind"] = Value(kind.code, "metadata")
            return kind
        return None

    def _dates(self, choice: NumberChoice, *, minutes: bool) -> None:
        start = (choice.value.page, choice.value.end) if choice.value and choice.value.page else (1, 0)
        english = self.readable.language == "en"
        year = choice.number.year if choice.number else None
        days = days_of(self.readable.pages, start=start, minutes=minutes, month_first=english, year=year)
        stated = self._stated("date", "date")
        published = self._edtf(self._stated("publication_date", "publication_date")) or days.published
        if published is not None:
            self.values["publication_date"] = published
        if days.signed is not None and not _long_after(days.signed, published):
            self.values["signed_date"] = days.signed
        # Minutes are filed by their session, whatever bulletin printed them.
        in_text = (days.held, published) if minutes else (published, self.values.get("signed_date"))
        chosen = (
            self._edtf(stated) or next((day for day in in_text if day), None) or self.name.day or self._year(choice)
        )
        if chosen is not None:
            self.values["date"] = chosen
        self._compare(chosen, days, minutes=minutes)

    def _edtf(self, value: Value | None) -> Value | None:
        if value is None:
            return None
        try:
            return Value(parse_edtf(value.text).text, value.origin)
        except InvalidDate:
            self.warnings.append(f"date: {value.text[:40]!r} is no date")
            return None

    def _year(self, choice: NumberChoice) -> Value | None:
        """Fall back on the year of the number or of the name: better than no date for a scan without text."""
        if choice.number is not None and choice.number.year and choice.value is not None:
            return _with_text(choice.value, str(choice.number.year))
        return self.name.year

    def _compare(self, chosen: Value | None, days: Days, *, minutes: bool) -> None:
        years = years_differ(self.readable) if minutes else ""
        self.warnings += [warning for warning in (days.disagreement, years) if warning]
        day = self.name.day
        if day is not None and chosen is not None and chosen.origin == "text" and chosen.text != day.text:
            self.warnings.append(f"date: the text says {chosen.text}, the file name {day.text}")
        published, signed = self.values.get("publication_date"), self.values.get("signed_date")
        own = Days(held=days.held) if minutes else Days(published=_read(published), signed=_read(signed))
        if chosen is not None and (warning := date_differs(chosen, own)):
            self.warnings.append(warning)
        if published and signed and signed.text > published.text[: len(signed.text)]:
            self.warnings.append(f"date: signed {signed.text}, after its publication on {published.text}")

    def _issuer(self, choice: NumberChoice, *, minutes: bool) -> None:
        stated = self._stated("issuer")
        if stated is None and (text := issuer_stated(self.readable)):
            stated = Value(text, "front_matter")
        found = stated or (body_named(self.readable) if minutes else None)
        if found is None and choice.number is not None and choice.value is not None:
            found = issuer_in_number(choice.number, choice.value)
        found = found or issuer_in_text(self.readable)
        if found is not None:
            self.values["issuer"] = found

    def _language(self) -> str:
        stated = self._stated("language", "language")
        if stated is not None and stated.text[:2].lower() in ("es", "en"):
            self.values["language"] = stated
            return stated.text[:2].lower()
        return self.readable.language

    def _lead(self, choice: NumberChoice) -> str:
        """Take the opening at the norm's own beginning, which on a gazette page is not the page's."""
        title = self.values.get("descriptive_title") or self.values.get("title")
        begin = title if title and title.page else choice.value
        for page in self.readable.pages:
            if begin is None or not begin.page or page.number == begin.page:
                return lead(page.text[begin.start if begin and begin.page else 0 :][:6000])
        return ""

    def _citations(self, own: str) -> Sequence[PageCitation]:
        """Find the citations of each page; those of the document's own number are its heading and short forms."""
        found: list[PageCitation] = []
        for page in self.readable.pages:
            if len(found) >= _MOST_CITATIONS:
                break
            found += [
                PageCitation(cited.text, page.number, cited.start, cited.end, cited.key, cited.pinpoint)
                for cited in find_citations(self.mentioned.pop(page.number, page.text))
                if cited.key != own
            ]
        return found


def _read(value: Value | None) -> Value | None:
    """Return what was read in the text itself, and not said of it."""
    return value if value is not None and value.origin == "text" else None


def _with_text(value: Value, text: str) -> Value:
    return Value(text, value.origin, value.page, value.start, value.end)


def _long_after(signed: Value, published: Value | None) -> bool:
    """Tell a day that is another document's: more than a year after this one was published."""
    return published is not None and int(signed.text[:4]) > int(published.text[:4]) + 1


def _in_words(kind: Kind | None) -> str:
    return folded(kind.label_es) if kind else ""
