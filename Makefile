# All that is assumed: make, Python 3.11 or later with venv, and a package index that pip can reach.
# What is built lies in .venv and .build; `make clean` removes both.

PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
    $$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
WORKERS ?= 2
BIN := .venv/bin

# Steps share one .venv and print as they go: they run one after the other, also under `make -j`.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help setup provide demo test check lint format torture bench docs lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1~\2/p' $(MAKEFILE_LIST) | awk -F'~' '{ printf "%-16s %s\n", $$1, $$2 }'

setup: ## create .venv from the lock and install this project into it
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later with venv was found; name one: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) tools/setup.py

provide: setup ## generate the second locale, and an environment for each other Python found
	@$(BIN)/python tools/provide.py

demo: setup ## run the example campaign from its first day to its last
	@$(BIN)/party-workflow demo

test: check provide ## everything that has to hold: style, types, imports, tests
	@echo "== tests"
	@$(BIN)/python tools/refusals.py --clear
	@$(BIN)/pytest -q -n $(WORKERS) -m "not torture"
	@$(BIN)/python tools/refusals.py

check: setup
	@echo "== style"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "ruff would format these files differently; run: make format" >&2; $(BIN)/ruff format --check . ; exit 1; }
	@echo "== types"
	@$(BIN)/mypy
	@echo "== imports"
	@$(BIN)/lint-imports --no-logo --cache-dir .build/imports

lint: check ## style, types and imports only

format: setup ## sort imports and format
	@$(BIN)/ruff check --select I --fix --quiet .
	@$(BIN)/ruff format .

torture: provide ## the long runs: killed imports at random moments, any command at any time
	@$(BIN)/pytest -q -n $(WORKERS) -m torture
	@cat .build/driven.txt

bench: setup ## ratios against named baselines, in one run each
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

docs: setup ## write the generated pages of the reference again
	@$(BIN)/python tools/reference.py

lock: ## choose versions again within pyproject.toml (UPGRADE=--upgrade takes the newest)
	@$(PYTHON) tools/lock.py $(UPGRADE)

clean: ## remove what make has built
	@rm -rf .venv .build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	@echo "removed .venv, .build and caches"
