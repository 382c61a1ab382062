"""A worker that only claims, for test_workers_at_once.py: prints the ids of the jobs it was given, two at a time."""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
    django.setup()
    from ingest.jobs import claim_jobs

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    while jobs := claim_jobs(most=2):
        sys.stdout.writelines(f"{job.pk} {job.attempt}\n" for job in jobs)


if __name__ == "__main__":
    main()
