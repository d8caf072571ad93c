# Two commands do all the set-up on a machine with Python 3.11 or newer: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test test-all bench lint docs install clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[dev,fast]"
	touch $@

install: $(VENV)/.installed  ## the virtual environment with everything for development

demo: $(VENV)/.installed  ## the whole job on the sample data
	$(BIN)/influence demo --output demo

test: $(VENV)/.installed  ## everything that takes less than ten minutes on two cores
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: $(VENV)/.installed  ## the slow ones too
	$(BIN)/python -m pytest -n 2

bench: $(VENV)/.installed  ## measure quality and speed; reads the public data beside the project (INFLUENCE_DATA)
	$(BIN)/python -m pip install --quiet --editable ".[bench]"
	$(BIN)/python -m benchmarks

lint: $(VENV)/.installed  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.installed  ## pages that are generated from the code
	$(BIN)/python docs/build_tables.py
	$(BIN)/python docs/build_cli.py
	$(BIN)/python docs/build_formats.py

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache
