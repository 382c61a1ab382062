"""What both ends of a move say of themselves: a site that is elsewhere now, or not wholly here yet, does not start."""

from __future__ import annotations

from deploy.models import Move
from records.errors import Conflict, NotFound


class SiteMoved(Conflict):
    """The site goes on elsewhere: what were changed here would be missing there."""

    code = "site_moved"


class SiteStillComing(Conflict):
    """Only a part of the site has come."""

    code = "site_still_coming"


def refuse_a_moved_site() -> None:
    """Raise SiteMoved or SiteStillComing where this is not the place at which the site lives."""
    here = Move.objects.filter(direction=Move.Direction.HERE, ended_at=None).first()
    if here is not None and "backup" in here.progress:
        raise SiteStillComing(f"A site is being restored here from {here.place}; ask for `restore` again.")
    if here is not None:
        raise SiteStillComing(
            f"A site is being moved here from {here.place} and is not complete; ask for `move` there again."
        )
    away = Move.objects.filter(direction=Move.Direction.AWAY).first()
    if away is not None:
        raise SiteMoved(
            f"This site was moved to {away.place} on {away.ended_at:%Y-%m-%d}; start it there. "
            "If it is to go on here after all, say so with `manage.py move --stay`."
        )


def stay() -> Move:
    """Forget that this site was moved away. Raises NotFound where it was not."""
    away = Move.objects.filter(direction=Move.Direction.AWAY).first()
    if away is None:
        raise NotFound("This site was not moved away.")
    Move.objects.filter(pk=away.pk).delete()
    return away
