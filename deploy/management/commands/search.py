"""`manage.py search TEXT`, or `--queries FILE.jsonl` for many in one process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from deploy.management.output import REFUSED, LegajoCommand
from records.errors import InvalidValue
from records.persons import Person
from search.params import SCOPES, SearchParams, checked_day, checked_facets, checked_size
from search.service import Answer, answer


class Command(LegajoCommand):
    help = "Search. Without --as or --anonymous the operator sees everything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", nargs="?", default=None, metavar="TEXT")
        parser.add_argument("--queries", metavar="FILE", help='JSON lines: {"query": TEXT}')
        parser.add_argument("--scope", choices=SCOPES, default="documents")
        parser.add_argument("--size", default="10")
        parser.add_argument("--as-of", default="", metavar="DAY")
        parser.add_argument("--facets", default="", metavar="a,b")

    def run(self, by: Person, options: Mapping[str, Any]) -> int:
        if (options["text"] is None) == (options["queries"] is None):
            raise CommandError("Give either TEXT or --queries FILE.", returncode=REFUSED)
        asked = {
            "scope": options["scope"],
            "size": checked_size(options["size"]),
            "as_of": checked_day(options["as_of"], "--as-of"),
            "facets": checked_facets(options["facets"]),
        }
        for text in _texts(options):
            found = answer(SearchParams(q=text, **asked), person=by)
            self.answer(_line(text, found), _for_people(text, found))
        return 0


def _texts(options: Mapping[str, Any]) -> Iterator[str]:
    if options["text"] is not None:
        yield options["text"]
        return
    try:
        lines = Path(options["queries"]).read_text(encoding="utf-8").splitlines()
    except OSError as failure:
        raise InvalidValue(f"{options['queries']}: {failure.strerror}.", attr="--queries") from failure
    except UnicodeDecodeError as failure:
        raise InvalidValue(f"{options['queries']} is not UTF-8.", attr="--queries") from failure
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield str(json.loads(line)["query"])
        except (ValueError, KeyError, TypeError):
            raise InvalidValue(f'Line {number} is not {{"query": TEXT}}.', attr="--queries") from None


def _line(text: str, found: Answer) -> dict[str, Any]:
    results = []
    for result in found.results:
        hit = result.hits[0] if result.hits else None
        results.append(
            {
                "external_id": result.record.external_id or None,
                "id": str(result.record.pk),
                "anchor": hit.anchor if hit else None,
                "page": hit.page if hit else None,
                "score": round(result.score, 4),
            }
        )
    facets = {
        name: [{"value": value.value, "label": value.label, "count": value.count} for value in values]
        for name, values in found.facets.items()
    }
    told = {"query": text, "total": found.total, "results": results, "facets": facets, "ms": found.took_ms}
    return {**told, "notes": [{"code": note.code, "part": note.part} for note in found.notes]}


def _for_people(text: str, found: Answer) -> str:
    lines = [f"{found.total} for {text!r} ({timezone.localdate()}, {found.took_ms} ms)"]
    lines += [f"  {note.sentence}" for note in found.notes]
    for result in found.results:
        record = result.record
        lines.append(f"  {record.number or '-'}  {str(record)[:100]}  [{record.external_id or record.pk}]")
    return "\n".join(lines)
