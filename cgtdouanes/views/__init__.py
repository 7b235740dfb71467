"""The project's own pages: those that bring the apps together, and what machines read."""

from cgtdouanes.views.errors import csrf_failure, server_error
from cgtdouanes.views.search import search
from cgtdouanes.views.site import healthz, home, robots

__all__ = ["csrf_failure", "healthz", "home", "robots", "search", "server_error"]
