# Everything runs in .venv, which is created on first use; `make run` needs only Python.
VENV := .venv
PYTHON ?= python3
READY := $(VENV)/.ready

# What Python and pytest keep of imported files spares them seconds each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test quick explore check docs bench

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start the service; without settings, in demo mode
	PYTHONPATH=src $(PYTHON) -m tener_interview

test: $(READY) ## Run the tests
	$(VENV)/bin/pytest

quick: $(READY) ## Run the fast tests: no browser, no killed processes, no PostgreSQL, no load
	$(VENV)/bin/pytest -m 'not (browser or kills or postgres or load)'

explore: $(READY) ## Search for faults with thousands of made-up inputs, others each time
	$(VENV)/bin/pytest --hypothesis-profile=explore -o timeout=0 \
	  $$(grep -rlE --include='test_*.py' '^from (hypothesis|made_up) import' tests)

check: $(READY) ## Run ruff, mypy and the tests
	$(VENV)/bin/ruff check
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest

docs: ## Write the generated parts of README.md and docs/api.md
	PYTHONPATH=src:tests $(PYTHON) -m documents

bench: $(VENV)/.bench ## Compare with other servers, and write the tables in docs/benchmarks.md and README.md
	PYTHONPATH=src:tests $(VENV)/bin/python -m benchmarks --docs

$(VENV)/.bench: $(READY)
	$(VENV)/bin/pip install --quiet -e '.[bench]'
	@touch $@

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet -e '.[dev,test]'
	@touch $@
