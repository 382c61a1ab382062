"""What a paper of the sample is: its text, its form, what is said of it, and its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.demo.commission import NAME, PLAN
from deploy.demo.markup import read_paper
from deploy.demo.printing import Printer, as_html, as_pdf, as_word
from deploy.demo.scanning import as_scan

PRINTERS: Mapping[str, tuple[str, Printer]] = {
    "pdf": ("pdf", as_pdf),
    "word": ("docx", as_word),
    "html": ("html", as_html),
    "scan": ("pdf", as_scan),
}


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a paper: what is said of it alone, its label, and whether it is published."""

    fields: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    published: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """One record of the sample; `name` is its text's and its file's, `fields` are a manifest's columns."""

    name: str
    form: str
    fields: Mapping[str, str]
    editions: tuple[Edition, ...] = (Edition(),)

    @property
    def external_id(self) -> str:
        return f"demo/{self.name}"

    @property
    def file_name(self) -> str:
        return f"{self.name}.{PRINTERS[self.form][0]}"

    def printed(self, version: int = 1) -> bytes:
        """Return the bytes of one version, the same each time."""
        _, printer = PRINTERS[self.form]
        return printer(read_paper(self.name, version=version), self.fields["title"], self.fields["language"])


def filed(name: str, form: str, series: str, access: str, *editions: Edition, **fields: str) -> Paper:
    """Return a paper of a series of the commission's plan (`01.1`), open to an access class."""
    said = {"series": f"{PLAN}-{series}", "access": access, "language": "es", "issuer": NAME, **fields}
    return Paper(name, form, said, editions or (Edition(),))
