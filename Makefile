# Two commands do all the set-up on a machine with Python 3.11 or newer: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo screenshots test test-all test-live test-lowest test-wheel dist bench mutate lint lock docs man install clean

$(VENV)/.installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

install: $(VENV)/.installed  ## the virtual environment with everything for development

demo: $(VENV)/.installed  ## the whole job on the sample data
	$(BIN)/influence demo --output demo

test: $(VENV)/.installed  ## everything that takes less than ten minutes on two cores
	$(BIN)/python -m pytest -n 2 -m "not slow and not live"

test-all: $(VENV)/.installed  ## the slow ones too
	$(BIN)/python -m pytest -n 2

test-live: $(VENV)/.installed  ## networks against real servers on this machine; docs/live.md says what each needs
	$(BIN)/python -m pip install --quiet "pelican>=4.11,<5"
	$(BIN)/python -m pytest -m live tests/networks/live

bench: $(VENV)/.installed  ## measure quality and speed; reads the public data beside the project (INFLUENCE_DATA)
	$(BIN)/python -m pip install --quiet --editable ".[bench]"
	$(BIN)/python -m benchmarks

mutate: $(VENV)/.installed  ## small changes of the core that no test notices; hours, one file: make mutate ONLY='influence.signals.shrinkage*'
	$(BIN)/python -m pip install --quiet "mutmut>=3.8,<4"
	$(BIN)/python -m mutmut run --max-children 2 $(if $(ONLY),'$(ONLY)')
	$(BIN)/python -m mutmut results

screenshots: $(VENV)/.installed  ## pictures of the app for docs/app.md, of synthetic data; every page: tools/screenshots.py FOLDER
	$(BIN)/python -m pip install --quiet --editable ".[app,browser]"
	$(BIN)/python tools/screenshots.py --docs

lint: $(VENV)/.installed  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: $(VENV)/.installed  ## choose versions anew; `make install` takes exactly these, by their hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --extra dev --extra fast \
		--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade -o requirements.lock

dist: $(VENV)/.installed  ## wheel and source archive in dist/, checked
	rm -rf dist
	$(BIN)/python -m pip install --quiet build twine
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m twine check --strict dist/*
	$(BIN)/python tools/check_dist.py dist

test-wheel: dist  ## the wheel in a fresh environment: the demo, the doctor, the server for assistants
	$(PYTHON) -m venv .venv-wheel
	.venv-wheel/bin/python -m pip install --quiet "$$(ls dist/*.whl)[app,mcp]"
	cd dist && ../.venv-wheel/bin/influence demo --output demo && ../.venv-wheel/bin/influence doctor
	cd dist && ../.venv-wheel/bin/influence mcp -w demo/influence.duckdb < /dev/null
	rm -rf .venv-wheel

test-lowest:  ## the tests on the lowest versions that pyproject.toml allows
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --upgrade pip uv
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct --editable ".[dev,fast]"
	.venv-lowest/bin/python -m pytest -n 2 -m "not slow and not live and not browser" -W "ignore:The anyio.abc.BlockingPortal alias:DeprecationWarning"

docs: $(VENV)/.installed  ## pages that are generated from the code, and the site in site/, warnings being errors
	$(BIN)/python docs/build.py
	$(BIN)/python -m sphinx -b html -W --keep-going -q docs site

man: $(VENV)/.installed  ## the manual page of all commands, from their help: man -l man/influence.1
	$(BIN)/python docs/build.py
	$(BIN)/python -m sphinx -b man -W -q docs man

clean:
	rm -rf $(VENV) .venv-lowest .venv-wheel demo build dist site man .mypy_cache .ruff_cache .pytest_cache
