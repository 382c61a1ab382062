"""What is generated and kept in the tree is what the code generates today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from deploy.import_graph import drawn, present
from tests.house.tree import PARTS, PROJECT


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_the_openapi_file_is_current_and_without_warning(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    # As `manage.py` runs it: in the language of the site, whichever page another test has just asked for.
    with translation.override(settings.LANGUAGE_CODE):
        call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))
    kept = PROJECT / "docs" / "openapi.yaml"
    assert kept.read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), "run `make openapi`"


def test_the_import_graph_is_the_codes() -> None:
    assert present() == drawn(), "run `make graph`"


def test_every_path_that_the_docs_name_is_there() -> None:
    missing = []
    for page in [*sorted((PROJECT / "docs").rglob("*.md")), PROJECT / "CONTRIBUTING.md", PROJECT / "README.md"]:
        named = re.findall(rf"`((?:{'|'.join([*PARTS, 'tests', 'docs'])})/[\w/.-]*)", page.read_text(encoding="utf-8"))
        missing += [f"{page.name}: {path}" for path in named if not (PROJECT / path).exists()]
    assert missing == []
