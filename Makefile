# Everything a newcomer needs: `make run`, `make test`. `make` lists the rest.
#
# A step runs again only if the content of its inputs has changed
# (tools/when_changed.py), so every target may list all the steps it needs.

PYTHON ?= python3
BIN := .venv/bin
NODE := $(BIN)/python tools/node.py
WHEN_CHANGED := $(PYTHON) tools/when_changed.py
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

PROJECTS := pyproject.toml sdk/pyproject.toml
# Suites that start their own servers or browsers. Each suite runs in one process, so that it starts
# them once; two suites run at a time.
APART := $(addprefix tests/,applications demo e2e faults handbook hosts packaging serve)

WIDGET_TOOLS := widget/package.json widget/package-lock.json
WIDGET_SOURCES := widget tools/node.py
WIDGET_BUILT := server/sayso_server/static/widget/manifest.json
PACKAGE_BUILT := widget/dist/index.d.ts

.DEFAULT_GOAL := help
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif
.PHONY: help run test check bench picture sheet looks proof docs build format lock clean
.PHONY: check-python check-widget test-widget
.PHONY: venv run-deps dev-deps node-deps widget package browser browsers

help:  ## show this list
	@grep -hE '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/:.*  ## /\t/' | expand -t 12

run: run-deps widget  ## set up and start Sayso with the demo shop; Ctrl-C stops it
	@exec $(BIN)/python -m demo

test:  ## set up and run everything: checks, the widget's tests, the server's
	@$(MAKE) --no-print-directory -j 2 --output-sync=target SIDE_BY_SIDE=yes check test-widget browser
	$(BIN)/python -m pytest -n 2 --durations=10 $(APART:%=--ignore=%)
	$(BIN)/python -m pytest -n 2 --durations=10 --dist loadscope $(APART)

check: check-python check-widget  ## lint, format, types, rooms and layers, dependencies, dead code

check-python: dev-deps
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry server demo
	cd sdk && ../$(BIN)/deptry src
	$(BIN)/python tools/dead_code.py

check-widget: node-deps
	$(NODE) npm run check

test-widget: widget package
	$(NODE) npm run test

bench: dev-deps widget browser  ## measure what DESIGN's budgets promise
	$(BIN)/python -m tests.bench

picture: dev-deps widget browser  ## take the README's picture of the popup from the demo
	$(BIN)/python -m tests.e2e.readme_picture docs/popup.png

sheet: dev-deps widget browser  ## take pictures of every kind of question into TO=folder
	$(BIN)/python -m tests.e2e.contact_sheet $(or $(TO),.cache/sheets)

looks: dev-deps widget browser  ## accept what the popup looks like now as what the tests expect
	@$(BIN)/python -m tests.e2e.looks

proof: dev-deps widget package browsers  ## the long proofs: load, faults, all browsers, big fuzz
	$(BIN)/python -m pytest -m proof

docs: dev-deps  ## build the handbook's site into dist/handbook
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

build: dev-deps widget package  ## the two distributions, as wheel and sdist, and the npm package, in dist/
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m build --outdir dist sdk
	$(NODE) npm pack ./dist --pack-destination ../dist

format: dev-deps node-deps  ## put Python and TypeScript into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NODE) npm exec -- biome check --write .

lock:  ## resolve requirements/*.in into requirements/*.txt; UPGRADE=1 takes newer versions
	@set -e; place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; \
	$(PYTHON) -m venv "$$place"; \
	"$$place/bin/python" -m pip --disable-pip-version-check install --quiet uv; \
	lock() { "$$place/bin/uv" pip compile --quiet --universal --python-version 3.11 \
	  --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) "$$@"; }; \
	lock $(PROJECTS) requirements/run.in -o requirements/run.txt; \
	lock requirements/dev.in -o requirements/dev.txt

clean:  ## remove all that was built or installed here
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf dist server/sayso_server/static widget/dist widget/node_modules

# The steps ---------------------------------------------------------------------------

venv:
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv

run-deps: venv
	@$(WHEN_CHANGED) .venv/.run requirements/run.txt $(PROJECTS) -- sh -ec '\
	  echo "Installing what the server needs …"; \
	  $(PIP) -r requirements/run.txt; \
	  $(PIP) --no-deps --no-build-isolation -e . -e sdk'

dev-deps: run-deps
	@$(WHEN_CHANGED) .venv/.dev requirements/dev.txt -- sh -ec '\
	  echo "Installing what the tests need …"; \
	  $(PIP) -r requirements/dev.txt'

node-deps: venv
	@$(WHEN_CHANGED) .cache/node-deps $(WIDGET_TOOLS) --makes widget/node_modules -- sh -ec '\
	  echo "Installing what the widget is built with …"; \
	  $(NODE) npm ci'

widget: node-deps
	@$(WHEN_CHANGED) .cache/widget $(WIDGET_SOURCES) --makes $(WIDGET_BUILT) -- \
	  $(NODE) npm run build

package: widget
	@$(WHEN_CHANGED) .cache/package $(WIDGET_SOURCES) --makes $(PACKAGE_BUILT) -- \
	  $(NODE) npm run package

browser: dev-deps
	@$(BIN)/python -m tools.browser

browsers: browser
	@$(BIN)/python -m tools.other_browsers
