"""Work in progress: batches and jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ingest.api.shapes import BatchShape, JobShape, NewBatch, fields_of
from ingest.api.uploads import UploadingView, checked
from ingest.batches import cancel_batch, pause_batch, resume_batch
from ingest.jobs import retry_job
from ingest.models import Batch, Job
from ingest.receipt_download import receipt_response
from ingest.taking_back import publish_batch, take_back_batch
from ingest.upload_batches import MOST_ROWS, UploadRow, progress_of, take_in_uploads
from ingest.withholding import as_told_to, is_own
from records.api import parameters
from records.api.door import ApiView, answer
from records.api.schema import in_path
from records.errors import InvalidValue, NotFound
from records.persons import Person


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


BATCH = in_path("batch", "The batch's id.")


class BatchView(ApiView):
    """A batch of one's own, or any for operators: progress, rate and failures. Operators are told no names of files."""

    @extend_schema(operation_id="batch", parameters=[BATCH], responses=BatchShape)
    def get(self, request: Request, batch: str) -> HttpResponseBase:
        return self.told(self.found(batch))

    def found(self, text: str) -> Batch:
        """Return a batch this person may see. Raises NotFound."""
        rows: Any = Batch.objects.visible_to(self.person)
        found: Batch | None = rows.filter(pk=parameters.id_of(text)).first()
        if found is None:
            raise NotFound()
        return found

    def own(self, text: str) -> Batch:
        """Return a batch of this person's own. Raises NotFound for another's, even for operators."""
        found = self.found(text)
        if not is_own(found, self.person):
            raise NotFound()
        return found

    def told(self, batch: Batch) -> Response:
        """Answer with a batch and how far it is."""
        progress = progress_of(batch, self.person)
        return answer(BatchShape(as_told_to(batch, self.person), context={"progress": progress}).data)


MOVES: dict[str, Callable[[Batch, Person], Any]] = {
    "pause": lambda batch, by: pause_batch(batch=batch, by=by),
    "resume": lambda batch, by: resume_batch(batch=batch, by=by),
    "cancel": lambda batch, by: cancel_batch(batch=batch, by=by),
    "publish": lambda batch, by: publish_batch(batch=batch, by=by),
    "take-back": lambda batch, by: take_back_batch(batch=batch, by=by),
}


class BatchMoveView(BatchView):
    """Pause, resume, cancel, publish or take back a batch of one's own; answered with the batch as it then is."""

    http_method_names = ["post", "options"]
    move = ""

    @extend_schema(request=None, parameters=[BATCH], responses=BatchShape)
    def post(self, request: Request, batch: str) -> Response:
        self.must_be_signed_in()
        MOVES[self.move](self.own(batch), self.person)
        return self.told(self.own(batch))


class ReceiptView(BatchView):
    """The signed receipt of a batch of one's own: every file handed over, and what became of it."""

    @extend_schema(
        operation_id="batch_receipt",
        parameters=[BATCH],
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, batch: str) -> HttpResponseBase:
        return receipt_response(self.own(batch), self.person)


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
