"""All code of a site, loaded before the processes that are forked to be ended."""

from __future__ import annotations


def load() -> None:
    """Load the code of all chapters, so that no fork has to: it took half of the time of each."""
    from importlib import import_module
    from pkgutil import iter_modules

    from django.conf import settings
    from django.core.management import get_commands
    from django.db.migrations.loader import MigrationLoader
    from django.urls import get_resolver

    import deploy.management.commands as ours

    MigrationLoader(None)
    assert get_resolver(settings.ROOT_URLCONF).url_patterns
    names = [f"{ours.__name__}.{one.name}" for one in iter_modules(ours.__path__)]
    migrate = f"{get_commands()['migrate']}.management.commands.migrate"
    backend = settings.SEARCH["BACKEND"].rpartition(".")[0]
    around = (
        migrate,
        "django.db.models.sql.compiler",
        "storage.s3",
        backend,
        "deploy.auditing",
        "records.services.time",
    )
    for name in (*names, *around, "tests.faults.invariants", "tests.faults.points", "tests.faults.readers"):
        import_module(name)
