# Needs Python 3.11+, make and git; everything else is installed into .venv from the package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install lock demo run test test-processes lint audit sbom bench model model-multilingual model-scripts clean

# Install what requirements/$(1).lock lists, by its hashes and nothing else, and this package over it. pip's own output
# goes into a log; on a terminal its last line is shown while it works. A failure shows the end of the log.
define pip_install
@test -x $(BIN)/python || { \
  $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)' \
  && $(PYTHON) -m venv $(VENV); }
@echo "Installing $(2) into $(VENV) (about a minute the first time; log: $(VENV)/install.log) ..."
@rm -f $(VENV)/install.rc; { { $(BIN)/python -m pip install $(LOCKED) requirements/build.lock \
     && $(BIN)/python -m pip install $(LOCKED) requirements/$(1).lock \
     && $(BIN)/python -m pip install $(QUIETLY) --no-deps --no-build-isolation -e .; } >$(VENV)/install.log 2>&1; \
   echo $$? >$(VENV)/install.rc; } & \
 while kill -0 $$! 2>/dev/null; do \
   if [ -t 1 ]; then printf '\r\033[K  %s' "$$(tail -n 1 $(VENV)/install.log 2>/dev/null | cut -c 1-70)"; fi; sleep 1; \
 done; \
 if [ -t 1 ]; then printf '\r\033[K'; fi; \
 test "$$(cat $(VENV)/install.rc)" = 0 || { tail -n 30 $(VENV)/install.log; exit 1; }
@touch $@
endef
QUIETLY := --disable-pip-version-check --no-input
# What comes as source alone is built with the setuptools of build.lock, not with the newest. A lock lists all that is
# needed, and leaves out what libraries ask for and nothing imports (requirements/overrides.in): pip asks no library.
LOCKED := $(QUIETLY) --no-build-isolation --no-deps --require-hashes -r

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml requirements/demo.lock
	$(call pip_install,demo,meeting-proxy and the demo)

$(VENV)/.installed-test: pyproject.toml requirements/test.lock | $(VENV)/.installed
	$(call pip_install,test,what the tests need)

$(VENV)/.installed-lint: pyproject.toml requirements/lint.lock | $(VENV)/.installed
	$(call pip_install,lint,what the linters need)

# Resolves the ranges of pyproject.toml anew, for every Python and platform, and writes the locks with hashes. What the
# locks hold is kept where it still fits; `make lock UPGRADE=--upgrade` takes the newest releases.
LOCKING := .venv-lock
LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(UPGRADE) \
  --override requirements/overrides.in
lock:
	test -x $(LOCKING)/bin/uv || { $(PYTHON) -m venv $(LOCKING) && $(LOCKING)/bin/python -m pip install -q $(QUIETLY) 'uv>=0.9,<1'; }
	$(LOCKING)/bin/uv $(LOCK) --extra test --extra lint pyproject.toml requirements/service.in -o requirements/lint.lock
	$(LOCKING)/bin/uv $(LOCK) --extra test -c requirements/lint.lock pyproject.toml requirements/service.in -o requirements/test.lock
	$(LOCKING)/bin/uv $(LOCK) --extra demo -c requirements/lint.lock pyproject.toml requirements/service.in -o requirements/demo.lock
	$(LOCKING)/bin/uv $(LOCK) -c requirements/lint.lock pyproject.toml requirements/service.in -o requirements/server.lock
	$(LOCKING)/bin/uv $(LOCK) -c requirements/lint.lock requirements/build.in -o requirements/build.lock
	$(LOCKING)/bin/uv $(LOCK) requirements/audit.in -o requirements/audit.lock
	$(LOCKING)/bin/uv $(filter-out --override requirements/overrides.in,$(LOCK)) requirements/bench.in -o requirements/bench.lock

demo: install
	@$(BIN)/python -m examples.demo

# Serves the demo's configuration, whose recipient is the local summarizer, unless CONFIG names another.
run: install
	$(BIN)/meeting-proxy serve --config $(or $(CONFIG),config/demo.yaml)

test: install $(VENV)/.installed-test
	$(BIN)/python -m pytest $(ARGS)

# Some of the suites again, with proxies of three processes. PROCESSES=3 make test ARGS=tests/promises runs all of them so.
SHARED := tests/promises/test_withdrawn.py tests/e2e/test_reload.py::test_no_request_fails_while_the_settings_are_reloaded
test-processes: install $(VENV)/.installed-test
	PROCESSES=3 $(BIN)/python -m pytest -q $(SHARED)

