# Everything a person or a machine runs. Each target makes its own environment.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
CLUSTERS = .venv-clusters
SITE = .venv-site
SHARED ?= ../shared
INPUTS ?= 200000
SEED ?= 1

.PHONY: install report test fuzz test-engines test-browser site format check build tables \
	notebooks benchmarks validators clean

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

fuzz: install  ## hostile inputs for everything that reads: INPUTS, SEED
	$(BIN)/python -m fuzz --inputs $(INPUTS) --seed $(SEED)

# apart, for pandera imports pyspark where it is, and that warns of pandas 3
$(CLUSTERS)/bin/.installed: pyproject.toml constraints-build.txt
	$(PYTHON) -m venv $(CLUSTERS)
	$(CLUSTERS)/bin/python -m pip install --quiet --upgrade pip
	$(CLUSTERS)/bin/python -m pip install --quiet --editable '.[test,clusters]' \
		--constraint constraints-build.txt
	touch $@

test-engines: $(CLUSTERS)/bin/.installed  ## panels on dask and Spark here; needs Java 17
	$(CLUSTERS)/bin/python -m pytest -m engines tests/test_panels.py

test-browser: install  ## the map in headless Chromium; needs chromium and chromedriver
	$(BIN)/python -m pip install --quiet --editable '.[test,browser]' \
		--constraint constraints-build.txt
	$(BIN)/python -m pytest -m browser tests/test_map_page.py

$(SITE)/bin/.installed: pyproject.toml constraints-build.txt
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --upgrade pip
	$(SITE)/bin/python -m pip install --quiet --editable '.[site]' \
		--constraint constraints-build.txt
	touch $@

site: $(SITE)/bin/.installed  ## the documentation as pages in site/, links checked
	rm -rf site
	$(SITE)/bin/python -m sphinx -q -W --keep-going -E -b html docs site
	rm -rf site/.doctrees
	$(SITE)/bin/python docs/check_links.py site

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

validators: install  ## metadata, GeoParquet, citation and licences, by others' validators
	$(BIN)/python -m pip install --quiet 'nox>=2025.5'
	$(BIN)/nox -s validate_frictionless validate_croissant validate_geoparquet \
		validate_cff validate_reuse

clean:
	rm -rf $(VENV) $(CLUSTERS) $(SITE) report site build dist fuzz-findings
