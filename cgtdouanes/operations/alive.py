"""`python -m cgtdouanes.operations.alive`: whether this machine's server answers."""

import os
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

# In seconds: /healthz answers within two.
PATIENCE = 5


def is_alive() -> bool:
    """Ask /healthz by the name of the site: no other host is served."""
    host = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1")).netloc
    here = os.environ.get("LISTEN", "127.0.0.1")
    server = HTTPConnection(here, int(os.environ.get("PORT", "8000")), timeout=PATIENCE)
    try:
        server.request("GET", "/healthz", headers={"Host": host})
        return server.getresponse().status == 200
    except OSError:
        return False
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(not is_alive())
