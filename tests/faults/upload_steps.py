"""An upload in a process of its own that is killed, by its own hand, as it comes to a named step.

Run by test_upload_killed.py: `python -m tests.faults.upload_steps STEP` on the site of LEGAJO_HOME; without a STEP it
goes on to the end with whatever upload was left, as a client does that asks again. Prints what `complete` answered.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

PART = 1000
BYTES = "".join(f"Línea {number} del acta.\n" for number in range(120)).encode()
SHA256 = hashlib.sha256(BYTES).hexdigest()


def main(step: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
    django.setup()
    from django.conf import settings

    from ingest import uploads
    from ingest.models import Upload
    from records.models import User
    from records.persons import operator, person_for
    from records.services.people import put_user

    settings.LEGAJO_PART_BYTES = PART
    if not User.objects.filter(username="archivist").exists():
        put_user(username="archivist", password=None, roles=["archivist"], groups=[], by=operator("test"))
    by = person_for(User.objects.get(username="archivist"), origin="test")
    upload = Upload.objects.first() or uploads.open_upload(filename="acta.txt", size=len(BYTES), by=by)
    arrange(step, uploads)
    arrived = set(upload.parts.values_list("number", flat=True)) if upload.state == Upload.State.OPEN else range(99)
    for number in set(range(1, upload.parts_expected + 1)) - set(arrived):
        part = BYTES[(number - 1) * PART : number * PART]
        uploads.store_part(upload=upload, number=number, body=io.BytesIO(part), length=len(part), by=by)
    said = uploads.Said({"title": "Acta", "external_id": "ACTA-1"})
    done = uploads.complete_upload(upload=upload, sha256=SHA256, said=said, by=by)
    sys.stdout.write(json.dumps({"version": done.version.pk, "job": str(done.job.pk) if done.job else None}))


def arrange(step: str, uploads: Any) -> None:
    """Make the process end itself at a step: `before:NAME` as the function is called, `after:NAME` as it returns."""
    when, _, name = step.partition(":")
    if not name:
        return
    real: Callable[..., Any] = getattr(uploads, name)

    def deadly(*args: Any, **options: Any) -> Any:
        if when == "after":
            real(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(uploads, name, deadly)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
