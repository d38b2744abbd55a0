# make demo   set up an environment, evaluate the census model, say where the report lies
# make test   set up an environment, check the code and run the tests
# make bench  measure what the README promises: start-up, census, the engine, its peers, coverage, verdicts
# make bench-more  100 million rows, and coverage of every metric of curves, values and rankings, drift
# make schemas, make sample  write the JSON Schemas, and the sample report with its pictures, again

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test bench bench-more check schemas sample clean

demo: $(VENV)/installed
	@echo "specgen run specs/census/spec.yaml"
	@$(BIN)/specgen run specs/census/spec.yaml || test $$? -eq 1

test: $(VENV)/installed-dev check
	$(BIN)/python -m pytest -n auto

check: $(VENV)/installed-dev
	$(BIN)/ruff check specgen tests specs
	$(BIN)/ruff format --check specgen tests specs
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed-dev
	$(BIN)/python tests/benchmarks/startup.py
	$(BIN)/python tests/benchmarks/census.py
	$(BIN)/python tests/benchmarks/reports.py
	$(BIN)/python tests/benchmarks/history.py
	$(BIN)/python tests/benchmarks/engine.py
	$(BIN)/python tests/benchmarks/peers.py
	$(BIN)/python tests/benchmarks/coverage_counts.py
	$(BIN)/python tests/benchmarks/verdicts.py
	$(BIN)/python tests/benchmarks/advice.py
	$(BIN)/python tests/benchmarks/adapters.py
	$(BIN)/python tests/benchmarks/kills.py
	$(BIN)/python tests/benchmarks/search.py

bench-more: $(VENV)/installed-dev
	$(BIN)/python tests/benchmarks/engine.py --more 100000000
	$(BIN)/python tests/benchmarks/planned_power.py
	$(BIN)/python tests/benchmarks/coverage_curves.py
	$(BIN)/python tests/benchmarks/coverage_values.py
	$(BIN)/python tests/benchmarks/coverage_ranking.py
	$(BIN)/python tests/benchmarks/drift.py
	$(BIN)/python tests/benchmarks/sanity.py

schemas: $(VENV)/installed
	$(BIN)/specgen schema > specs/specgen.schema.json
	$(BIN)/specgen schema --results > specs/results.schema.json

sample: $(VENV)/installed
	rm -rf reports/census-employment reports/sample && mkdir -p reports/sample
	$(BIN)/specgen run specs/census/spec.yaml --quiet || test $$? -eq 1
	cp reports/census-employment/*/report.pdf reports/sample/
	pdftoppm -png -r 80 -f 1 -l 1 -singlefile reports/sample/report.pdf reports/sample/page-one
	$(BIN)/python .ci/slice_chart.py reports/census-employment/*/report.html reports/sample/slices.png
	rm -rf reports/census-employment

$(VENV)/bin/python:
	@sh .ci/system $(PYTHON)
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@sh .ci/system $(PYTHON)
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@sh .ci/system $(PYTHON) browser
	$(PIP) --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
