"""How the index stands, as a search sees it: counts, and a name for this state that no other has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from search.backends.base import Status


def status_body() -> dict[str, Any]:
    """Return the request; the server keeps its answer until the next refresh.

    A document gets a higher number at each change and the count tells of those taken away, so that two states with
    the same highest number, count and index are the same.
    """
    return {
        "size": 0,
        "track_total_hits": True,
        "aggs": {
            "last": {"max": {"field": "_seq_no"}},
            "index": {"terms": {"field": "_index", "size": 1}},
            "heads": {"filter": {"term": {"slice": 0}}},
            "units": {"nested": {"path": "units"}},
        },
    }


def state_of(told: Mapping[str, Any]) -> str:
    """Return the state's name from the answer."""
    counts = told["aggregations"]
    index = "".join(bucket["key"] for bucket in counts["index"]["buckets"])
    return f"{index}.{told['hits']['total']['value']}.{int(counts['last']['value'] or 0)}"


def status_of(told: Mapping[str, Any]) -> Status:
    counts = told["aggregations"]
    return Status(counts["heads"]["doc_count"], counts["units"]["doc_count"], state_of(told), "elasticsearch")
