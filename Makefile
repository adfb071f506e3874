# Everything runs in .venv, which is made on first use; only `make run` needs nothing but Python.
VENV := .venv
PYTHON ?= python3
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help run test quick check docs bench

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start the service; without settings, in demo mode
	PYTHONPATH=src $(PYTHON) -m tener_interview

test: $(READY) ## Run the tests
	$(VENV)/bin/pytest

quick: $(READY) ## Run the tests that need no browser, kill nothing and take no seconds each
	$(VENV)/bin/pytest -m 'not (browser or kills or load)'

check: $(READY) ## Run ruff, mypy and the tests
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest

docs: ## Write what documents say of the code: tables of the README, docs/api.md
	PYTHONPATH=src:tests $(PYTHON) -m documents

bench: $(VENV)/.bench ## Measure beside other servers, and put the tables into docs/benchmarks.md and the README
	PYTHONPATH=src:tests $(VENV)/bin/python -m benchmarks --docs

$(VENV)/.bench: $(READY)
	$(VENV)/bin/pip install --quiet -e '.[bench]'
	@touch $@

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet -e '.[dev,test]'
	@touch $@
