# A virtual environment is made in $(VENV) and kept up to date with pyproject.toml by
# the targets that need it; no environment has to be active.
PYTHON ?= python3
VENV ?= .venv
PY := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
# What takes long, or needs other packages, to show that models survive and travel.
PROMISES := tests/test_hostile.py tests/test_checkpoint.py tests/test_persistence.py \
	tests/test_chunks.py tests/test_packaging.py tests/export/test_pipelines.py \
	tests/model_selection/test_cluster.py tests/model_selection/test_optuna.py

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-all test-oracle test-promises lint format docs bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED)-examples ## tune a network on a raw table of loans and compare it
	$(PY) examples/01_credit_risk.py

test: lint $(INSTALLED)-series ## lint, then run all tests but the slow ones, with coverage
	$(PY) -m pytest -n 2 -m "not slow and not oracle" --cov --cov-report=term

test-all: $(INSTALLED)-test $(INSTALLED)-oracle $(INSTALLED)-series ## run all tests, slow ones and PyTorch's included
	$(PY) -m pytest

test-oracle: $(INSTALLED)-test $(INSTALLED)-oracle ## run the comparisons with PyTorch (installs it)
	$(PY) -m pytest -m oracle

test-promises: $(INSTALLED)-test $(INSTALLED)-cluster $(INSTALLED)-tune ## attack, kill, tune and scatter at length (installs Dask, Ray, Optuna)
	$(PY) -m pytest -n 2 $(PROMISES)

lint: $(INSTALLED)-test ## check style, types and the direction of imports
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

format: $(INSTALLED)-test ## format the code and fix what can be fixed
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

docs: $(INSTALLED)-docs $(INSTALLED)-series ## build the documentation into docs/_build/html
	$(PY) -m sphinx -W --keep-going -q -d docs/_build/doctrees docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

bench: $(INSTALLED)-bench $(INSTALLED)-series ## time skdeep against other libraries (installs PyTorch)
	$(PY) -m benchmarks

clean: ## remove the environment, caches and reports
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis
	rm -rf docs/_build docs/auto_examples docs/generated docs/sg_execution_times.rst
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Only data files of these are read; what they require would replace pandas.
$(INSTALLED)-series: | $(PY)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps aeon ISLP
	@touch $@

# One stamp for each extra, $(INSTALLED)-EXTRA.
$(INSTALLED)-%: pyproject.toml | $(PY)
	@echo "Installing skdeep and what '$*' needs into $(VENV) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	@touch $@

# A half-made environment would pass for a whole one in the next run.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit("skdeep needs Python 3.11 or newer: make PYTHON=python3.11 ..." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
