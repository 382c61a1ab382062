"""Migrations of a site at work: what makes a table wait is done beside its work, where the database can."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import AddIndex, RunSQL
from django.db.migrations.state import ProjectState


class AddIndexBeside(AddIndex):
    """Make an index while others write to its table: on PostgreSQL CONCURRENTLY, in a migration with `atomic = False`.

    What a start that was cut off left of it is not used by anybody, and is made anew.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Add the index."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            name = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            schema_editor.add_index(model, self.index, concurrently=True)


class OnPostgresql(RunSQL):
    """Statements for PostgreSQL alone: what SQLite has no word for, or does by itself."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Carry the statements out."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Take them back."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
