# Each target does its own set-up: a fresh clone needs Python 3.11 and make, nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup demo test unit check bench bench-packages bench-redact chaos clean
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
ORDERS ?= 200
RATE ?= 5/s
MINUTES ?= 20

help: ## What can be made.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

venv:
	@$(PYTHON) infra/setup/bootstrap.py

setup: venv ## Python packages, Java libraries, ClickHouse's engine, the model: fetched once.
	@$(BIN)/inland setup

demo: setup ## A shop's day through every station. KEEP=1 leaves the platform running; ORDERS=200 RATE=5/s.
	@$(BIN)/inland demo --orders $(ORDERS) --rate $(RATE) $(if $(KEEP),--keep)

test: setup ## Unit tests, then platform tests on the real parts.
	@$(BIN)/pytest tests/unit tests/platform

unit: venv ## Unit tests alone, in seconds.
	@$(BIN)/pytest tests/unit

check: venv ## Lint, types, import rules.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo | tail -n +6

bench-packages: setup
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r infra/setup/bench.lock

bench: bench-packages ## Benchmarks; bench-<area> runs one: platform, cdc, delivery, gateway, mapping, redact, enrich, sink, query, recommend, compliance.
	@for each in tests/bench/bench_*.py; do $(BIN)/python -m tests.bench.$$(basename $$each .py) || exit 1; done

bench-redact: bench-packages
	@$(BIN)/python -m tests.bench.bench_redact $(if $(REPORT),--report $(REPORT))

bench-%: setup
	@$(BIN)/python -m tests.bench.bench_$*

chaos: setup ## Kill and disturb a platform under load, reconcile every event. SEED=7 repeats a run; MINUTES=20.
	@$(BIN)/python -m tests.chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) --json

clean: ## Stop the platform; delete the environment and all local state.
	@if [ -x $(BIN)/inland ]; then $(BIN)/inland down; fi
	rm -rf .venv .state .mypy_cache .ruff_cache .pytest_cache .hypothesis
