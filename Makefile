PYTHON ?= python3
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench serve clean

help: ## what each command does
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: ## the whole job on a French company and a sandbox bank, ends with figures
	@$(PYTHON) -m tools.setup
	@PYTHONPATH=addons/open_banking_recon $(VENV) -m tools.demo

test: ## everything: kernels, add-ons in Odoo, browser
	@$(PYTHON) -m tools.setup
	@PYTHONPATH=addons/open_banking_recon $(VENV) -m tools.run_tests

lint: ## style, types, import contracts, repository rules
	@$(PYTHON) -m tools.setup --lint
	@$(VENV) -m tools.run_lint

bench: ## speed and quality of the matching on generated books, as a page and a plot
	@$(PYTHON) -m tools.setup
	@PYTHONPATH=addons/open_banking_recon $(VENV) -m benchmarks.run

serve: ## Odoo on the demo's database, in the foreground
	@$(VENV) -m tools.serve

clean: ## stop what runs; remove the databases and results (downloads stay)
	@$(PYTHON) -m tools.clean
