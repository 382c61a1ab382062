"""The site's two stores: documents under their digests, and staging for parts still on their way in."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from storage.base import ObjectStore


@cache
def documents() -> ObjectStore:
    """Return the store of documents (`STORAGE_URL`)."""
    shape = settings.STORAGE
    return cast(ObjectStore, import_string(shape["BACKEND"])(**shape["OPTIONS"]))


@cache
def staging() -> ObjectStore:
    """Return where parts lie until they are joined: apart from the documents, as those may be locked."""
    shape = settings.STORAGE
    options = shape.get("STAGING") or {"root": f"{shape['OPTIONS']['root']}-staging"}
    return cast(ObjectStore, import_string(shape["BACKEND"])(**options))
