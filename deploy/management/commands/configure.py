"""`manage.py configure FILE.json`: people, file plan and bodies from one document, all of it or nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from records.errors import InvalidValue
from records.persons import Person
from records.services.configuring import configure


class Command(LegajoCommand):
    help = "Create or update users, groups, series, bodies, memberships and sessions. Asked twice, nothing changes."
    changes_the_site = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.json", help="the document; - reads it from standard input")

    def run(self, by: Person, options: Mapping[str, Any]) -> None:
        done = configure(document=_read(options["file"]), by=by)
        self.answer(done.as_json(), f"{done.created} created, {done.changed} changed, {done.unchanged} unchanged")


def _read(name: str) -> Any:
    """Return the parsed document. Raises InvalidValue for a file that cannot be read or is no JSON."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except OSError as failure:
        raise InvalidValue(f"cannot be read ({failure.strerror}).", attr=name) from failure
    except UnicodeDecodeError as failure:
        raise InvalidValue("is not UTF-8.", attr=name) from failure
    except json.JSONDecodeError as failure:
        raise InvalidValue(
            f"is not JSON: {failure.msg} in line {failure.lineno}, column {failure.colno}.", attr=name
        ) from failure
    except RecursionError as failure:
        raise InvalidValue("is nested too deeply.", attr=name) from failure


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members. Raises InvalidValue for a key given twice: JSON would keep only the last."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidValue("This key is given twice in one object.", attr=key)
        found[key] = value
    return found
