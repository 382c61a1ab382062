"""The signed receipt on its way out, for API and pages alike."""

from __future__ import annotations

import codecs
import tempfile

from django.http import FileResponse

from ingest.models import Batch
from ingest.receipts import issue_receipt, receipt_file_name
from records.persons import Person

IN_MEMORY = 4 * 1024 * 1024


def receipt_response(batch: Batch, person: Person) -> FileResponse:
    """Return the signed receipt of one's own batch as an attachment. Raises NotFound for another's."""
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 # the response closes it
    issue_receipt(batch, codecs.getwriter("utf-8")(spool), by=person)
    spool.seek(0)
    return FileResponse(spool, as_attachment=True, filename=receipt_file_name(batch), content_type="application/json")
