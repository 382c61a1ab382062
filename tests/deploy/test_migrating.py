"""Releases on one database: an older one that starts says so and works, a newer one makes ready what is missing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from structlog.testing import capture_logs

from deploy.migrating import migrate_if_behind, missing_migrations

pytestmark = pytest.mark.django_db


@pytest.mark.fault("F43")
def test_an_older_release_goes_on_with_what_it_knows_and_says_so() -> None:
    MigrationRecorder(connection).record_applied("records", "9999_of_tomorrow")
    with capture_logs() as told:
        assert not migrate_if_behind()
    [said] = told
    assert said["log_level"] == "warning"
    assert said["newest"] == "records.9999_of_tomorrow"


def test_what_is_missing_is_counted() -> None:
    assert missing_migrations() == 0
    [newest] = MigrationLoader(connection).graph.leaf_nodes("search")
    MigrationRecorder(connection).record_unapplied(*newest)
    assert missing_migrations() == 1
