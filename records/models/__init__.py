"""What a record is. Models hold fields, constraints and questions; every change to them is a service."""

from records.models.bodies import Body, Membership, Session
from records.models.grants import Grant
from records.models.ledger import Dirty, Event, Pulse, Seal, Tombstone
from records.models.people import RoleAssignment, User
from records.models.plan import Series
from records.models.records import Record
from records.models.text import Page, Section
from records.models.versions import Blob, Capture, Rendition, Version

__all__ = [
    "Blob",
    "Body",
    "Capture",
    "Dirty",
    "Event",
    "Grant",
    "Membership",
    "Page",
    "Pulse",
    "Record",
    "Rendition",
    "RoleAssignment",
    "Seal",
    "Section",
    "Series",
    "Session",
    "Tombstone",
    "User",
    "Version",
]
