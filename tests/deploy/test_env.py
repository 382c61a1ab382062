"""The environment: defaults that run, and one sentence for each value that cannot be used."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.env import PROJECT, _Given, read_site, site
from deploy.secret_key import kept_secret
from deploy.services_urls import WrongValue


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"LEGAJO_HOME": str(tmp_path / "casa con espacio")}


def test_nothing_set_is_a_whole_embedded_site(home: dict[str, str]) -> None:
    made = read_site(home)
    folder = Path(home["LEGAJO_HOME"])
    assert made.databases["default"]["NAME"] == str(folder / "legajo.sqlite3")
    assert made.databases["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert made.storage == {"BACKEND": "storage.local.LocalStore", "OPTIONS": {"root": str(folder / "files")}}
    assert made.search["OPTIONS"] == {"path": str(folder / "index")}
    assert (made.time_zone, made.language, made.debug, made.secure) == ("America/Lima", "es", False, False)
    assert (made.search_log, made.search_log_days) == ("counts", 180)
    assert made.hosts == ["localhost", "127.0.0.1", "[::1]"]


def test_the_home_is_var_beside_manage_py_when_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("deploy.env.PROJECT", tmp_path)
    assert read_site({}).home == tmp_path / "var"
    assert (PROJECT / "pyproject.toml").is_file()


def test_the_urls_choose_other_places(home: dict[str, str], tmp_path: Path) -> None:
    made = read_site(
        home
        | {
            "DATABASE_URL": f"sqlite:///{tmp_path}/uno.db",
            "STORAGE_URL": f"file://{tmp_path}/a%20b",
            "SEARCH_URL": f"tantivy://{tmp_path}/i",
            "TASKS_URL": "db:",
            "CACHE_URL": "locmemcache://",
            "EMAIL_URL": "smtp+tls://ana:cl%40ve@mail.example:587",
        }
    )
    assert made.databases["default"]["NAME"] == f"{tmp_path}/uno.db"
    assert made.storage["OPTIONS"]["root"] == f"{tmp_path}/a b"
    assert made.search["OPTIONS"]["path"] == f"{tmp_path}/i"
    assert made.caches["default"]["BACKEND"].endswith("LocMemCache")
    assert made.email["EMAIL_HOST_PASSWORD"] == "cl@ve"
    assert made.email["EMAIL_USE_TLS"] is True


WRONG = [
    ("DATABASE_URL", "postgres://u:p@h", "names no host and database"),
    ("DATABASE_URL", "postgres://u:p@h/d?pool=3", "unknown option 'pool'"),
    ("DATABASE_URL", "postgres://u:p@h/d?pool_size=0", "pool_size=0 is not a whole number from 1 to 500"),
    ("DATABASE_URL", "postgres://u:p@h/d?pool_size=", "pool_size= is not a whole number"),
    ("DATABASE_URL", "mysql://h/d", "unknown scheme 'mysql'"),
    ("DATABASE_URL", "sqlite:///no/such/folder/x.db", "does not exist"),
    ("STORAGE_URL", "s3+https://k:s@h", "is not a bucket's name"),
    ("STORAGE_URL", "s3+https://k:s@h/Big_Bucket", "is not a bucket's name"),
    ("STORAGE_URL", "s3+https://k:s@/bucket", "names no host"),
    ("STORAGE_URL", "s3+https://k:s@h/bucket?regio=x", "'regio', which is none of"),
    ("STORAGE_URL", "s3+https://k:s@h/bucket?style=cubist", "use path or virtual"),
    ("STORAGE_URL", "s3+https://k:s@h/bucket?ca=/no/such.pem", "certificates that are not there"),
    ("STORAGE_URL", "s3+https://k:s@h/bucket?public=files", "is not an address"),
    ("STORAGE_URL", "file://relative/path", "names no absolute path"),
    ("STORAGE_URL", "/just/a/path", "unknown scheme ''"),
    ("SEARCH_URL", "elasticsearch+http://h:9200/", "is no prefix of index names"),
    ("SEARCH_URL", "elasticsearch+http://h:9200/Mesa_2", "is no prefix of index names"),
    ("SEARCH_URL", "elasticsearch+https:///legajo", "names no server"),
    ("SEARCH_URL", "elasticsearch+https://es1,,es2/legajo", "names no server"),
    ("SEARCH_URL", "elasticsearch+https://es1:many,es2/legajo", "is not a URL"),
    ("SEARCH_URL", "elasticsearch+https://es1/legajo#here", "has a part after #"),
    ("SEARCH_URL", "elasticsearch+https://ana:quiet@h/legajo", "has a password"),
    ("SEARCH_URL", "elasticsearch+https://h/legajo?shards=3", "has the option 'shards'"),
    ("SEARCH_URL", "elasticsearch+https://h/legajo?ca=/no/such.pem", "certificates that are not there"),
    ("SEARCH_URL", "tantivy://[half", "is not a URL"),
    ("TASKS_URL", "celery+redis://h/0", "need a server as DATABASE_URL"),
    ("TASKS_URL", "celery+redis:///0", "names no host"),
    ("TASKS_URL", "db:other", "stands alone"),
    ("CACHE_URL", "redis://h/zero", "names no host and number"),
    ("EMAIL_URL", "smtp://", "names no host"),
    ("LEGAJO_DEBUG", "perhaps", "neither yes nor no"),
    ("LEGAJO_WORKERS", "0", "whole number from 1"),
    ("LEGAJO_WORKERS", "²", "whole number from 1"),
    ("LEGAJO_TIME_ZONE", "America/Limon", "is not known"),
    ("LEGAJO_LANGUAGE", "qu", "use one of es, en"),
    ("LEGAJO_HOSTS", "http://a.example", "is not a host name"),
    ("LEGAJO_URL", "archivo.example", "is not an address"),
    ("LEGAJO_SESSION_CAPACITIES", "full,king", "'king' is not known"),
    ("LEGAJO_LOG_LEVEL", "loud", "is not known"),
    ("LEGAJO_SECRET_KEY_FILE", "/no/such/file", "cannot be read"),
    ("LEGAJO_SECRET_KEY", "guess me", "fewer than 32 characters"),
    ("LEGAJO_URL", "https://a.example:99999", "is not an address"),
    ("LEGAJO_URL", "https://ana:clave@a.example", "is not an address"),
    ("LEGAJO_URL", "https://a b.example", "is not an address"),
    ("EMAIL_URL", "smtp://h:25?foo=bar", "takes no options"),
    ("EMAIL_URL", "smtp+tls://h:99999", "is not a URL"),
    # Places that are no folder, or no database: this very file, and where nobody makes folders.
    ("DATABASE_URL", f"sqlite://{__file__}", "is not an SQLite database"),
    ("DATABASE_URL", f"sqlite://{Path(__file__).parent}", "is not an SQLite database"),
    ("STORAGE_URL", f"file://{__file__}", "cannot be made"),
    ("STORAGE_URL", "file:///proc/legajo", "cannot be made"),
    ("SEARCH_URL", f"tantivy://{__file__}/index", "cannot be made"),
    ("CACHE_URL", f"filecache://{__file__}", "cannot be made"),
]


def test_an_s3_service_with_all_that_can_be_said_of_it(home: dict[str, str], tmp_path: Path) -> None:
    certificates = tmp_path / "ca.pem"
    certificates.write_text("")
    url = f"s3+https://cl%2Fve:se%40creto@s3.example:9000/legajo?region=sa-east-1&style=virtual&ca={certificates}"
    made = read_site(home | {"STORAGE_URL": f"{url}&public=https://files.example&direct=no"}).storage
    assert made["BACKEND"] == "storage.s3.S3Store"
    assert made["OPTIONS"] == {
        "endpoint": "https://s3.example:9000",
        "key": "cl/ve",
        "secret": "se@creto",
        "region": "sa-east-1",
        "virtual_style": True,
        "certificates": str(certificates),
        "public": "https://files.example",
        "direct": False,
        "bucket": "legajo",
        "locking": True,
    }
    assert made["STAGING"] == made["OPTIONS"] | {"bucket": "legajo-staging", "locking": False}


def test_the_keys_of_an_s3_service_may_come_apart_from_its_url(home: dict[str, str], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("quiet\n")
    apart = {"STORAGE_KEY": "ana", "STORAGE_SECRET_FILE": str(secret)}
    made = read_site(home | apart | {"STORAGE_URL": "s3+http://127.0.0.1:8333/legajo"}).storage["OPTIONS"]
    assert (made["endpoint"], made["key"], made["secret"]) == ("http://127.0.0.1:8333", "ana", "quiet")
    for url, variable in (("s3+http://h/legajo", "STORAGE_KEY"), ("s3+http://ana@h/legajo", "STORAGE_SECRET")):
        with pytest.raises(WrongValue, match="is not given") as refused:
            read_site(home | {"STORAGE_URL": url})
        assert refused.value.variable == variable
    with pytest.raises(WrongValue, match="given twice"):
        read_site(home | apart | {"STORAGE_URL": "s3+http://ana:quiet@h/legajo"})


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("elasticsearch+http://h:9201/legajo", {"url": "http://h:9201", "prefix": "legajo", "api_key": ""}),
        ("elasticsearch+https://cla%3Dve@h/mesa-2", {"url": "https://h:443", "prefix": "mesa-2", "api_key": "cla=ve"}),
        (
            "elasticsearch+http://k@es1:9201,es2,[::1]:9203/legajo",
            {"url": "http://es1:9201,http://es2:9200,http://[::1]:9203", "prefix": "legajo", "api_key": "k"},
        ),
        ("elasticsearch+http://[::1]/legajo", {"url": "http://[::1]:9200", "prefix": "legajo", "api_key": ""}),
    ],
)
def test_an_elasticsearch_server(home: dict[str, str], url: str, options: dict[str, str]) -> None:
    made = read_site(home | {"SEARCH_URL": url}).search
    assert made["BACKEND"] == "search.backends.elastic.ElasticEngine"
    assert made["OPTIONS"] == {**options, "certificates": ""}


@pytest.mark.parametrize(("name", "value", "reason"), WRONG)
def test_a_wrong_value_is_refused_by_name(home: dict[str, str], name: str, value: str, reason: str) -> None:
    with pytest.raises(WrongValue) as refused:
        read_site(home | {name: value})
    assert refused.value.variable == name
    assert reason in refused.value.reason


def test_a_wrong_value_is_one_line_on_stderr_and_status_2(
    home: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        site(home | {"SEARCH_URL": "solr://h"})
    assert stopped.value.code == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert (
        written.err == "SEARCH_URL: unknown scheme 'solr'; use elasticsearch+http or elasticsearch+https or tantivy\n"
    )


@pytest.mark.parametrize("command", [["tick"], ["up", "--port", "0"]])
def test_no_command_starts_with_a_wrong_value(tmp_path: Path, command: list[str]) -> None:
    environ = {"PATH": os.environ["PATH"], "LEGAJO_HOME": str(tmp_path), "STORAGE_URL": f"file://{__file__}"}
    run = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=PROJECT, env=environ, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("STORAGE_URL: ")
    assert run.stderr.count("\n") == 1


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongValue, match="LEGAJO_HOME: cannot be made"):
        read_site({"LEGAJO_HOME": str(tmp_path / "file" / "below")})


def test_a_secret_may_stand_in_a_file_but_not_twice(home: dict[str, str], tmp_path: Path) -> None:
    secret = "from a file, and of some length"
    (tmp_path / "key").write_text(f"{secret}.\n")
    assert read_site(home | {"LEGAJO_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == f"{secret}."
    with pytest.raises(WrongValue, match="is given twice"):
        read_site(home | {"LEGAJO_SECRET_KEY_FILE": str(tmp_path / "key"), "LEGAJO_SECRET_KEY": "x"})
    (tmp_path / "key").write_text("\n")
    with pytest.raises(WrongValue, match="is empty"):
        read_site(home | {"LEGAJO_SECRET_KEY_FILE": str(tmp_path / "key")})


def test_https_makes_the_site_secure_and_answers_to_its_name(home: dict[str, str]) -> None:
    made = read_site(home | {"LEGAJO_URL": "https://archivo.example/"})
    assert made.secure
    assert made.public_url == "https://archivo.example"
    assert "archivo.example" in made.hosts


def test_the_secret_key_is_made_once_by_whoever_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: kept_secret(path), range(64)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret.key"]


def test_the_environment_is_read_without_a_configured_django(tmp_path: Path) -> None:
    program = "import deploy.env; print(deploy.env.site().home)"
    environ = {"PATH": os.environ["PATH"], "LEGAJO_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environ, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, str(tmp_path)), run.stderr


def test_a_variable_that_is_not_described_cannot_be_read() -> None:
    with pytest.raises(KeyError):
        _Given({"LEGAJO_OTHER": "x"}).text("LEGAJO_OTHER")


def test_servers_are_named_by_their_urls(home: dict[str, str]) -> None:
    made = read_site(
        home | {"DATABASE_URL": "postgres://ana:se%40creto@db.example:5433/legajo?sslmode=require&pool_size=7"}
    )
    database = made.databases["default"]
    assert (database["OPTIONS"]["pool"]["max_size"], database["OPTIONS"]["application_name"]) == (7, "legajo")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "5433", "legajo")
    assert (database["USER"], database["PASSWORD"]) == ("ana", "se@creto")
    assert database["OPTIONS"]["sslmode"] == "require"
    assert read_site(home | {"CACHE_URL": "rediss://:clave@h:6380/2"}).caches["default"]["LOCATION"] == (
        "rediss://:clave@h:6380/2"
    )


def test_recognition_can_be_left_out_and_its_data_named(home: dict[str, str], tmp_path: Path) -> None:
    assert read_site(home | {"LEGAJO_OCR": "no"}).ocr_data == ""
    (tmp_path / "spa.traineddata").touch()
    assert read_site(home | {"TESSDATA_PREFIX": str(tmp_path)}).ocr_data == str(tmp_path)
    with pytest.raises(WrongValue, match="TESSDATA_PREFIX"):
        read_site(home | {"TESSDATA_PREFIX": str(tmp_path / "vacía")})
