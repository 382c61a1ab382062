"""Items 9–21, 27, 39, 47 and 50 of the list of leaks: what a reader asks to learn of S, by item and manner.

A new door of search gets its line here. Each manner is tried twice: no answer to a reader may change when S comes, and
some answer to S's own insider must change, or the manner would ask for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

FACETS = "kind,issuer,series,body,session_kind,status,language,year"
CITED = "067-2011-PCM"
"""The number of a public record that S cites."""


@dataclass(frozen=True, slots=True)
class Manner:
    """One way of asking: addresses, texts put to every door of search, and paths below the public record S cites."""

    addresses: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    of_cited: tuple[str, ...] = ()
    posts: Mapping[str, Any] = field(default_factory=dict)


def doors(text: str) -> Iterator[str]:
    """Yield the addresses at which a text is searched for."""
    asked = quote(text)
    yield f"/api/v1/search?q={asked}&facets={FACETS}"


def further_doors(text: str) -> Iterator[str]:
    """Yield the addresses that answer from the same findings: asked once a manner."""
    asked = quote(text)
    yield f"/api/v1/search?q={asked}&facets={FACETS}&scope=text"
    yield f"/api/v1/search?q={asked}&versions=all&sort=date"
    yield f"/search/?q={asked}"


def addresses(manner: Manner, cited: str) -> list[str]:
    """Return all addresses that a manner asks by GET; `cited` is the id of the record S cites."""
    asked = [*manner.addresses, *(door for text in manner.texts for door in doors(text))]
    asked += [door for text in manner.texts[:2] for door in further_doors(text)]
    return [*asked, *(f"/api/v1/records/{cited}/{path}" for path in manner.of_cited)]


MANNERS: dict[str, Manner] = {
    "9 its words": Manner(texts=("zqxsecreto", "Zqxnombre", "informe zqxsecreto", "zqxsecreto mesa")),
    "10 quoted": Manner(texts=('"zqxsecreto"', '"persona Zqxnombre"', "«sobre la persona»", 'mesa "zqxsecreto"')),
    "10 mistyped": Manner(texts=("zqxsecrato", "zqxsecretoo", "qzxsecreto", "zqxsecreto~", "zqxsecreto~2")),
    "10 a pattern": Manner(texts=("zqx*", "zqxsecret*", "zqxsecret?", "/zqx.*/", "mesa zqx*", "*secreto", "zqx%", "*")),
    "10 negated": Manner(
        texts=("NOT zqxsecreto", "-zqxsecreto", "mesa -zqxsecreto", "NOT mesa", "-mesa", "mesa NOT zqxsecreto")
    ),
    "10 joined": Manner(
        texts=(
            "mesa OR zqxsecreto",
            "mesa O zqxsecreto",
            "informe AND zqxsecreto",
            "(mesa OR zqxsecreto) AND NOT decreto",
            "((zqxsecreto",
        )
    ),
    "10 a field": Manner(
        texts=(
            "title:zqxsecreto",
            "título:zqxsecreto",
            "number:907-1907-ZQX",
            "número:907-1907-ZQX",
            'issuer:"Oficina zqxsecreto"',
            "emisor:zqxsecreto",
            "year:1907",
            "año:1900..1910",
            "year:..1910",
            "kind:informe",
            "tipo:informe",
            "series:RESERVADA",
            "body:mesa",
            "tokens:group:comision-a",
            "record:*",
            "mesa title:zqx*",
        )
    ),
    "10 its number": Manner(
        texts=("907-1907-ZQX", "Informe 907-1907-ZQX", "informe 907-1907", "907-1907", "907", "art. 1 informe 907-1907")
    ),
    "11 lists": Manner(
        addresses=(
            "/api/v1/records/",
            "/api/v1/records/?sort=added",
            "/api/v1/records/?kind=informe",
            "/api/v1/search",
            "/api/v1/search?sort=number",
            "/search/?kind=informe",
            "/",
        )
    ),
    "12 facets": Manner(
        addresses=(
            f"/api/v1/search?facets={FACETS}",
            f"/api/v1/search?facets={FACETS}&kind=informe",
            f"/api/v1/search?facets={FACETS}&series=RESERVADA",
            f"/api/v1/search?facets={FACETS}&issuer=Oficina+zqxsecreto",
            f"/api/v1/search?facets={FACETS}&body=mesa&session_kind=ordinary",
            f"/api/v1/search?facets={FACETS}&versions=all",
            f"/api/v1/search?facets={FACETS}&scope=text&q=persona",
        )
    ),
    "13 dates": Manner(
        addresses=(
            "/api/v1/search?facets=year&date_to=1907-12-31",
            "/api/v1/search?facets=year&date_from=1907-05-05&date_to=1907-05-05",
            "/api/v1/search?facets=year&year=1907",
            "/api/v1/search?facets=year&as_of=1907-06-01",
            "/api/v1/search?sort=date&size=1",
            "/api/v1/search?sort=-date&size=1",
            "/api/v1/records/?year=1907",
        )
    ),
    "14 while typing": Manner(
        addresses=tuple(
            f"/api/v1/suggest?q={quote(text)}"
            for text in (
                "zq",
                "zqx",
                "zqxsecreto",
                "informe",
                "informe z",
                "Oficina z",
                "907",
                "907-19",
                "inf 907",
                "907 1907 zqx",
            )
        )
    ),
    "15 words meant": Manner(texts=("zqxsecrato mesa", "zqxsecret", "zkxsecreto", "informee")),
    "16 what is shown": Manner(
        texts=("persona mesa", "se observa", "mesa de trabajo zqxnombre"),
        addresses=("/api/v1/search?q=persona+mesa&scope=text&size=100", "/api/v1/search?q=observa&scope=text"),
    ),
    "20 citations": Manner(
        of_cited=("cited-by/", "relations/", "citations/"),
        addresses=(
            "/api/v1/lookup?citation=Informe+907-1907-ZQX",
            "/api/v1/lookup?citation=art.+1+del+Informe+907-1907-ZQX",
            f"/api/v1/lookup?citation=DS+{CITED}",
        ),
        posts={
            "/api/v1/lookup": {"text": f"Visto el Informe N.° 907-1907-ZQX, su artículo 1, y el D.S. N.° {CITED}."},
        },
    ),
    "22 pages": Manner(
        addresses=("/api/v1/search?sort=date&size=2", "/api/v1/search?q=mesa+persona&size=1", "/api/v1/records/?size=2")
    ),
    "39 lists of values": Manner(
        addresses=(
            "/api/v1/search?facets=series,issuer,body,session_kind&size=1",
            *("/search/", "/", "/bodies/", "/bodies/mesa/", "/sessions/", "/sessions/mesa-2023-9/"),
            *("/api/v1/series/", "/api/v1/bodies/", "/api/v1/sessions/", "/api/v1/sessions/?body=mesa"),
        ),
    ),
    "47 filters": Manner(
        addresses=(
            "/api/v1/search?series=RESERVADA",
            "/api/v1/search?issuer=Oficina+zqxsecreto",
            "/api/v1/search?kind=informe&year=1907",
            "/api/v1/records/?series=RESERVADA",
            "/api/v1/records/?external_id=zqxsecreto/1",
        )
    ),
}
# 18, 21 and 47: parameters by which other engines tell how they found, go on, or filter by who may read.
REFUSED = (
    *("explain=1", "profile=true", "debug=1", "pretty=1", "source={}", "_source=*", "fields=tokens", "raw=1"),
    *("aggs={}", "min_score=0", "preference=_local", "search_type=dfs_query_then_fetch", "routing=1", "highlight=*"),
    *("scroll=1m", "scroll_id=x", "pit=x", "search_after=1", "from=10", "offset=10", "page=2", "like=x", "rank=1"),
    *("acl=group:comision-a", "tokens=group:comision-a", "hidden_from=*", "readers=*", "person=1", "user=insider"),
    *("classification=reserved", "access=reserved", "ordering=classification", "everything=1", "excluded=x"),
    *("state=draft", "draft=1", "saved=1", "alert=1"),
)
REFUSED_VALUES = (
    *("sort=classification", "sort=namespace", "sort=tokens", "sort=added", "facets=tokens", "facets=hidden_from"),
    *("facets=classification", "facets=record", "scope=all", "scope=hidden", "versions=drafts", "versions=withdrawn"),
)
# 19 and 27: what is not there. Who makes it must first say here how it is asked without telling of S.
NOT_THERE = (
    "/api/v1/records/{id}/similar",
    "/api/v1/records/{id}/similar/",
    "/api/v1/records/{id}/related/",
    "/api/v1/records/{id}/more-like-this/",
    "/api/v1/more-like-this?seed={id}",
    "/api/v1/similar?record={id}",
    "/api/v1/searches/",
    "/api/v1/saved-searches/",
    "/api/v1/alerts/",
    "/api/v1/subscriptions/",
    "/api/v1/feed/",
    "/searches/",
    "/saved-searches/",
    "/alerts/",
    "/feed/",
    "/sitemap.xml",
)
NEVER_ASKED_HERE = ("similar", "more-like", "saved", "alert", "subscri", "feed", "sitemap", "rss")
