# Everything people type. What the targets do stands in docs/operations.md.
PYTHON ?= python3
VENV := .venv/bin
ROOMS := procurement/lifecycle procurement/access procurement/embedded
STRICT := $(ROOMS) $(filter-out $(ROOMS:=/%),$(wildcard \
          */services */services.py procurement/*/services procurement/*/services.py \
          */selectors */selectors.py procurement/*/selectors procurement/*/selectors.py))

.PHONY: run test lint format bench clean setup setup-dev

run: setup
	@exec $(VENV)/python -m procurement.embedded

test: setup-dev
	@$(MAKE) --no-print-directory lint; lint=$$?; $(VENV)/python -m pytest -n 2; tests=$$?; exit $$((lint ? lint : tests))

lint: setup-dev
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(VENV)/lint-imports --no-cache
	@$(VENV)/djlint templates --lint --quiet
	@$(VENV)/mypy $(STRICT)

format: setup-dev
	@$(VENV)/ruff format --quiet . && $(VENV)/ruff check --quiet --fix .

bench: setup
	@$(VENV)/python -m procurement.embedded --run bench $(ARGS)

clean:
	@rm -rf .venv var build

setup:
	@$(PYTHON) procurement/embedded/bootstrap.py

setup-dev:
	@$(PYTHON) procurement/embedded/bootstrap.py --dev
