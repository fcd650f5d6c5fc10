# Two commands are all a newcomer needs: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
STAMP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev

.PHONY: run install test lint bench screenshots format clean

run: install  ## install, import the demo reports, serve on http://127.0.0.1:8000
	$(BIN)/python -m service.demo
	$(BIN)/samanyar serve

install: $(STAMP)  ## create .venv with the command .venv/bin/samanyar

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -c constraints.txt -e '.[ocr]'
	@touch $(STAMP)

$(DEV): $(STAMP)
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $(DEV)

test: $(DEV) lint  ## lint, types, import contracts, then every test
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV)  ## speed and memory, as ratios from one run; pages with 10,000 reports
	$(BIN)/python -m training.bench
	$(BIN)/python -m training.bench_index
	$(BIN)/python -m service.bench

screenshots: $(DEV)  ## the pictures of the README, anew; needs chromium
	$(BIN)/python -m tests.e2e.screenshots

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .import_linter_cache
