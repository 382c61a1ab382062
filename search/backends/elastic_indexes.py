"""The indexes of a site: an alias that searches and writes go to, dated indexes behind it, and the swap."""

from __future__ import annotations

import re
import secrets
from typing import Any

import structlog
from django.utils import timezone
from elastic_transport import TransportError
from elasticsearch import ApiError, NotFoundError

from records.errors import IndexOutdated, SearchUnavailable
from search.backends.elastic_mapping import FORMAT, SETTINGS, mapping
from search.backends.elastic_server import Server

log = structlog.get_logger(__name__)

COPY_SECONDS = 40


class Indexes:
    """Which index is in use, which was before, and how another takes its place."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.alias = server.prefix
        self.kept_alias = f"{self.alias}-before"
        self._checked = False

    def check(self) -> None:
        """Make the first index where there is none. Raises IndexOutdated for one of another shape."""
        if self._checked:
            return
        found = self._of_alias(self.alias)
        if not found:
            self._make(f"{self.alias}-first", {self.alias: {}})
            found = self._of_alias(self.alias)
        if len(found) != 1:
            raise SearchUnavailable(f"The alias {self.alias} must name one index; run `manage.py reindex`.")
        [(name, meta)] = found.items()
        if meta.get("format") != FORMAT:
            raise IndexOutdated(
                f"The index {name} does not have the mapping that this release uses; run `manage.py reindex`."
            )
        self._checked = True

    def fresh(self) -> str:
        """Make an empty index beside the one in use, after clearing away what an earlier rebuild left unfinished."""
        self.clear()
        name = f"{self.alias}-{timezone.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        # No refreshes and no copies until it is full.
        self._make(name, {}, {"refresh_interval": "-1", "auto_expand_replicas": False, "number_of_replicas": 0})
        return name

    def swap(self, name: str) -> None:
        """Put a full index in the place of the one in use, in one step; that one is kept for going back."""
        usual = {"refresh_interval": SETTINGS["refresh_interval"], "auto_expand_replicas": "0-1"}
        self.server.ask(lambda: self.server.slowly.indices.put_settings(index=name, settings=usual))
        self._copied(name)
        actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": self.alias}}]
        for before in self._of_alias(self.alias):
            actions.append({"remove": {"index": before, "alias": self.alias}})
            actions.append({"add": {"index": before, "alias": self.kept_alias}})
        actions += [{"remove": {"index": old, "alias": self.kept_alias}} for old in self._of_alias(self.kept_alias)]
        self.server.ask(lambda: self.server.slowly.indices.update_aliases(actions=actions))
        self._checked = True
        self.clear()

    def _copied(self, name: str) -> None:
        """Wait a while for the copy on another node: until it is there, the end of one node is the end of the index."""
        try:
            self.server.slowly.cluster.health(index=name, wait_for_status="green", timeout=f"{COPY_SECONDS}s")
        except (ApiError, TransportError) as failure:
            log.warning("index has no copy yet", index=name, reason=str(failure)[:300])

    def clear(self) -> None:
        """Delete the indexes made here that no alias names: unfinished ones, and those before the one before."""
        made = re.compile(rf"{re.escape(self.alias)}-(first|\d{{8}}-\d{{6}}-[0-9a-f]{{6}})")
        told = self.server.ask(lambda: self.server.client.indices.get_alias(index=f"{self.alias}-*"))
        for name, has in told.items():
            if made.fullmatch(name) and not has["aliases"]:
                self.discard(name)

    def discard(self, name: str) -> None:
        """Delete an index that is not in use."""
        log.info("index deleted", index=name)
        try:
            self.server.ask(lambda: self.server.slowly.indices.delete(index=name, ignore_unavailable=True))
        except SearchUnavailable:
            log.warning("index left behind", index=name)

    def _make(self, name: str, aliases: dict[str, Any], settings: dict[str, Any] | None = None) -> None:
        """Make an index with its aliases in one step; another process may have done so meanwhile."""
        wanted = {**SETTINGS, **(settings or {})}
        try:
            self.server.slowly.indices.create(
                index=name, settings=wanted, mappings=mapping(self.alias), aliases=aliases
            )
        except ApiError as failure:
            if failure.error == "resource_already_exists_exception":
                return
            if failure.error == "invalid_alias_name_exception":
                raise SearchUnavailable(f"{self.alias} is an index of somebody else's; name another prefix.") from None
            raise

    def _of_alias(self, alias: str) -> dict[str, dict[str, Any]]:
        """Return the `_meta` of the indexes an alias names, by name."""

        def asked() -> dict[str, Any]:
            try:
                names = list(self.server.client.indices.get_alias(name=alias))
            except NotFoundError:
                return {}
            return dict(self.server.client.indices.get_mapping(index=names))

        return {name: told["mappings"].get("_meta", {}) for name, told in self.server.ask(asked).items()}
