# The only front door. `make help` says what there is. PORT, HOST, DATABASE_URL and GONGZHI_DATA are honoured.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup run test check format messages initial lock bench pictures docs clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

setup: ## Make or renew the environment; each step only when its inputs changed
	@$(PYTHON) scripts/setup.py

run: setup ## Start everything on this machine and print the address (PORT=8000, DATABASE_URL=…, GONGZHI_DATA=data)
	@exec $(BIN)/gongzhi run

test: setup ## Every test on both databases (ONLY=sqlite, ARGS="-k receipts")
	@exec $(BIN)/python -m scripts.test $(addprefix --only ,$(ONLY)) -- $(ARGS)

check: setup ## Formatting, lint, types, layers, templates, translations (ONLY="types layers")
	@exec $(BIN)/python -m scripts.check $(ONLY)

format: setup ## Mend formatting and what the linter can mend by itself
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix --quiet .

messages: setup ## Extract words, update the catalogues and compile them (APPS="cases orgs", PRUNE=1)
	@exec $(BIN)/python -m scripts.messages $(if $(PRUNE),--prune) $(APPS)

initial: setup ## Bring changed models into the one initial migration of each app (APPS="cases orgs")
	@exec $(BIN)/python -m scripts.initial $(APPS)

docs: setup ## Write the tables of docs/reference from the code
	@exec $(BIN)/python -m scripts.reference

bench: setup ## Measure speed and memory with 100,000 matters; prints a table with ratios (ARGS="--million language export")
	@exec $(BIN)/python -m bench.run $(ARGS)

pictures: setup ## A picture of every page on a phone and on a desk
	@exec $(BIN)/python -m scripts.pictures $(ARGS)

lock: setup ## Resolve the dependencies of pyproject.toml anew into requirements/
	@$(BIN)/python -m scripts.lock

clean: ## Remove what setup and tests made; keeps the data folder
	@rm -rf .venv node_modules static-build pictures .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find gongzhi locale -name '*.mo' -delete 2>/dev/null || true
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
