"""`manage.py audit`: proves bytes, texts, index, jobs, chain and grants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from deploy.auditing import audit
from deploy.management.output import LegajoCommand
from ingest.receipts import read_receipt
from records.errors import InvalidValue
from records.persons import Person


class Command(LegajoCommand):
    help = "Prove that the site is whole. Status 0: sound; 1: differences, each named."
    acts_as_anyone = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="have what is derived made anew: index, texts, work")
        parser.add_argument("--receipt", default="", metavar="FILE", help="verify a receipt of an import as well")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        receipt = _receipt(options["receipt"]) if options["receipt"] else None
        report = audit(repair=options["repair"], receipt=receipt, progress=lambda name: self.note(f"checking {name}"))
        self.answer(report.as_json(), _for_people(report.as_json()))
        return 0 if report.ok else 1


def _receipt(name: str) -> dict[str, Any]:
    try:
        with Path(name).open(encoding="utf-8") as stream:
            return read_receipt(stream)
    except OSError as failure:
        detail = f"The receipt {name} cannot be read: {failure.strerror}."
        raise InvalidValue(detail, attr="--receipt") from failure


def _for_people(report: dict[str, Any]) -> str:
    lines = [f"{name}: {count}" for name, count in report["checked"].items()]
    for found in report["differences"]:
        place = " ".join(str(found[name]) for name in ("id", "version", "key") if found[name] is not None)
        lines.append(f"DIFFERENCE {found['kind']} {place}: {found['detail']}")
    lines += [f"repaired {name}: {count}" for name, count in report.get("repaired", {}).items() if count]
    return "\n".join([*lines, "sound" if report["ok"] else f"{len(report['differences'])} differences"])
