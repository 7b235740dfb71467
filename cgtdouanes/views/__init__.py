"""The project's own pages: those that bring the apps together, and what machines read."""

from cgtdouanes.views.search import search
from cgtdouanes.views.site import csrf_failure, healthz, home, robots

__all__ = ["csrf_failure", "healthz", "home", "robots", "search"]
