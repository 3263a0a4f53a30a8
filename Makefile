# make run       the bot, with its playground on http://127.0.0.1:3000
# make test      every test there is, on every core
# make quick     the tests that need no browser, no PostgreSQL and no process of their own, in less than a minute
# make check     style, spelling, types, layers, content
# make bench     speed and memory, as ratios of one run
# make faults    kills, stops and hostile platforms, feeds and people for half an hour; RUNS="postgres stops" makes only these
# make replay    ARCHIVE="a.pdf b.pdf": messages of CBP's archive files, sent again through the whole pipeline
# make pictures  every card and post, drawn into pictures/ (index.html shows all)
# make lock      writes the requirement files from pyproject.toml

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Compiles as pip does when it installs: where Python must not write bytecode (as in many containers), every start would compile
# everything. In a read-only folder this fails, and the start is only slower.
COMPILE = $(BIN)/python -m compileall -qq bot content handlers jobs || true

# Two workers a core, because many tests wait for a process, a browser or a feed. Workers take tests from each other, so that none waits
# at the end. More than eight would need more connections than PostgreSQL has.
# Bytecode is written in any case: without it every worker and every process that a test starts would compile everything.
WORKERS = $(shell $(BIN)/python -c 'import os; print(min(8, 2 * (os.cpu_count() or 1)))')
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

# How coverage counts lines: before Python 3.12 (sys.monitoring) that doubles the time of the tests, so there it is done in CI alone.
CORE = $(shell $(BIN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")')
COVERAGE = $(if $(filter sysmon,$(CORE))$(CI),--cov)

# The command of this checkout, from wherever it is called. With -P, a folder `bot` in the current directory is not taken for the bot.
define TRADEBOT
#!/bin/sh
self=$$0
if [ -L "$$self" ]; then self=$$(readlink -f "$$self"); fi
bin=$${self%/*}
PYTHONPATH="$$bin/../.." exec "$$bin/python" -P -m bot "$$@"
endef
export TRADEBOT

.DEFAULT_GOAL := help
.PHONY: help run test quick check bench faults replay pictures lock clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

# One stamp per requirement file: a second start installs nothing.
$(VENV)/runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(BIN)/tradebot: $(VENV)/runtime Makefile
	@printf '%s\n' "$$TRADEBOT" > $@
	@chmod +x $@

$(VENV)/dev: $(VENV)/runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(BIN)/tradebot
	@$(COMPILE)
	@$(BIN)/tradebot run

test: $(VENV)/dev $(BIN)/tradebot
	COVERAGE_CORE=$(CORE) $(PYTEST) $(COVERAGE)

quick: $(VENV)/dev
	$(PYTEST) -m "not browser and not postgres and not process and not slow"

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot check

bench: $(VENV)/dev
	@$(COMPILE)
	$(BIN)/python -m tests.benchmarks

faults: $(VENV)/dev
	$(BIN)/python -m tests.faults $(RUNS)

replay: $(VENV)/dev
	$(BIN)/python -m tests.replay $(ARCHIVE) $(if $(ITEMS),--items $(ITEMS))

pictures: $(VENV)/dev
	$(BIN)/python -m tests.support.pictures pictures

lock: $(VENV)/dev
	$(BIN)/uv pip compile pyproject.toml --quiet --extra archive --extra postgres --extra teams --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --quiet --extra archive --extra postgres --extra teams --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) pictures build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
