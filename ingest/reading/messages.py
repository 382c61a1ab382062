"""What parent and child say to each other, and how little of it the parent believes.

A child may have been taken over by the file it read. Its messages are therefore unpickled with an allow-list:
plain values and classes that this project defines, nothing that runs code on the way in.
"""

from __future__ import annotations

import datetime as dt
import decimal
import importlib
import io
import pickle
from typing import Any

READY = "ready"
"""(READY, means): the task is imported, work may come; `means` confine the child (see `confine`)."""
BROKEN = "broken"
"""(BROKEN, reason): the task cannot be imported; no file is to blame."""
DONE = "done"
"""(DONE, leaving, result): the oldest file not yet answered; `leaving`: the child ends, send it nothing more."""
FAILED = "failed"
"""(FAILED, leaving, ReadFailure): the same, where the task raised."""
PROGRESS = "progress"
"""(PROGRESS, done, total): so many pages of the oldest file not yet answered are read."""

_PLAIN: dict[tuple[str, str], Any] = {
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "bytearray"): bytearray,
    ("builtins", "complex"): complex,
    ("decimal", "Decimal"): decimal.Decimal,
    ("datetime", "date"): dt.date,
    ("datetime", "datetime"): dt.datetime,
    ("datetime", "time"): dt.time,
    ("datetime", "timedelta"): dt.timedelta,
    ("datetime", "timezone"): dt.timezone,
}
_OWN = ("ingest.", "records.")


def packed(message: tuple[Any, ...]) -> bytes:
    """A message as bytes."""
    return pickle.dumps(message, protocol=5)


def trusted(data: bytes) -> tuple[Any, ...]:
    """A message of the parent, read by a child."""
    message: tuple[Any, ...] = pickle.loads(data)  # noqa: S301 - the parent is trusted by its children
    return message


def untrusted(data: bytes) -> tuple[Any, ...]:
    """A message of a child, read by the parent. Raises pickle.UnpicklingError for anything not allowed."""
    try:
        message = _Allowed(io.BytesIO(data)).load()
    except pickle.UnpicklingError:
        raise
    except Exception as error:
        raise pickle.UnpicklingError(f"not a message: {type(error).__name__}") from error
    if not isinstance(message, tuple) or not message:
        raise pickle.UnpicklingError("not a message")
    return message


class _Allowed(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        if module.startswith(_OWN) and name.isidentifier():
            found = getattr(importlib.import_module(module), name, None)
            # Only a class, and only where it is defined: what a module merely imported is not ours to give.
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} may not come from a child")
