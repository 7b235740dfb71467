"""`python -m cgtdouanes`: the application server, once its settings were found good.

By `gunicorn` alone they are too, but for WEB_CONCURRENCY: that one it reads before our file, and
says in its own words what it thinks of it.
"""

import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured


def main() -> None:
    """Serve, by `gunicorn.conf.py`; options of gunicorn are passed on."""
    try:
        import_module("cgtdouanes.settings")
    except ImproperlyConfigured as error:
        sys.exit(f"Réglages refusés : {error}")
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415  see above

    sys.argv[1:1] = ["--config", "gunicorn.conf.py"]
    run()


if __name__ == "__main__":
    main()
