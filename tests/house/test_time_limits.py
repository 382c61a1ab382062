"""Every call to a server outside has a time limit: its client is made in one place, and says how long it waits."""

from __future__ import annotations

import ast

from tests.house.tree import docs, sources

# What makes a line to another server, with the argument that limits it, and the one module that may.
CLIENTS = {
    "PoolManager": ("timeout", {"storage/s3_line.py"}),
    "_S3Line": ("timeout", {"storage/s3_line.py"}),
    "Minio": ("http_client", {"storage/s3_line.py"}),
    "Elasticsearch": ("request_timeout", {"search/backends/elastic_server.py"}),
    "HTTPConnection": ("timeout", {"deploy/up.py"}),
    "urlopen": ("timeout", {"storage/s3_line.py", "records/static/legajo/legajo-send.py"}),
    "create_connection": ("timeout", set()),
    "Redis": ("socket_timeout", set()),
    "from_url": ("socket_timeout", set()),
}
# `make services` and the lexicon's builder are tools of developers and not the service.
TOOLS = ("deploy/services/", "ingest/lexicon/", "tests/")


def test_who_speaks_to_another_server_says_how_long_it_waits() -> None:
    loose = []
    for path, tree in sources(tests=False):
        if str(path).startswith(TOOLS):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            limit, allowed = CLIENTS.get(name, ("", {str(path)}))
            told = {keyword.arg for keyword in node.keywords}
            passed_on = name == "urlopen" and None in told  # `**kw` of the caller, into which the limit was put
            if str(path) not in allowed or (limit and limit not in told and not passed_on):
                loose.append(f"{path}:{node.lineno} {name}")
    assert loose == []


def test_the_limits_stand_in_the_table() -> None:
    from deploy.celery import BROKER_REST_SECONDS
    from deploy.counting_cache import REST_SECONDS
    from deploy.patience import MARGIN_SECONDS, PERSON_SECONDS, STATEMENT_SECONDS
    from deploy.server_urls import CONNECT_SECONDS, POOL_WAIT_SECONDS, REDIS_SECONDS
    from deploy.services_urls import MAIL_SECONDS
    from search.backends.elastic_server import SEARCH_SECONDS, WRITE_SECONDS
    from storage import s3_line

    page = docs("operations.md").split("## Time limits of outside calls")[1].split("\n## ")[0]
    rows = {row.split("|")[1].strip(): row for row in page.splitlines() if row.startswith("| ")}
    said = {
        "S3: `HEAD`, reading a file": [s3_line.CONNECT_SECONDS, s3_line.QUESTION_SECONDS],
        "S3: writing, joining, listing, removing": [s3_line.CONNECT_SECONDS, s3_line.ANSWER_SECONDS],
        "Elasticsearch: search": [SEARCH_SECONDS],
        "Elasticsearch: writing, rebuilding": [WRITE_SECONDS],
        "PostgreSQL": [
            CONNECT_SECONDS,
            POOL_WAIT_SECONDS,
            PERSON_SECONDS,
            STATEMENT_SECONDS + MARGIN_SECONDS,
        ],
        "Redis as the queue": [REDIS_SECONDS, BROKER_REST_SECONDS],
        "Redis as the counters": [REDIS_SECONDS, REST_SECONDS],
        "Mail": [MAIL_SECONDS],
    }
    missing = [
        (name, seconds) for name, limits in said.items() for seconds in limits if f" {seconds:g}" not in rows[name]
    ]
    assert missing == []
