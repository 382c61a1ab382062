"""Closed sets of values in the shapes of uploads, batches and jobs, each with one name in the API's description."""

from __future__ import annotations

from ingest.models import Batch, Job, Upload

BATCH_STATES = list(Batch.State.values)
JOB_STATES = list(Job.State.values)
UPLOAD_STATES = list(Upload.State.values)
NEW_STATES = ["published", "draft"]
