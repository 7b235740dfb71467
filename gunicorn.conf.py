"""The application server: on this machine, or a private network; a proxy speaks to the world."""

import os
import subprocess
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger

from cgtdouanes.operations.logs import FORMATTERS

# Unsafe settings are refused here, in one line: each worker would do so with a traceback.
try:
    settings = import_module("cgtdouanes.settings")
except ImproperlyConfigured as error:
    sys.exit(f"Réglages refusés : {error}")

bind = f"{settings.LISTEN}:{settings.PORT}"
workers = settings.WEB_CONCURRENCY
wsgi_app = "cgtdouanes.wsgi:application"
threads = 4
# No header says under which path the site stands: it stands at the root of its host.
forwarder_headers = ""
# Those who come together are shared out: a worker that took them all would leave the others idle,
# and its threads would fight for one core. Who is not taken yet waits for whichever is free.
worker_connections = 3 * threads
# The PDF of a long report takes seconds on a small machine.
timeout = 60
# No access log: addresses and paths would tell who reads what.
accesslog = None
loglevel = "warning"
# Its default place is one per person, not one per server: two servers would fight for it.
control_socket_disable = True


formatter = FORMATTERS[settings.LOG_FORMAT]


class DiscreetLogger(Logger):
    """Gunicorn's own messages name the address of a request that failed."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter(self.error_fmt, self.datefmt))


logger_class = DiscreetLogger


def when_ready(server: Arbiter) -> None:
    """Tell the newcomer where to look, once the port is really open."""
    is_told = "SITE_URL" in os.environ
    address = settings.SITE_URL if is_told else f"http://127.0.0.1:{settings.PORT}"
    print(f"\n{address} est prêt (Ctrl+C pour arrêter).", flush=True)
    if seconds := settings.PUBLISH_EVERY:
        command = [sys.executable, "manage.py", "publish_scheduled", "--loop", str(seconds)]
        _beside.append(subprocess.Popen(command))  # noqa: S603  a number alone


def on_exit(server: Arbiter) -> None:
    for process in _beside:
        process.terminate()


# What runs beside the server, on the machine of who tries it: a real one has a service for it.
_beside: list[subprocess.Popen[bytes]] = []
