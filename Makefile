# Everything a person or a machine runs. Each target makes its own environment.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
SHARED ?= ../shared

.PHONY: install report test format check build tables notebooks benchmarks clean

$(BIN)/.installed: pyproject.toml constraints-build.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]' \
		--constraint constraints-build.txt
	touch $@

install: $(BIN)/.installed

report: install  ## run the notebooks, write report/report.html, figures and tables
	$(BIN)/syriaconflict report --out report

test: install  ## style and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: install  ## sources only, every fault at once; anchors where the texts are
	$(BIN)/syriaconflict validate $(if $(wildcard $(SHARED)/seeds),--texts $(SHARED)/seeds)

build: install  ## sources -> tables, catalog, codebook
	$(BIN)/syriaconflict build $(if $(wildcard $(SHARED)/seeds),--texts $(SHARED)/seeds)

tables: build

notebooks: install  ## execute the notebooks and keep their outputs
	$(BIN)/python -c 'from syriaconflict.report import refresh_notebooks as r; r()'

benchmarks: install
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) report build dist
