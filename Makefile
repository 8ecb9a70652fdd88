PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 1

PORT ?= 8500

.PHONY: app hall test faults check audit perturbed bench rehearsal clean

app: .venv/app  ## open the dashboard
	$(BIN)/python -m streamlit run app.py

hall: .venv/app  ## a lecture hall: as many processes as cores behind one nginx
	$(BIN)/python -m deploy.hall --port $(PORT) $(if $(REPLICAS),--replicas $(REPLICAS))

test: .venv/dev  ## run every test, a real browser included
	$(BIN)/python tests/chromium.py
	PYTHONPATH=. $(BIN)/python tests/nginx.py
	$(BIN)/python -m pytest -n 2 --dist loadgroup

faults: .venv/dev  ## list the attacks and failures that tests cover
	@$(BIN)/python -m pytest -m fault --collect-only | sed -n 's/.*::test_//p' | sed 's/\[.*//' | uniq | tr _ ' '

check: .venv/dev  ## what CI runs: style, types, then every test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

audit: .venv/dev  ## look for known security holes in the installed packages
	$(BIN)/python -m pip_audit --local --skip-editable

perturbed: .venv/dev  ## every finding with other instructions, other seeds, data moved by 1e-7
	$(BIN)/python tests/perturbed.py

bench: .venv/dev  ## measure the figures of benchmarks/README.md
	$(BIN)/python tests/chromium.py
	$(BIN)/python -m benchmarks

rehearsal: .venv/dev  ## what a lecture hall gets from this machine, and the misfortunes that tests cover
	PYTHONPATH=. $(BIN)/python tests/nginx.py
	$(BIN)/python -m benchmarks hall
	$(MAKE) faults

clean:
	rm -rf .venv

.venv/app: requirements.txt
	$(PYTHON) -m venv .venv
	$(PIP) -r requirements.txt
	@touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	@touch $@
