"""`deploy.settings` over a folder of this test process alone, chosen before anything reads the environment."""

from __future__ import annotations

import atexit
import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="legajo-test-")
# Said here, as a worker of xdist ends without the finalizers that would do it by themselves.
atexit.register(_HOME.cleanup)
os.environ["LEGAJO_HOME"] = _HOME.name
os.environ.setdefault("LEGAJO_LOG_LEVEL", "error")
# Programs that tests start are ordinary sites: they inherit the folder, not this module.
os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"

from deploy.settings import *  # noqa: E402, F403

# Nothing is counted beside a test's own doing; tests of the counting switch it on.
LEGAJO_SEARCH_LOG = {"kept": "no", "days": 180, "seconds": 0}
# The tests' own database is one of theirs on this server; a site that a test starts has its own in its own folder.
os.environ.pop("DATABASE_URL", None)
