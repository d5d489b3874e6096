# Iterscope without Docker. `make help` lists the targets.
#   PYTHON=python3.12        the interpreter to make .venv from (default: the first of 3.11 or newer that is found)
#   TORCH_INDEX_URL=…        an index of torch's CPU-only wheels (PyTorch's site names it): 1 GB instead of 6
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

# Several processes share the cores in the tests; see trainer/iterscope_trainer/__init__.py. Three processes test at once: most tests wait for a browser or a child.
test: export OMP_WAIT_POLICY := passive
test: export OMP_NUM_THREADS := 1

.PHONY: help install develop browser up test lint format lock upgrade bench screenshots clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Make .venv with everything that is needed to use Iterscope

develop: $(VENV)/.developing ## The same and what the tests need

up: install ## Install, then start trainer, backend and dashboard; Ctrl-C stops them (ARGUMENTS="--port 9000")
	@exec $(BIN)/iterscope up $(ARGUMENTS)

test: develop browser ## Run every check: ruff, mypy, import-linter, pytest (ARGUMENTS="tests/db -x" narrows pytest)
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest --numprocesses=3 --dist=loadfile $(ARGUMENTS)

lint: develop ## Run the static checks: ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: develop ## Sort imports and format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: develop browser ## Measure probes, service and pages against their bounds (ARGUMENTS="page" narrows it)
	$(BIN)/python -m benchmarks $(ARGUMENTS)

screenshots: develop browser ## Draw the README's pictures from a running demo
	$(BIN)/python -m docs.screenshots $(ARGUMENTS)

browser: develop ## Chromium and a PostgreSQL server for the tests, where they are missing and may be installed
	@bash .ci/prepare $(BIN)/python

lock: develop ## Write requirements.lock from what .venv holds
	@{ sed -n '/^#/p' requirements.lock; \
	   $(BIN)/python -m pip freeze --all --exclude-editable | grep -E '^[A-Za-z0-9._-]+==[^ ]+$$' \
	     | grep -v -i '^pip==' | sed 's/+[A-Za-z0-9.]*$$//' | LC_ALL=C sort -f; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

upgrade: develop ## Take the newest versions that pyproject.toml allows, and lock them
	$(BIN)/python -m pip install --upgrade --upgrade-strategy eager --editable ".[dev]"
	@$(MAKE) --no-print-directory lock

clean: ## Remove .venv and caches; runs and checkpoints stay
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found: install it, or say PYTHON=/path/to/python" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make virtual environments: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 1; }

# The stamps: nothing is done again until pyproject.toml or the lock file changes.
$(VENV)/.installed: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing Iterscope into $(VENV) (torch is large: a few minutes the first time)"
	$(PIP_INSTALL) --editable ".[app,postgresql]"
	@touch $@

$(VENV)/.developing: pyproject.toml requirements.lock | $(BIN)/python
	@echo "Installing Iterscope and its tests into $(VENV) (torch is large: a few minutes the first time)"
	$(PIP_INSTALL) --editable ".[dev]"
	@touch $(VENV)/.installed $@
