# `make` alone prints what there is. Everything installed goes into one virtual environment inside
# the checkout; nothing else on the machine is changed, apart from Fanal's own data folder.

VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

# The first Python that is recent enough, newest names last: a machine's own `python3` is preferred.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$name; break; }; done)

# The locks are complete, so nothing is resolved; modules are compiled when they are first used.
ifdef UV
INSTALL := $(UV) pip install --quiet --no-deps --python $(BIN)/python
MAKE_VENV := $(PYTHON) -m venv --clear --without-pip $(VENV)
else
INSTALL := $(BIN)/python -m pip install --quiet --no-deps --no-compile \
	--disable-pip-version-check --no-input
MAKE_VENV := $(PYTHON) -m venv --clear $(VENV)
endif

# What is compiled at its first use must be kept: without it every start compiles everything again.
unexport PYTHONDONTWRITEBYTECODE

CATALOGUES := $(wildcard translations/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.PHONY: help run test check bench translations lock screenshots clean

help: ## Print these targets
	@echo "Fanal: make <target>"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(VENV)/.run ## Start everything on this machine (PORT, FANAL_ENGINE, FANAL_DATA_DIR)
	@$(BIN)/fanal up

test: $(VENV)/.dev ## Run the whole suite, on both database engines (REQUIRE_ALL=1: no skips)
	@failed=0; \
	$(if $(REQUIRE_ALL),FANAL_ENGINE=postgis )$(BIN)/python -m pytest $(PYTEST) || failed=1; \
	echo "Once more on the portable engine, what depends on the engine:"; \
	FANAL_ENGINE=portable $(BIN)/python -m pytest -m engine $(PYTEST) || failed=1; \
	exit $$failed

check: $(VENV)/.dev ## Lint, types, layers, templates, catalogues, locks, compose file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/fanal translations check
	$(BIN)/python -m pytest -q tests/consistency/test_locks.py

bench: $(VENV)/.dev ## Measure the search, from the bare query to HTTP
	$(BIN)/python -m bench

translations: $(VENV)/.dev ## Gather the texts into the catalogues, and compile them
	$(BIN)/fanal translations update
	$(BIN)/fanal translations compile

lock: ## Pin every dependency by hash (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv: https://docs.astral.sh/uv/"; exit 1; }
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group build -c requirements-dev.lock -o requirements-build.lock

screenshots: $(VENV)/.dev ## Photograph the pages into docs/screenshots (needs chromium)
	$(BIN)/python -m tests.journeys.screenshots

clean: ## Remove what was installed and built; Fanal's data stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f translations/*/LC_MESSAGES/*.mo
	find directory tests bench migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------------------------
# The stamps below make a second `make run` start at once: each is older than what it was made from
# only if that changed.

LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-header \
	--no-emit-index-url --python-version 3.11

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Fanal needs Python 3.11 or later, and found none \
	(looked for python3, python3.13, python3.12, python3.11; PYTHON=/path/to/python names another)." >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@$(MAKE_VENV) || { rm -rf $(VENV); \
	echo "Python cannot make a virtual environment: on Debian, apt install python3-venv." >&2; exit 1; }

# What builds comes first, pinned too: a build in isolation would fetch whatever is newest.
$(VENV)/.installed: requirements-build.lock requirements.lock pyproject.toml hatch_build.py | $(BIN)/python
	@echo "Installing the locked dependencies (once; the longest part of a first start)"
	@$(INSTALL) --require-hashes -r requirements-build.lock
	@$(INSTALL) --require-hashes --no-build-isolation -r requirements.lock
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/.run: $(VENV)/.installed $(CATALOGUES)
	@$(BIN)/fanal translations compile
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo "Installing the tools of the tests"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
