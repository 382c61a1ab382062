# Each target sets up all it needs. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test test-full test-fast lint bench bench-search fuzz-search bench-hiding bench-move bench-bulk bench-backup bench-growing bench-extraction hostile faults faults-long drills drills-short format messages openapi graph lock services services-down
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
# Arguments for `manage.py up`, such as UP="--port 8080".
UP ?=
# Arguments for pytest, such as TESTS="tests/records -x".
TESTS ?=
# Which drills `make drills` plays.
DRILL ?= outages reindexing nodes imports visible
# Which S3 server `make services` starts: seaweedfs or minio.
S3 ?= seaweedfs

help:
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

# Made again whenever the lock changes; a half-made environment has no stamp and is made anew.
$(READY): requirements.lock .ci/tessdata
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Legajo needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/packages no-ensurepip=python3-venv
	@echo "Setting up $(VENV) from requirements.lock" >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@.ci/tessdata $(CURDIR)/$(VENV)
	@touch $@

demo: $(READY) ## the whole service with the sample commission, until Ctrl-C
	@exec $(PY) manage.py up --demo $(UP)

test: $(READY) ## every test, those in a real browser too
	@.ci/packages chromium=chromium
	@$(PY) -m pytest -n auto --dist loadfile $(TESTS)

test-full: services ## the tests that need the servers of the full profile, which it starts and leaves running
	@LEGAJO_FULL=1 $(PY) -m pytest -n auto --dist loadfile -m "full and not drill" $(TESTS)
	@echo "The uploads, files, readers and searches of every site, on PostgreSQL, the S3 and the Elasticsearch server" >&2
	@env LEGAJO_FULL=1 $$(grep -E '^(DATABASE|STORAGE|SEARCH)_URL=' var/services.env) \
		$(PY) -m pytest -n auto --dist loadfile tests/api tests/ingest tests/leaks
	@echo "What the database itself holds and refuses, on PostgreSQL" >&2
	@env LEGAJO_FULL=1 $$(grep -E '^DATABASE_URL=' var/services.env) \
		$(PY) -m pytest -n auto --dist loadfile -m "not full and not browser and not slow" tests/records tests/search tests/deploy

test-fast: $(READY) ## the tests that need neither a browser nor patience
	@$(PY) -m pytest -n auto --dist loadfile -m "not slow and not browser and not faults and not full" $(TESTS)

lint: $(READY) ## ruff, layers, types, missing migrations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(VENV)/bin/lint-imports
	@$(PY) -m mypy
	@$(PY) manage.py makemigrations --check --dry-run

bench: $(READY) ## norms a second, memory, and how well search answers (BENCH=norms-2000)
	@.ci/packages zstd=zstd
	@$(PY) -m tests.benchmarks.embedded $(BENCH)

bench-search: services ## both search engines asked the same: how well, how fast; fails where they differ by more than they may (BENCH=norms)
	@.ci/packages zstd=zstd
	@$(PY) -m tests.benchmarks.parity $(BENCH)

fuzz-search: services ## 5,000 questions of any kind asked of both engines; fails at an error of ours or a second (FUZZ=5000)
	@.ci/packages zstd=zstd
	@$(PY) -m tests.benchmarks.asking $(FUZZ)

bench-hiding: services ## what closed documents do to the time and order of a stranger's searches; fails where times tell
	@.ci/packages zstd=zstd
	@$(PY) -m tests.benchmarks.hiding

bench-move: services ## a whole site moved to the servers, killed once; fails where anything differs (BENCH=norms-2000)
	@.ci/packages zstd=zstd
	@$(PY) -m tests.benchmarks.moving $(BENCH)

bench-bulk: $(READY) ## 10,000 norms with a list: tried out, killed ten times, and measured beside the bare work (NORMS=10000)
	@.ci/packages zstd=zstd
	@$(PY) -m tests.benchmarks.bulk $(NORMS)

bench-backup: $(READY) ## a backup while norms come in, and an empty folder that becomes the site; fails where it differs (BENCH=norms-2000)
	@.ci/packages zstd=zstd
	@$(PY) -m tests.benchmarks.backing_up $(BENCH)

bench-growing: $(READY) ## 100,000 small documents in one batch while people go on: what grows (DOCUMENTS=100000)
	@$(PY) -m tests.benchmarks.growing $(DOCUMENTS)

bench-extraction: $(READY) ## how much of known texts is read, and how fast; fails where an aim is missed
	@$(PY) -m tests.benchmarks.extraction

hostile: $(READY) ## every file of the hostile set through the real children; fails where a promise is broken
	@$(PY) -m tests.hostile.run

faults: services ## every fault of docs/faults.md, played in both profiles
	@LEGAJO_FULL=1 $(PY) -m pytest -n auto --dist loadscope -m "fault or faults" tests $(TESTS)

faults-long: services ## the kill loop over every visit it can tell apart, in both profiles; fails where a promise is broken
	@mkdir -p var
	@$(PY) -m tests.faults.killing --visits all > var/faults-embedded.json & embedded=$$!; \
		$(PY) -m tests.faults.killing --profile servers --visits points > var/faults-servers.json; servers=$$?; \
		wait $$embedded; both=$$(($$? + servers)); cat var/faults-embedded.json var/faults-servers.json; exit $$both

drills: services ## bad days played on the real servers, each promise proved (DRILL=outages, reindexing, nodes, imports or visible)
	@.ci/packages zstd=zstd
	@for drill in $(DRILL); do $(PY) -m tests.drills $$drill || exit 1; done

drills-short: services ## each drill for seconds instead of minutes; the servers themselves are left alone
	@LEGAJO_FULL=1 $(PY) -m pytest -m drill tests/drills $(TESTS)

format: $(READY) ## put every file into shape
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

openapi: $(READY) ## write docs/openapi.yaml from the code
	@$(PY) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages: $(READY) ## collect the texts of pages and compile their Spanish (Debian's gettext)
	@$(PY) manage.py makemessages -l es --no-location --no-wrap --ignore '.venv*' --ignore 'tests/*' --ignore 'var/*'
	@msgfmt --check-format -o records/locale/es/LC_MESSAGES/django.mo records/locale/es/LC_MESSAGES/django.po

graph: $(READY) ## write the import graph of docs/architecture.md from the code
	@$(PY) -m deploy.import_graph --write

lock: ## write requirements.lock anew from pyproject.toml
	@deploy/lock.sh

services: $(READY) ## start PostgreSQL, Redis, an S3 server and Elasticsearch; their URLs go to var/services.env
	@$(PY) -m deploy.services up --s3 $(S3)

services-down: $(READY) ## stop the servers that `make services` started
	@$(PY) -m deploy.services down
