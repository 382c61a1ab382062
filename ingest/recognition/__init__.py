"""From the picture of a page to its words: tesseract, in process, on a picture made fit for it.

Runs in the children that read files (`ingest.pool`), one page at a time. What was read is kept by bytes and version,
so that a long scan goes on where it was broken off (`ingest.recognition.kept`).
"""

RECOGNISER_VERSION = "legajo-ocr-2"
"""Raised when pages would be read better than before: `reocr --outdated` finds what an older one read."""
