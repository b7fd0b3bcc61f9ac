# Two commands matter: `make demo` and `make test`. Both begin with `make setup`.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test check format bench fuzz interop forgeries clean
PYTHON := .venv/bin/python

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: ## Install everything that running needs; starts nothing, leaves .venv/bin/coalizione
	@tools/setup.sh runtime

setup-dev: ## Install everything that the tests need too (Chromium and PostgreSQL where it may)
	@tools/setup.sh dev

demo: setup ## Start the practice LMS, the tool, its worker and the local room; Ctrl-C stops them
	@.venv/bin/coalizione demo

check: setup-dev ## Style, types, architecture and content
	@tools/check.sh

test: check ## Every check and every test, on SQLite and PostgreSQL, with a real browser
	@$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

format: setup-dev ## Rewrite the code in the house style
	@.venv/bin/ruff check --fix-only --quiet . ; .venv/bin/ruff format .

bench: setup-dev ## Measure side by side; see docs/benchmarks.md
	@$(PYTHON) bench/run.py

fuzz: setup-dev ## Send 100,000 mutated statements and odd requests to /xapi; see docs/xapi-validation.md
	@PYTHONPATH=. $(PYTHON) bench/fuzz.py
	@PYTHONPATH=. $(PYTHON) bench/fuzz_requests.py

interop: setup-dev ## Run against Open edX and an xAPI client of others; see docs/interoperation.md
	@$(PYTHON) -m interop
	@$(PYTHON) -m interop.xapi_client

forgeries: setup-dev ## Send every named forgery to us and to PyLTI1p3; writes docs/forgeries.md
	@$(PYTHON) -m interop.forgeries

clean: ## Forget what setup and the demo made (not your .venv)
	rm -rf var node_modules lms_plugin/static/vendor
