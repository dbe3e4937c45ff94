# Baton. Each target sets up what it needs; `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help setup demo test down lint format migration types screenshots lock clean

BATON := .venv/bin/baton

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with everything in it (quick when it is there)
	@.ci/setup

demo: setup ## start everything on this machine and run the examples through it
	@$(BATON) demo

test: setup ## lint and run all tests
	@.ci/test

down: ## stop what `make demo` started; the data stays
	@if [ -x $(BATON) ]; then $(BATON) down; else echo "Nothing was set up here, so nothing runs."; fi

lint: setup ## ruff, mypy, import-linter; tsc and biome for the dashboard
	@.ci/lint

format: setup ## let ruff and biome put the code into shape
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .
	@PATH="$$PWD/.venv/bin:$$PATH" .venv/bin/npm --prefix dashboard run --silent format

migration: setup ## write supabase/migrations from sql/
	@.venv/bin/python -m worker.schema

types: setup ## write dashboard/types from sql/
	@.venv/bin/python -m worker.local.typescript

screenshots: setup ## take the pictures in docs/images anew: every page of the dashboard, and commands
	@.venv/bin/python -m tests.browser.screenshots

lock: setup ## write requirements.lock from pyproject.toml
	@.ci/lock

clean: down ## stop, and remove .venv and caches; what runs recorded stays
	@rm -rf .venv node_modules dashboard/node_modules dashboard/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
