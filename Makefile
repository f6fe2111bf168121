# `make help` lists what there is. Everything made at run time lives under var/.
SHELL := /bin/bash
.DEFAULT_GOAL := help

CONFIG ?= portfolio
STORE ?= $(HEADROOM_STORE)
MAX_BAD_SHARE ?= 0.001
# Some systems have a variable NAME of their own: only one given to make counts.
DATASET = $(if $(filter command,$(origin NAME)),$(NAME))
PORT ?= 3000
UI_PORT ?= 5000
SYSTEM_PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PY := PYTHONPATH=. $(BIN)/python
export MLFLOW_DISABLE_TELEMETRY := true
export BENTOML_DO_NOT_TRACK := True

.PHONY: help
help:  ## list the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z][a-z-]*:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\nSettings: CONFIG=%s (portfolio, cashflow, tables, uci_taiwan, credit_data, german, or a path to your own TOML),\n' '$(CONFIG)'
	@printf 'HEADROOM_DATA=<folder with <name>/ of real files>, PORT=%s, UI_PORT=%s,\n' '$(PORT)' '$(UI_PORT)'
	@printf 'NAME=<data set of your own tables>, STORE=<database URL of the account store; SQLite under var/ by default>.\n'

# ---- set-up: done once, a second call installs nothing -----------------------------------------------------

.venv/bin/python:
	@$(SYSTEM_PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(v != (3, 11) and f"Python 3.11 is needed, found {v[0]}.{v[1]} at {sys.executable}: pass SYSTEM_PYTHON=/path/to/python3.11")'
	$(SYSTEM_PYTHON) -m venv .venv

.venv/.training: requirements/training.txt | .venv/bin/python
	@echo "installing the training requirements (hash-locked) into .venv"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/training.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.training
	@echo "installing the development requirements (hash-locked) into .venv"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: setup
setup: .venv/.dev  ## make .venv with everything (train and test do it by themselves)

.PHONY: lock
lock: .venv/.dev  ## renew the hash-locked requirements from requirements/*.in
	@for s in dev training serving; do \
	  $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-header $$( [ $$s = dev ] || echo -c requirements/dev.txt ) -o requirements/$$s.txt requirements/$$s.in || exit 1; \
	done

# ---- the main job ---------------------------------------------------------------------------------------------

.PHONY: train
train: .venv/.training  ## train, tune, explain, validate and register a model (CONFIG=…)
	@$(PY) -m experiments.train --config $(CONFIG)

.PHONY: config
config: .venv/.training  ## look at a raw file and write its configuration (FILE=…, TARGET=…; OUT=, BAD=, GOOD=)
	@$(PY) -m training.config.generate --file='$(FILE)' --target='$(TARGET)' --out='$(OUT)' --bad='$(BAD)' --good='$(GOOD)'

.PHONY: ui
ui: .venv/.training  ## open the MLflow UI on loopback, on the experiments of models (UI_PORT=…)
	@$(PY) -m training.reporting.ui --port $(UI_PORT)

.PHONY: serve
serve: .venv/.training  ## serve the champion of CONFIG on loopback (PORT=…)
	@HEADROOM_STORE='$(STORE)' $(PY) -m serving serve --config $(CONFIG) --port $(PORT)

.PHONY: bento
bento: .venv/.training  ## build the deployable Bento with the champion of CONFIG
	@$(PY) -m serving bento --config $(CONFIG)

.PHONY: ingest
ingest: .venv/.training  ## load accounts into the account store, idempotently (NAME=simulated, STORE=url)
	@$(PY) -m features.store ingest --dataset '$(or $(DATASET),simulated)' --url '$(STORE)' --max-bad-share $(MAX_BAD_SHARE)

# ---- data and reports --------------------------------------------------------------------------------------------

ACCOUNTS ?= 20000
MONTHS ?= 48
SEED ?= 2026

.PHONY: portfolio
portfolio: .venv/.training  ## simulate the portfolio (ACCOUNTS=, MONTHS=, SEED=)
	@$(PY) -m experiments.portfolio simulate --accounts $(ACCOUNTS) --months $(MONTHS) --seed $(SEED)

.PHONY: cashflow
cashflow: .venv/.training  ## simulate the cash-flow portfolio (ACCOUNTS=, MONTHS=, SEED=); then train with CONFIG=cashflow
	@$(PY) -m experiments.cashflow simulate --accounts $(ACCOUNTS) --months $(MONTHS) --seed $(SEED)

.PHONY: load
load: .venv/.training  ## check and lay out a lender's own tables (SOURCE=folder, NAME=name)
	@$(PY) -m features.loading --source '$(SOURCE)' --name '$(DATASET)' --max-bad-share $(MAX_BAD_SHARE)

.PHONY: portfolio-report
portfolio-report: .venv/.training  ## check the simulated portfolio against published figures, with plots
	@$(PY) -m experiments.portfolio report

.PHONY: demand
demand: .venv/.training  ## train the demand model on JD's contest tables (needs HEADROOM_DATA)
	@$(PY) -m experiments.demand

.PHONY: fidelity
fidelity: .venv/.training  ## run all fidelity tests of the champion's reasons
	@$(PY) -m experiments.fidelity --config $(CONFIG)

.PHONY: audit-sentences
audit-sentences: .venv/.training  ## recompute every figure that the champion's reasons state, from the rows alone
	@$(PY) -m experiments.audit --config $(CONFIG)

.PHONY: consent-report
consent-report: .venv/.training  ## compare the champion with models of fewer sources: what consent costs and gains
	@$(PY) -m experiments.fidelity.consent --config $(CONFIG)

.PHONY: flat-files
flat-files: .venv/.training  ## describe and train six raw files of different kinds without editing (needs HEADROOM_DATA)
	@$(PY) -m experiments.flat_files

.PHONY: advice
advice: .venv/.training  ## advise declined accounts, simulate their paths and decide again
	@$(PY) -m experiments.advice

.PHONY: advice-confidence
advice-confidence: .venv/.training  ## estimate [confidence] of serving/advice/advice.toml on other accounts
	@$(PY) -m experiments.advice --measure-confidence

.PHONY: dictionary
dictionary: .venv/.training  ## write the data dictionary of the features
	@$(PY) -m features.definitions.dictionary

# ---- benchmarks: each prints a ratio against a baseline in the same run -----------------------------------------

.PHONY: bench-features
bench-features: .venv/.training  ## time the feature engine against the same aggregates in DuckDB
	@$(PY) -m experiments.benchmarks.features

.PHONY: bench-reasons
bench-reasons: .venv/.training  ## time compiled reasons against shap and pred_contrib
	@$(PY) -m experiments.benchmarks.reasons

# ---- checks --------------------------------------------------------------------------------------------------------

.PHONY: lint
lint: .venv/.dev  ## check style and format, in seconds
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

.PHONY: check
check: lint  ## check style, types, import layers
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: test
test: check  ## run all checks, then all tests
	@$(BIN)/pytest -n 2 --dist loadfile

.PHONY: clean
clean:  ## remove everything made at run time (not .venv)
	rm -rf var
