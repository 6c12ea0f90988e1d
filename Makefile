# The two commands: `make run` shows the portal at work, `make test` runs everything that this machine can run.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# One stamp for each set of packages: changed lock files install again.
RUN_READY := $(VENV)/.run-$(shell cat requirements/build.lock requirements/run.lock | sha256sum | cut -c1-12)
DEV_READY := $(VENV)/.dev-$(shell cat requirements/build.lock requirements/dev.lock | sha256sum | cut -c1-12)

help: ## Show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUN_READY) ## Serve the portal with demo data on http://HOST:PORT (default 127.0.0.1:8000)
	@scripts/system-packages.sh run
	@PORTAL_MODE=demo SITE_URL=http://$(HOST):$(PORT) $(BIN)/python manage.py compilemessages -v 0
	@PORTAL_MODE=demo $(BIN)/python manage.py migrate -v 0
	@PORTAL_MODE=demo $(BIN)/python manage.py collectstatic --noinput -v 0
	@PORTAL_MODE=demo SITE_URL=http://$(HOST):$(PORT) $(BIN)/python manage.py demo
	@PORTAL_MODE=demo SITE_URL=http://$(HOST):$(PORT) exec $(BIN)/python manage.py serve --host $(HOST) --port $(PORT)

test: $(DEV_READY) ## Run all tests that this machine can run; says what it skips and why
	@scripts/system-packages.sh test
	@PORTAL_MODE=test $(BIN)/python manage.py compilemessages -v 0
	PORTAL_MODE=test $(BIN)/python -m pytest -n 2 --dist worksteal -m "not nightly and not browser"
	PORTAL_MODE=test $(BIN)/python -m pytest -m "browser and not nightly"

test-fast: $(DEV_READY) ## Only the quick tests
	@PORTAL_MODE=test $(BIN)/python manage.py compilemessages -v 0
	PORTAL_MODE=test $(BIN)/python -m pytest -n 2 -m "not slow and not browser and not nightly"

test-nightly: $(DEV_READY) ## Large random runs (10,000 fact sets a scheme)
	PORTAL_MODE=test HYPOTHESIS_PROFILE=random $(BIN)/python -m pytest -n 2 -m nightly

lint: $(DEV_READY) ## ruff, mypy, import-linter, migrations, deploy check, rule check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PORTAL_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$(head -c 48 /dev/urandom | base64) ALLOWED_HOSTS=portal.example.jp PORTAL_MODE=production \
		SITE_URL=https://portal.example.jp CLAMD_ADDRESS=127.0.0.1:3310 PORTAL_VAR_DIR=$$(mktemp -d) \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	PORTAL_MODE=test $(BIN)/python manage.py rules check

bench: $(DEV_READY) ## Benchmarks; prints ratios of one interleaved run
	@scripts/system-packages.sh run
	PORTAL_MODE=test $(BIN)/python -m benchmarks

messages: $(DEV_READY) ## Collect texts to translate into portal/locale
	PORTAL_MODE=test $(BIN)/python manage.py makemessages -l en --no-location -i .venv -i var -i node_modules -i docs

lock: $(DEV_READY) ## Resolve requirements/*.in into hashed lock files
	cd requirements && for f in build run dev; do \
		../$(BIN)/uv pip compile -q --generate-hashes --no-header --universal --python-version 3.11 $$f.in -o $$f.lock; done

clean: ## Remove everything that the commands made (virtual environment, demo database, caches)
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/pip:
	@scripts/system-packages.sh build "$(PYTHON)"
	@$(PYTHON) -m venv $(VENV)

$(RUN_READY): $(VENV)/bin/pip
	@scripts/install.sh $(BIN) run
	@touch $@

$(DEV_READY): $(VENV)/bin/pip
	@scripts/install.sh $(BIN) dev
	@touch $@ $(RUN_READY)

.PHONY: help run test test-fast test-nightly lint bench messages lock clean
