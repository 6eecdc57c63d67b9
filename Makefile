# Everything runs in a virtual environment in .venv, which is made on first use.
# With another interpreter: make test PYTHON=python3.12 (after `make clean` if the environment is there already).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# Exact versions of all that development needs, with their hashes: locks/README.md.
LOCKED := $(PIP) --require-hashes --requirement
UV_COMPILE := $(BIN)/python -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --upgrade \
  --generate-hashes --no-emit-index-url --no-header --no-annotate
# What is compiled into walint/data, and what compiles it.
SOURCES := pyproject.toml hatch_build.py $(shell find walint rules vocabulary fixtures -path walint/data -prune -o -type f -not -name '*.pyc' -print)

.DEFAULT_GOAL := help
.PHONY: help demo test lint format fuzz pack bench docs lock audit clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '%-14s%s\n' "$$name" "$$text"; done

demo: $(VENV)/installed ## Install walint and lint the examples
	@$(BIN)/walint check examples || test $$? -eq 1

test: $(VENV)/development $(VENV)/packed ## Run all tests
	@$(BIN)/python -m pytest -n 2

lint: $(VENV)/development $(VENV)/packed ## Check style, format, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/development ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/development $(VENV)/packed ## Time walint and its peers (BENCH="--real FOLDER --rounds 3")
	@$(BIN)/python -m bench.speed $(BENCH)

fuzz: $(VENV)/development $(VENV)/packed ## Fuzz every reader of hostile text, ten minutes each
	@$(LOCKED) locks/fuzz.txt
	$(BIN)/python -m fuzz

pack: $(VENV)/development ## Compile the rules and the vocabulary
	$(BIN)/python -m walint.policy.build
	@touch $(VENV)/packed

docs: $(VENV)/manual $(VENV)/packed ## Build the manual into build/site
	$(BIN)/python -m walint.manual
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet --strict
	@echo "The manual is in build/site. To read it: python3 -m http.server --directory build/site"

lock: $(VENV)/development ## Renew the versions in locks/
	@$(PIP) uv
	@$(UV_COMPILE) --extra dev --output-file locks/dev.txt
	@$(UV_COMPILE) --extra docs --constraint locks/dev.txt --output-file locks/docs.txt
	@$(UV_COMPILE) --extra fuzz --constraint locks/dev.txt --output-file locks/fuzz.txt

audit: $(VENV)/development ## Ask for known vulnerabilities of all that is locked
	@$(PIP) pip-audit
	$(BIN)/python -m pip_audit --disable-pip --require-hashes -r locks/dev.txt -r locks/docs.txt -r locks/fuzz.txt

clean: ## Remove the virtual environment and everything that was built
	rm -rf $(VENV) .fuzz build dist walint/data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Debian's Python comes without ensurepip; there the pip that is installed helps.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "walint needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null && $(PYTHON) -m venv $(VENV) || { \
	  $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }

# As users get it: a built package. Where the development install stands already, that one serves.
$(VENV)/installed: $(SOURCES) | $(BIN)/python
	@if test -e $(VENV)/development; then $(MAKE) --no-print-directory $(VENV)/packed; else $(PIP) .; fi
	@touch $@

$(VENV)/development: pyproject.toml hatch_build.py locks/dev.txt | $(BIN)/python
	@$(LOCKED) locks/dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/manual: locks/docs.txt | $(VENV)/development
	@$(LOCKED) locks/docs.txt
	@touch $@

$(VENV)/packed: $(SOURCES) | $(VENV)/development
	@$(BIN)/python -m walint.policy.build
	@touch $@
