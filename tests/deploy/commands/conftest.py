"""Sites for the tests of the commands: migrated once, then copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.deploy.commands.site import Site


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("site") / "home"
    done = Site(home).json("audit")
    assert done.status == 0, done.stderr
    return home


@pytest.fixture
def site(migrated_home: Path, tmp_path: Path) -> Site:
    home = tmp_path / "home"
    shutil.copytree(migrated_home, home)
    return Site(home)
