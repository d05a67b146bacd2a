# `make` builds everything and grades a sample class; README.md says what else there is.

PYTHON ?= python3
BIN := .venv/bin
RELEASE := _build/release
CLASS := _build/sample-class
GRADES := _build/grades
OUT ?= $(SUBMISSIONS:/=)-grades
SEED := 2026
export PATH := $(CURDIR)/$(BIN):$(PATH)

sources = $(shell find $(1) -type f -not -path '*/__pycache__/*' -not -path '*/shipped/*')
SOLUTIONS := $(call sources,solutions)
LESSONS := $(call sources,lessons) $(SOLUTIONS)
ENGINE := $(call sources,autograder)
PAGES := $(call sources,book) _config.yml _toc.yml

.PHONY: all site release sample-class grades test lab serve grade clean

# The marks wait for no page, so a core that the book leaves idle makes them.
all: .venv/.made
	@$(MAKE) --no-print-directory --jobs=2 site grades
	@cat $(GRADES)/summary.txt
	@echo
	@echo "The book       _build/html/index.html         (make serve)"
	@echo "For students   $(RELEASE)/neural-networks-in-detail.zip   (make lab)"
	@echo "Marks          $(GRADES)/grades.csv, and a page for each student in $(GRADES)/feedback"

site: _build/html/.made
release: $(RELEASE)/.made
sample-class: $(CLASS)/.made
grades: $(GRADES)/.made

.venv/.made: requirements.txt requirements.lock.txt pyproject.toml
	@echo "Installing what the course needs into .venv ..."
	@if command -v uv > /dev/null; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) .venv && \
	  uv pip install --compile-bytecode --python $(BIN)/python -r requirements.txt -c requirements.lock.txt && \
	  uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
	  $(PYTHON) -m venv .venv && \
	  $(BIN)/pip install -r requirements.txt -c requirements.lock.txt && \
	  $(BIN)/pip install --quiet --no-deps -e . ; \
	fi
	@$(BIN)/python -m compileall -q autograder lessons solutions
	@touch $@

$(RELEASE)/.made: .venv/.made $(LESSONS) $(ENGINE) book/references.bib _toc.yml
	$(BIN)/autograder release --out $(RELEASE)
	@touch $@

_build/html/.made: $(RELEASE)/.made $(PAGES)
	$(BIN)/jupyter-book build . --warningiserror --nitpick --keep-going
	@touch $@

# The text of a lesson changes no code, so the class and its marks stay as they are.
$(CLASS)/.made: .venv/.made $(ENGINE) $(SOLUTIONS)
	$(BIN)/autograder sample-class --out $(CLASS)
	@touch $@

# Our own samples need no boundary, and so no bubblewrap.
$(GRADES)/.made: $(CLASS)/.made
	$(BIN)/autograder grade $(CLASS) --out $(GRADES) --jobs 2 --seed $(SEED) --isolation process
	@touch $@

# The matrices of the course are small: several threads of linear algebra only wait for each other.
site test: export OPENBLAS_NUM_THREADS = 1
test: site release
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest -n 2 $(ARGS)

lab: release
	@test -d my-notebooks || cp -r $(RELEASE)/neural-networks-in-detail my-notebooks
	$(BIN)/jupyter lab --notebook-dir my-notebooks

serve: site
	@echo "The book is at http://localhost:8000 (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

grade: .venv/.made
	@test -n "$(SUBMISSIONS)" || { echo "Say which folder: make grade SUBMISSIONS=path/to/folder"; exit 2; }
	$(BIN)/autograder grade "$(SUBMISSIONS)" --out "$(OUT)" --jobs 2

clean:
	rm -rf _build lessons/*/shipped
