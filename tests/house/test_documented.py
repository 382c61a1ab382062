"""Documented or it fails: settings, commands and their options, addresses, events and metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.management import BaseCommand, load_command_class
from django.urls import URLPattern, URLResolver, get_resolver

from deploy.env import SECRETS, VARIABLES
from deploy.metrics import METRICS
from records.events import NAMES
from tests.house.tree import PARTS, PROJECT, docs

# Of every command that acts as somebody: said once, before the first command.
SHARED_OPTIONS = {"--json", "--as", "--anonymous"}


def first_column(page: str) -> set[str]:
    """Return the names in backticks that open a table's row."""
    return set(re.findall(r"^\| `([^`]+)` \|", docs(page), re.MULTILINE))


def test_every_variable_of_the_environment_is_documented() -> None:
    assert first_column("settings.md") == set(VARIABLES)
    assert [name for name in SECRETS if f"{name}_FILE" not in docs("settings.md")] == []


def commands() -> dict[str, BaseCommand]:
    found = {}
    for part in PARTS:
        for path in sorted((PROJECT / part / "management" / "commands").glob("[a-z]*.py")):
            found[path.stem] = load_command_class(part, path.stem)
    return found


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_documented(name: str) -> None:
    command = commands()[name]
    section = re.search(rf"^## `{name}`.*?(?=^## |\Z)", docs("commands.md"), re.MULTILINE | re.DOTALL)
    assert section, f"docs/commands.md has no section `{name}`"
    own = command.create_parser("manage.py", name)
    plain = BaseCommand().create_parser("manage.py", name)
    shared = {option for action in plain._actions for option in action.option_strings} | SHARED_OPTIONS
    options = [action.option_strings[-1] for action in own._actions if action.option_strings]
    assert [option for option in options if option not in shared and f"`{option}" not in section[0]] == []


def test_the_options_all_commands_share_are_documented_once() -> None:
    before_the_first = docs("commands.md").split("\n## ")[0]
    assert [option for option in SHARED_OPTIONS if f"`{option}" not in before_the_first] == []


def test_no_command_is_documented_that_is_not_there() -> None:
    named = re.findall(r"^## `([a-z]+)`", docs("commands.md"), re.MULTILINE)
    assert sorted(named) == sorted(commands())


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Yield the address of each view of ours, with `{name}` where it takes a value."""
    for pattern in patterns:
        address = before + str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, address)
            continue
        view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", pattern.callback)
        if view.__module__.split(".")[0] in PARTS:
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", address)


def test_every_address_is_documented() -> None:
    ours = set(addresses(get_resolver().url_patterns))
    assert ours - first_column("addresses.md") == set()
    assert first_column("addresses.md") - ours == set()


def test_every_event_is_documented() -> None:
    assert first_column("events.md") == set(NAMES)


def test_every_metric_is_documented() -> None:
    told = {name for name in first_column("operations.md") if name.startswith("legajo_")}
    assert told == set(METRICS)
