"""The caches as Django is to use them: the one that workers share, and what stands before it."""

from typing import Any

from redis.backoff import NoBackoff
from redis.retry import Retry

Cache = dict[str, Any]

# Django's 300 entries would soon drop rate limits, at random.
MOST_ENTRIES = 100_000
# In seconds: a server that hangs keeps nobody waiting.
PATIENCE = 2


def shared(named: Cache) -> Cache:
    """Return what CACHES says of the one that rate limits live in."""
    if is_on_a_server(named):
        options = {
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
            # One that came back is called again.
            "retry": Retry(NoBackoff(), 1),
        }
        return named | {"OPTIONS": options | named.get("OPTIONS", {})}
    ours = {"OPTIONS": named.get("OPTIONS", {}) | {"MAX_ENTRIES": MOST_ENTRIES}}
    if named["BACKEND"] == "django.core.cache.backends.filebased.FileBasedCache":
        ours["BACKEND"] = "cgtdouanes.stores.file_cache.FileCache"
    return named | ours


def steady() -> Cache:
    """Return what CACHES says of the one that is asked: it goes on when the other is away."""
    return {
        "BACKEND": "cgtdouanes.stores.steady_cache.SteadyCache",
        "OPTIONS": {"MAX_ENTRIES": MOST_ENTRIES},
    }


def is_of_one_process(named: Cache) -> bool:
    """Whether what one worker notes there is not read by the others."""
    backend: str = named["BACKEND"]
    return backend.endswith(("LocMemCache", "DummyCache"))


def is_on_a_server(named: Cache) -> bool:
    """Whether several machines may share it."""
    backend: str = named["BACKEND"]
    return backend.endswith("RedisCache")
