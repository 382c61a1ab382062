"""What all commands share: a migrated site, who acts, JSON on standard output alone, and how a command ends."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser, handle_default_options
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections

from deploy.migrating import migrate_if_behind
from deploy.moving.marks import refuse_a_moved_site
from records.errors import LegajoError, NotFound
from records.models import User
from records.persons import Person, operator, person_for, stranger

REFUSED = 2
# 128 + the signal's number, as a shell reports it.
INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM
NOBODY_READS = 128 + signal.SIGPIPE

# File names that are no UTF-8 reach us with lone surrogates: JSON can escape them, UTF-8 cannot hold them.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class LegajoCommand(BaseCommand, ABC):
    """A command with `--json`, `--as` and `--anonymous`. Subclasses write `run`, which returns the exit status.

    A `LegajoError` becomes one sentence on standard error (with `--json` an object `{"error"}`) and status 2.
    `acts_as_anyone = False` leaves out `--as` and `--anonymous`, for work that nobody in particular does.
    `changes_the_site = True` is refused where the site was moved away, or has not wholly come.
    """

    requires_system_checks: tuple[str, ...] = ()
    acts_as_anyone: ClassVar[bool] = True
    changes_the_site: ClassVar[bool] = False
    _as_json = False

    @abstractmethod
    def run(self, by: Person, options: Mapping[str, Any]) -> int | None:
        """Do the command's work as `by`; return its exit status, None for 0."""

    def answer(self, document: Any, text: str | None = None) -> None:
        """Print a result: with `--json` the document as one line, else the text (nothing where it is None).

        The line is flushed: whoever reads it may rely on it at once.
        """
        line = as_json(document) if self._as_json else text
        if line is not None:
            self.stdout.write(_printable(line))
            self.stdout.flush()

    def note(self, text: str) -> None:
        """Print progress, or what a person at the terminal should know, to standard error."""
        self.stderr.write(_printable(text), lambda plain: plain)
        self.stderr.flush()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Add the shared options to the command's own."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="print JSON on standard output and nothing else")
        if self.acts_as_anyone:
            who = parser.add_mutually_exclusive_group()
            who.add_argument("--as", dest="as_username", metavar="USERNAME", help="act as this person")
            who.add_argument("--anonymous", action="store_true", help="act as somebody who is not signed in")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the site ready, find who acts, run. Raises SystemExit with a status that is not 0."""
        self._as_json = bool(options["json"])
        if migrate_if_behind():
            self.note("Database made ready.")
        if self.changes_the_site:
            refuse_a_moved_site()
        status = self.run(_who_acts(options), options)
        if status:
            raise SystemExit(status)

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as a process of its own: every end has its exit status, and none a traceback that says nothing."""
        # Django's parsers end the process for wrong usage only when this says that there is one.
        self._called_from_command_line = True
        parser = self.create_parser(argv[0], argv[1])
        given = parser.parse_args(argv[2:])
        handle_default_options(given)
        options = vars(given)
        try:
            with _terminable():
                self.execute(**options)
        except (LegajoError, CommandError) as refused:
            if options["traceback"]:
                raise
            self._tell(refused)
            sys.exit(refused.returncode if isinstance(refused, CommandError) else REFUSED)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            _stop_writing()
            sys.exit(NOBODY_READS)
        finally:
            connections.close_all()

    def _tell(self, refused: LegajoError | CommandError) -> None:
        if isinstance(refused, CommandError):
            sentence, error = str(refused), {"code": "error", "detail": str(refused), "attr": None}
        else:
            sentence = f"{refused.attr}: {refused.detail}" if refused.attr else refused.detail
            error = {"code": refused.code, "detail": refused.detail, "attr": refused.attr}
        self.note(as_json({"error": error}) if self._as_json else sentence)


def as_json(document: Any) -> str:
    """Return a document as one line of JSON, in UTF-8 rather than escapes. Takes dates, UUIDs and lazy texts too."""
    line = json.dumps(document, ensure_ascii=False, cls=DjangoJSONEncoder)
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _who_acts(options: Mapping[str, Any]) -> Person:
    """Return the operator, unless the options name a person or a stranger. Raises NotFound."""
    if options.get("anonymous"):
        return stranger("command")
    username = options.get("as_username")
    if username is None:
        return operator("command")
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound(f"There is no active account named {username!r}.", attr="--as")
    return person_for(user, origin="command")


@contextmanager
def _terminable() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that what is open is closed on the way out."""
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(*_: object) -> NoReturn:
    raise SystemExit(TERMINATED)


def _stop_writing() -> None:
    """Give standard output somewhere to go: Python flushes it once more at the end and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
