# make demo: the main job, with no hardware. make test: every check. make case: files to print.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= out

.PHONY: help demo case download site test lint types arrows unit test-case system clean

help:
	@echo "make demo    set up what is needed and run the main job on the simulated clip"
	@echo "make case    set up what is needed and build the case: files to print, drawings"
	@echo "make download    as root: build the download without Python and try it (OLDER=FILE.deb:"
	@echo "                 as an update of that one too)"
	@echo "make site    set up what is needed and build the site, with pictures of the product"
	@echo "make test    set up and run every check"
	@echo "make test-case    set up the CAD library too and run the checks of the case's shape"
	@echo "make lint types arrows unit    one of them (after make test has set up)"
	@echo "make clean   remove the environment and all output"

demo: $(VENV)/.demo
	$(BIN)/leancue demo --out $(OUT)/demo

case: $(VENV)/.case
	$(BIN)/python -m boards.case --out $(OUT)/case

download: $(VENV)/.dev
	@$(PYTHON) tools/system_packages.py chromium debootstrap
	rm -f dist/leancue_*.deb dist/leancue-*.tar.xz
	$(BIN)/python tools/package/build_download.py --out dist
	$(BIN)/python tools/package/try_folder.py dist/leancue-*.tar.xz
	$(BIN)/python tools/package/smoke_test.py dist/leancue_*.deb --debian $(if $(OLDER),--older $(OLDER))

site: $(VENV)/.site
	@$(PYTHON) tools/system_packages.py chromium-headless-shell poppler-utils
	$(BIN)/python -m tools.site --out $(OUT)/site

# What waits for the network goes beside what does not; a fault is told before the tests begin.
test:
	@$(MAKE) --no-print-directory -j2 $(VENV)/.dev system
	@$(MAKE) --no-print-directory -j2 lint types arrows
	@$(MAKE) --no-print-directory unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/python tools/write_docs.py --check
	$(BIN)/python tools/check_wording.py

types: $(VENV)/.dev
	$(BIN)/mypy

arrows: $(VENV)/.dev
	$(BIN)/python tools/check_arrows.py

unit: $(VENV)/.dev system
	$(BIN)/python -m pytest -n auto --dist worksteal --durations=25

# Needs the CAD library, which `make test` does without.
test-case: $(VENV)/.dev $(VENV)/.case
	$(BIN)/python -m pytest -n auto tests/boards/case

# Debian programs that some tests use. Skipped where we are not root.
system:
	@$(PYTHON) tools/system_packages.py chromium-headless-shell dosfstools mtools poppler-utils

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.case: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[case]"
	@touch $@ $(VENV)/.demo

$(VENV)/.site: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[site]"
	@touch $@ $(VENV)/.demo

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -e ".[dev]"
	@touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) $(OUT) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
