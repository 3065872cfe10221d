# dianjin: `make demo` and `make test` are all that a newcomer needs.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
WEB := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web_client
PYTEST := $(BIN)/pytest -q
ROOMS := models vision generative_codes trace_backend ar_service

.PHONY: help setup setup-dev setup-test demo serve test check lint unit web web-check bench bench-reading docs peers pictures clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/serving: pyproject.toml constraints.txt
	.ci/system-packages base
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/developing: $(VENV)/serving
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable '.[heic]'
	touch $@

web_client/node_modules/installed: web_client/package.json web_client/package-lock.json $(VENV)/developing
	$(WEB) ci --no-audit --no-fund --loglevel=error
	touch $@

setup: $(VENV)/serving ## install what serving and the demo need

setup-dev: $(VENV)/developing web_client/node_modules/installed ## install linters, test tools and the web tool chain

setup-test: setup-dev ## also install Chromium, PostgreSQL, poppler, Ghostscript, librsvg and Chinese fonts
	.ci/system-packages test

demo: setup ## seed, print, photograph and verify made labels; writes var/demo/report.html
	$(BIN)/dianjin demo

serve: setup ## start the service and its pages on this machine
	$(BIN)/dianjin serve

test: setup-test ## all tests: slow, browser, SQLite and PostgreSQL, web
	$(WEB) run test
	.ci/with-postgres $(PYTEST) -n 2 --dist loadfile -p no:benchmark -m "not bench and not gpu"

check: setup-dev lint web-check unit ## what every commit must pass

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup-dev
	$(PYTEST) -n 2 --dist loadfile -p no:benchmark

web-check: setup-dev
	$(WEB) run check

web: setup-dev ## build the pages into ar_service/pages
	$(WEB) run build

bench: setup-test ## speed, as ratios against named peers in the same run
	.ci/with-postgres $(PYTEST) -m bench --benchmark-columns=median,iqr,ops --benchmark-sort=name -s

peers: setup-dev ## our styled codes beside qr-code-styling and amazing-qr, as a table
	PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix bench/peers ci --no-audit --no-fund --loglevel=error
	python3 -m venv var/peers/amazing-qr && var/peers/amazing-qr/bin/pip install --quiet amzqr==0.1.0
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m bench.peers

bench-reading: setup-dev ## reading codes: rates and times beside other readers (zbar where pyzbar is installed)
	OPENBLAS_NUM_THREADS=1 $(PYTEST) -m bench -p no:benchmark tests/vision/codes/test_reading_bench.py

docs: setup-dev ## build the documentation into site/
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group docs
	$(BIN)/mkdocs build --strict

pictures: setup-test ## make the documents' pictures anew: browser tests, demo, report
	mkdir -p var/pictures
	DIANJIN_SCREENSHOTS=$(CURDIR)/var/pictures $(PYTEST) tests/web_client -m e2e -p no:benchmark
	$(BIN)/dianjin demo
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --disable-background-networking \
		--window-size=1200,1780 --screenshot=var/pictures/report.png file://$(CURDIR)/var/demo/report.html
	$(BIN)/python docs/pictures.py var/pictures var/demo

clean: ## remove what the targets made, the virtual environment included
	rm -rf $(VENV) var site web_client/node_modules
