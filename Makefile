# make run | test | check | bench | bench-rosters | bench-own | tools | clean. Everything is installed into this folder: .venv and .tools.
SHELL := /bin/bash
CITY ?= on
TOOLS := $(CURDIR)/.tools
PY := .venv/bin/python
SOURCES := main.py bench config dashboard deploy records routing scheduler tests
BASE := .venv/.base.$(shell sha256sum requirements.txt 2>/dev/null | cut -c1-12)
DEV := .venv/.dev.$(shell cat requirements.txt tests/requirements.txt 2>/dev/null | sha256sum | cut -c1-12)

# Compiled modules are kept, whatever the caller's environment says: tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check bench bench-rosters bench-own tools test-tools clean

run: tools
	@exec $(PY) main.py run --city $(CITY)

# The first minute of tests waits for telephones: types are checked beside it.
test: $(DEV) test-tools
	@$(MAKE) --no-print-directory -j 2 suite static

# Tests wait more than they compute: three at once, each file by itself.
.PHONY: suite
suite: $(DEV)
	.venv/bin/pytest -n 3 --dist loadfile --no-loadscope-reorder

check: $(DEV) static
	.venv/bin/pytest -q -n 2 --ignore tests/telephone --ignore tests/browser -m "not telephone and not browser and not postgres and not slow"

.PHONY: static
static: $(DEV)
	.venv/bin/ruff format --check -q $(SOURCES)
	.venv/bin/ruff check -q $(SOURCES)
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: $(DEV) test-tools
	$(PY) -m bench

# The published instances, ten minutes each; ARGS="--seconds 60 9 10" for less.
bench-rosters: $(DEV)
	$(PY) -m bench.rosters_yardstick $(ARGS)

# Rosters of the hotline's own size, beside one CP-SAT model; ARGS="--people 30 --seconds 60" for less.
bench-own: $(DEV)
	$(PY) -m bench.rosters_own $(ARGS)

tools: $(BASE)
	@deploy/install_asterisk.sh "$(TOOLS)"
	@deploy/install_tools.sh "$(TOOLS)"
	@deploy/install_scripts.sh "$(TOOLS)" "$(CURDIR)/$(PY)"

test-tools: tools
	@deploy/install_tools.sh "$(TOOLS)" --tests
	@deploy/install_scripts.sh "$(TOOLS)" "$(CURDIR)/$(PY)" --tests

$(BASE):
	@deploy/make_venv.sh requirements.txt
	@rm -f .venv/.base.* && touch $@

$(DEV): $(BASE)
	@deploy/make_venv.sh tests/requirements.txt
	@rm -f .venv/.dev.* && touch $@

clean:
	rm -rf .venv .tools var .mypy_cache .ruff_cache .pytest_cache .hypothesis
