"""`manage.py up`: the whole service on this machine."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from deploy.up import CannotStart, run


class Command(BaseCommand):
    help = "Run the whole service on this machine: migrate, one worker, the web server. Ctrl-C stops it all."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to serve at (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to serve at (8000); 0 takes a free one")
        parser.add_argument("--demo", action="store_true", help="also load the sample commission")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run(
                host=options["host"],
                port=options["port"],
                demo=options["demo"],
                answer=self._answer,
                note=lambda text: self.stderr.write(text, lambda plain: plain),
            )
        except CannotStart as reason:
            raise CommandError(str(reason), returncode=1) from reason

    def _answer(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
