"""`manage.py grant`: give a reader access to a record or a series, or take it back."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentTypeError
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from deploy.management.output import LegajoCommand
from records.errors import Ambiguous, NotFound
from records.models import Grant, Record, Series
from records.persons import Person
from records.services.opening import give_grant, reader_exists, revoke_grant


class Command(LegajoCommand):
    help = "Give a reader access to a record, or to a series and all below. Effective at the next request."
    changes_the_site = True

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--record", metavar="EXTERNAL_ID")
        what.add_argument("--series", metavar="CODE")
        parser.add_argument("--reader", required=True, metavar="READER")
        parser.add_argument("--action", choices=Grant.Action.values, help="read, if not given")
        parser.add_argument("--starts", type=_day, metavar="D", help="first day, as 2024-05-31")
        parser.add_argument("--ends", type=_day, metavar="D", help="last day")
        parser.add_argument("--revoke", action="store_true", help="take back; without --action, all of this reader's")

    def run(self, by: Person, options: Mapping[str, Any]) -> None:
        record = _record(options["record"], by) if options["record"] is not None else None
        series = _series(options["series"]) if options["series"] is not None else None
        what = {"record": options["record"]} if record else {"series": options["series"]}
        if options["revoke"]:
            actions = [options["action"]] if options["action"] else Grant.Action.values
            gone = [
                action
                for action in actions
                if revoke_grant(reader=options["reader"], by=by, record=record, series=series, action=action)
            ]
            state = "revoked" if gone else "unchanged"
            self.answer({**what, "reader": options["reader"], "state": state, "actions": gone}, state)
            return
        grant = give_grant(
            reader=options["reader"],
            by=by,
            record=record,
            series=series,
            action=options["action"] or Grant.Action.READ.value,
            starts=options["starts"],
            ends=options["ends"],
        )
        if not reader_exists(grant.token):
            self.note(f"Nobody is {grant.token} yet; the grant will hold from when there is one.")
        days = {"starts": grant.starts, "ends": grant.ends}
        self.answer({**what, "reader": grant.token, "state": "given", "action": grant.action, **days}, "given")


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as failure:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2024-05-31") from failure
    if day.isoformat() != text:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2024-05-31")
    return day


def _record(external_id: str, by: Person) -> Record:
    """Return the record of that external id: the operator's own naming first, else the only one that has it.

    Raises NotFound, Ambiguous.
    """
    named: list[Record] = list(Record.objects.visible_to(by).filter(external_id=external_id).order_by("namespace")[:3])
    if not external_id or not named:
        raise NotFound(f"There is no record with the external id {external_id!r}.", attr="--record")
    if named[0].namespace and len(named) > 1:
        raise Ambiguous(f"Several sources have named a record {external_id!r}; grant by the record's series.")
    return named[0]


def _series(code: str) -> Series:
    series = Series.objects.filter(code=code).first()
    if series is None:
        raise NotFound(f"There is no series with the code {code!r}.", attr="--series")
    return series
