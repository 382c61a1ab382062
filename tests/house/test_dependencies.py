"""Dependencies: each declared, explained, pinned with hashes, and nothing else."""

from __future__ import annotations

import re

from packaging.requirements import Requirement

from tests.house.tree import PROJECT, declared, docs, normal

LOCKS = ("requirements.lock", "requirements-services.lock")
LOCK = "\n".join((PROJECT / name).read_text(encoding="utf-8") for name in LOCKS)


def pins() -> dict[str, tuple[str, list[str]]]:
    """Return each pin of the lock: normal name to version and hashes."""
    found: dict[str, tuple[str, list[str]]] = {}
    for block in re.split(r"\n(?=\S)", LOCK):
        head = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", block)
        if head:
            found[normal(head[1])] = (head[2], re.findall(r"--hash=sha256:[0-9a-f]{64}", block))
    return found


def test_every_pin_has_its_hashes() -> None:
    assert [name for name, (_, hashes) in pins().items() if not hashes] == []


def test_the_lock_holds_pins_and_nothing_else() -> None:
    strange = [line for line in LOCK.splitlines() if not re.match(r"#|\s*$|    --hash=|[A-Za-z0-9._-]+(\[|==)", line)]
    assert strange == []
    assert "://" not in LOCK


def test_the_lock_covers_what_is_declared() -> None:
    pinned = pins()
    wrong = []
    for name, line in declared().items():
        version = pinned.get(name, ("", []))[0]
        if not version or not Requirement(line).specifier.contains(version, prereleases=True):
            wrong.append(f"{line}: pinned {version or 'not at all'}; run `make lock`")
    assert wrong == []


def test_every_dependency_is_explained_and_no_other() -> None:
    explained = {normal(name) for name in re.findall(r"^\| `([^`]+)` \|", docs("dependencies.md"), re.MULTILINE)}
    assert explained == set(declared())


def test_every_explanation_names_a_reason_and_a_licence() -> None:
    rows = re.findall(r"^\| `[^`]+` \|([^|\n]*)\|([^|\n]*)\|$", docs("dependencies.md"), re.MULTILINE)
    assert len(rows) == len(declared())
    assert [row for row in rows if len(row[0].strip()) < 10 or len(row[1].strip()) < 3] == []
