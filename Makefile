# Every task of this repository; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

BIN := .venv/bin
# The first Python that is new enough; `make PYTHON=/path/to/python3 ...` chooses another.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$name && break; done)

.PHONY: help setup demo test check ci browser postgresql generate picture lock bench torture fuzz

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.ready ## put the environment in .venv

.venv/.ready: requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it, or name it: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch .venv/.ready

demo: setup ## run the bot in its sandbox: no accounts, nothing leaves this machine
	@$(BIN)/python -m sandbox

test: setup ## run the tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: setup ## formatting, lint, types, architecture, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot generate --check

ci: browser postgresql check test ## everything that must pass before a change lands

bench: setup ## compare the bot with a plain Bolt app
	@$(BIN)/python -m benchmarks

fuzz: setup ## try odd input on the whole bot; SECONDS=600 for longer than two minutes
	@$(BIN)/python -m tests.fuzz --seconds $(or $(filter-out 0,$(SECONDS)),120)

torture: postgresql setup ## kill, freeze and load the delivery on both databases (minutes)
	@$(BIN)/python -m tests.torture

browser: ## install Chromium for the tests of the page, where it is missing (Debian, Ubuntu)
	@.ci/install-browser

postgresql: ## start PostgreSQL for the tests that run on it, installed where it is missing (Debian, Ubuntu)
	@.ci/install-postgresql

generate: setup ## write the files that are made from the code
	$(BIN)/python -m bot generate

picture: browser setup ## take the README's picture of the sandbox anew
	$(BIN)/python -m tests.browser.picture docs/sandbox.png

lock: setup ## pin the dependencies of pyproject.toml anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev --output-file requirements-dev.txt pyproject.toml
