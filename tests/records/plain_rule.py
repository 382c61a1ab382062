"""The rule of access once more, as plain loops over a described site: what both forms in the product must equal."""

from __future__ import annotations

from tests.records.worlds import BODIES, GROUPS, SESSIONS, USERS, Filed, Given, Site

ORDER = ("public", "internal", "reserved")


def held(site: Site, who: int | None) -> set[str]:
    """Return what a person holds today but for series; `who` None is a stranger. Day 0 is today."""
    if who is None or site.inactive == who:
        return {"public"}
    tokens = {"public", "internal", f"user:{USERS[who]}"} | {
        f"group:{name}" for name in GROUPS if name in site.groups[who]
    }
    for user, body, capacity, (starts, ends) in site.seats:
        if user != who or starts > 0:
            continue
        runs = ends is None or ends >= 0
        if runs:
            tokens |= {f"body:{BODIES[body]}", f"body:{BODIES[body]}:{capacity}"}
        if capacity in site.capacities and (runs or site.kept):
            tokens |= {
                f"session:{code}"
                for code, (of, on) in zip(SESSIONS, site.sessions, strict=True)
                if of == body and starts <= on and (ends is None or on <= ends)
            }
    return tokens


def runs(given: Given) -> bool:
    starts, ends = given.period
    return (starts is None or starts <= 0) and (ends is None or ends >= 0)


def actions(site: Site, who: int | None, at: int) -> set[str]:
    """Return what a person may do with a record by grants: its own, and those on its series or above."""
    tokens, record = held(site, who), site.records[at]
    line: list[int] = []
    above = record.series
    while above is not None:
        line.append(above)
        above = site.series[above][0]
    applies = record.series is not None and ORDER.index(record.access) <= ORDER.index(site.series[record.series][1])
    return {
        given.action
        for given in site.grants
        if given.token in tokens
        and runs(given)
        and ((given.on_series and applies and given.which in line) or (not given.on_series and given.which == at))
    }


def reads(site: Site, who: int | None, at: int) -> bool:
    """Tell whether a person may read what is published of a record."""
    record = site.records[at]
    tokens = held(site, who)
    if record.access in ("public", "internal") and record.access in tokens:
        return True
    return bool(actions(site, who, at)) or not tokens.isdisjoint(belonging(site, record))


def edits(site: Site, who: int | None, at: int) -> bool:
    return not actions(site, who, at).isdisjoint({"edit", "manage"})


def manages(site: Site, who: int | None, at: int) -> bool:
    return "manage" in actions(site, who, at)


def belonging(site: Site, record: Filed) -> set[str]:
    rule = "nearest" if record.series is None else site.series[record.series][2]
    session = None if record.session is None else f"session:{SESSIONS[record.session]}"
    body = None if record.body is None else f"body:{BODIES[record.body]}"
    chosen = {
        "nearest": {session or body},
        "session": {session},
        "body": {body},
        "both": {session, body},
        "none": set(),
    }[rule]
    return {token for token in chosen if token is not None}
