"""Work in progress: batches and jobs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ingest.api.shapes import BatchShape, JobShape, NewBatch, fields_of
from ingest.api.uploads import UploadingView, checked
from ingest.jobs import retry_job
from ingest.models import Batch, Job
from ingest.upload_batches import MOST_ROWS, UploadRow, progress_of, take_in_uploads
from ingest.withholding import as_told_to
from records.api import parameters
from records.api.door import ApiView, answer
from records.api.schema import in_path
from records.errors import InvalidValue, NotFound


class BatchesView(UploadingView):
    """Take in many uploads with one manifest: refused whole when a row is wrong, then row by row."""

    @extend_schema(operation_id="batch_create", request=NewBatch, responses={202: BatchShape})
    def post(self, request: Request) -> Response:
        self.must_be_uploader()
        said = checked(NewBatch, request)
        if not said["rows"]:
            raise InvalidValue("Give at least one row: an upload and what is said of it.", attr="rows")
        if len(said["rows"]) > MOST_ROWS:
            raise InvalidValue(f"At most {MOST_ROWS} rows at once; send the rest as another batch.", attr="rows")
        batch = take_in_uploads(
            rows=[UploadRow(str(row["upload"]), row["sha256"], fields_of(row)) for row in said["rows"]],
            by=self.person,
            name=said.get("name", ""),
            defaults=fields_of({name: said.get(name) for name in ("series", "access", "grants")}),
            publish=said["state"] == "published",
        )
        return answer(BatchShape(batch, context={"progress": progress_of(batch, self.person)}).data, status=202)


class BatchView(ApiView):
    """A batch of one's own, or any for operators: progress, rate and failures. Operators are told no names of files."""

    @extend_schema(operation_id="batch", parameters=[in_path("batch", "The batch's id.")], responses=BatchShape)
    def get(self, request: Request, batch: str) -> Response:
        rows: Any = Batch.objects.visible_to(self.person)
        found: Batch | None = rows.filter(pk=parameters.id_of(batch)).first()
        if found is None:
            raise NotFound()
        progress = progress_of(found, self.person)
        return answer(BatchShape(as_told_to(found, self.person), context={"progress": progress}).data)


JOB = in_path("job", "The job's id.")


class JobView(ApiView):
    """The reading of one document: one's own, or any for operators."""

    @extend_schema(operation_id="job", parameters=[JOB], responses=JobShape)
    def get(self, request: Request, job: str) -> Response:
        return answer(JobShape(as_told_to(self.job(job), self.person)).data)

    def job(self, text: str) -> Job:
        """Return a job this person may see. Raises NotFound."""
        rows: Any = Job.objects.visible_to(self.person)
        found: Job | None = rows.filter(pk=parameters.id_of(text)).select_related("rendition__version").first()
        if found is None:
            raise NotFound()
        return found


class JobRetryView(JobView):
    """Queue a finished reading again."""

    http_method_names = ["post", "options"]

    @extend_schema(operation_id="job_retry", parameters=[JOB], request=None, responses=JobShape)
    def post(self, request: Request, job: str) -> Response:
        found = self.job(job)
        self.must_be_signed_in()
        retry_job(job=found, by=self.person)
        return answer(JobShape(as_told_to(self.job(job), self.person)).data)
