# make serve: the application on this machine.   make test: everything that CI checks.

PORT ?= 8000
SITE_URL ?= http://127.0.0.1:$(PORT)
STATIC_ROOT ?= var/static
# The demo lets its officers in without a second factor. A real site, which is on https, does not.
REQUIRE_SECOND_FACTOR ?= $(if $(filter https://%,$(SITE_URL)),true,false)
export PORT SITE_URL

# The first Python that is recent enough and able to make an environment.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

# Modules, not the scripts of .venv/bin: those hold absolute paths and break when the folder moves.
RUN := .venv/bin/python -m
MANAGE := .venv/bin/python manage.py
INSTALL := $(RUN) pip --disable-pip-version-check install --quiet --require-hashes

.PHONY: install serve test lint format lock upgrade
.DELETE_ON_ERROR:

serve: export REQUIRE_SECOND_FACTOR := $(REQUIRE_SECOND_FACTOR)
# What is scheduled comes out by itself, as it does by the service of a real site.
serve: export PUBLISH_EVERY ?= 20
serve: .venv/base.installed $(STATIC_ROOT)/staticfiles.json
	@.venv/bin/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null || { \
		echo "Le port $(PORT) est déjà pris : essayez « make serve PORT=8001 »." >&2; \
		echo "Port $(PORT) is already in use: try \`make serve PORT=8001\`." >&2; exit 1; }
	@$(MANAGE) migrate --noinput --verbosity 0
	@$(MANAGE) rebuild_search --if-needed
	@$(MANAGE) demo --if-empty
	@exec $(RUN) cgtdouanes

# On a server: the environment alone.
install: .venv/base.installed

# Compressing takes a while, so it is done again only when something has changed.
$(STATIC_ROOT)/staticfiles.json: .venv/base.installed $(shell find static)
	@echo "Préparation des fichiers statiques… / Preparing the static files…"
	@$(MANAGE) collectstatic --noinput --verbosity 0

test: .venv/dev.installed
	@$(RUN) tests.suite

lint: .venv/dev.installed
	@$(RUN) tests.suite --quick

format: .venv/dev.installed
	@$(RUN) ruff check --fix --quiet . ; $(RUN) ruff format .

.venv/base.installed: requirements/base.txt | .venv/bin/pip
	@echo "Installation des dépendances… / Installing the dependencies…"
	@$(INSTALL) -r $<
	@touch $@

.venv/dev.installed: requirements/dev.txt | .venv/bin/pip
	@echo "Installation des outils de test… / Installing the test tools…"
	@$(INSTALL) -r $<
	@touch $@

# An upgrade of the system brings another Python, which knows nothing of what was installed for the
# former one: the environment is then made anew.
ifeq ($(shell test -e .venv/bin/pip && { .venv/bin/python -c 'import pip' 2>/dev/null || echo stale; }),stale)
$(shell rm -f .venv/*.installed .venv/bin/pip)
endif

# pip comes last in a new environment: without it, the environment was not finished.
.venv/bin/pip:
	@test -n "$(PYTHON)" || { \
		echo "Il faut Python 3.11 ou plus récent, avec son module venv." >&2; \
		echo "Python 3.11 or newer is needed, with its venv module." >&2; \
		echo "Debian, Ubuntu : apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv

# The lock files hold hashes and name no index host. `make lock` keeps the pins that still fit.
lock:
	@PYTHON=$(PYTHON) requirements/lock

upgrade:
	@PYTHON=$(PYTHON) requirements/lock --upgrade
