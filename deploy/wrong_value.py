"""The one error of a setting that cannot be used."""

from __future__ import annotations


class WrongValue(Exception):
    """A variable's value that cannot be used; `reason` is the rest of the sentence after its name."""

    def __init__(self, variable: str, reason: str) -> None:
        self.variable = variable
        self.reason = reason
        super().__init__(f"{variable}: {reason}")