lint: install $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What a server runs, as CycloneDX with the hashes of its lock; and whether a vulnerability of any of it is known. The
# second asks the package index and fails if that knows nothing of a package, so that it never passes unasked.
AUDITING := .venv-audit
SBOM ?= build/meeting-proxy.cdx.json
$(AUDITING)/.installed: requirements/audit.lock
	test -x $(AUDITING)/bin/python || $(PYTHON) -m venv $(AUDITING)
	$(AUDITING)/bin/python -m pip install -q $(QUIETLY) --no-deps --require-hashes -r requirements/audit.lock
	@touch $@

audit: $(AUDITING)/.installed
	$(AUDITING)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/server.lock

sbom: $(AUDITING)/.installed
	@mkdir -p $(dir $(SBOM))
	$(AUDITING)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o $(SBOM) requirements/server.lock

# Measures the proxy beside its peers, which have an environment of their own, and writes docs/performance.md: a quarter
# of an hour on an idle machine. QUICK=1 takes two minutes and writes build/performance.md.
BENCHING := .venv-bench
$(BENCHING)/.installed: requirements/bench.lock
	test -x $(BENCHING)/bin/python || $(PYTHON) -m venv $(BENCHING)
	$(BENCHING)/bin/python -m pip install -q $(LOCKED) requirements/bench.lock
	@touch $@

bench: install $(BENCHING)/.installed
	$(BIN)/python -m bench.side_by_side $(if $(QUICK),--quick)

# Trains the detection model anew on the sets in SETS and puts it where the package ships it: training/README.md.
TRAINING := .venv-training
define training_environment
test -x $(TRAINING)/bin/python || $(PYTHON) -m venv $(TRAINING)
$(TRAINING)/bin/python -m pip install --disable-pip-version-check --no-input -q -r training/requirements.txt
endef
model:
	@test -n "$(SETS)" || { echo "make model SETS=DIR: training/README.md says what DIR holds"; exit 2; }
	$(training_environment)
	$(TRAINING)/bin/python -m training.train --sets $(SETS) --out var/training/first --minutes 20
	$(TRAINING)/bin/python -m training.train --sets $(SETS) --out var/training/second --minutes 38 --rate 1.5e-4 \
	  --start var/training/first/tagger.safetensors
	$(TRAINING)/bin/python -m training.train --sets $(SETS) --out var/training/third --minutes 6 --rate 1.3e-4 \
	  --keep-words --start var/training/second/tagger.safetensors
	$(TRAINING)/bin/python -m training.train --sets $(SETS) --out var/training/fourth --minutes 6 --rate 1e-4 \
	  --keep-words --seed 20261125 --start var/training/third/tagger.safetensors
	$(TRAINING)/bin/python -m training.export --out var/training/fourth --mean var/training/third \
	  --to proxy/detection/tagger/weights

# Trains the model of the other languages anew, on the sets of LANGUAGES and, for English, those of SETS: twice, each
# time for some fifteen minutes of processor time, and takes the mean of both.
model-multilingual:
	@test -n "$(SETS)" -a -n "$(LANGUAGES)" || \
	  { echo "make model-multilingual SETS=DIR LANGUAGES=DIR: training/README.md says what they hold"; exit 2; }
	$(training_environment)
	$(TRAINING)/bin/python -m training.multilingual.train --languages $(LANGUAGES) --sets $(SETS) \
	  --out var/training/languages
	$(TRAINING)/bin/python -m training.multilingual.train --languages $(LANGUAGES) --sets $(SETS) \
	  --out var/training/more-languages --tokens 2200000 --rate 1.5e-4 --seed 20261201 \
	  --kept var/training/languages/rows.npy --start var/training/languages/multilingual.safetensors
	$(TRAINING)/bin/python -m training.multilingual.export --out var/training/more-languages \
	  --mean var/training/languages --to proxy/detection/tagger/weights

# Trains the model of other scripts anew, on the same sets.
model-scripts:
	@test -n "$(SETS)" -a -n "$(LANGUAGES)" || \
	  { echo "make model-scripts SETS=DIR LANGUAGES=DIR: training/README.md says what they hold"; exit 2; }
	$(training_environment)
	$(TRAINING)/bin/python -m training.scripts.train --languages $(LANGUAGES) --sets $(SETS) \
	  --processes 1 --batch 2000 --out var/training/scripts
	$(TRAINING)/bin/python -m training.multilingual.export --model scripts --out var/training/scripts \
	  --to proxy/detection/tagger/weights

clean:
	rm -rf $(VENV) $(TRAINING) $(LOCKING) $(AUDITING) $(BENCHING) var build *.egg-info
