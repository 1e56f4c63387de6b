# The one entry to the project: `make help` says what there is.
# PYTHON= takes another Python 3.11, PORT= another port, SCALE= more demonstration data, ARGS= options for pytest.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
PORT ?= 8000
SCALE ?= 1
ARGS ?=
RUN = .venv/bin/python -m

.PHONY: demo test check requirements report clean lock bench help ready
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+: .*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

demo: ready ## the product with demonstration data on http://localhost:8000 (PORT= changes it); Ctrl-C stops it
	@exec $(RUN) tools.demo --port "$(PORT)" --scale "$(SCALE)"

test: ready ## the whole suite, browser tests included where Chromium is or can be installed
	@exec $(RUN) tools.run_tests $(ARGS)

check: ready ## style, types, layers, templates, migrations, messages, budgets
	@exec $(RUN) tools.check

requirements: ready ## the tests of each promise; fails on one that is due and has none
	@exec $(RUN) tools.requirements

report: ready ## cross-sections of the demonstration and, where present, the real data into out/
	@exec $(RUN) tools.report

bench: ready ## the measurements in benchmarks/
	@exec $(RUN) tools.bench $(ARGS)

lock: ready ## remake the lock files in requirements/ from pyproject.toml (needs uv)
	@exec $(RUN) tools.lock

clean: ## stop the embedded servers and remove .local and out, with all demonstration data
	@exec $(PYTHON) tools/clean.py

ready:
	@exec $(PYTHON) tools/bootstrap.py
