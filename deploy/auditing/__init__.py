"""Proof that the site is whole: bytes, texts, work, grants, the chain of events, and index = database."""

from deploy.auditing.difference import Difference
from deploy.auditing.report import Report, audit

__all__ = ["Difference", "Report", "audit"]
