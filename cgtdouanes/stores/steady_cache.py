"""The cache that all workers share, and what each does while it is away: stopped, hung, no disk.

Rate limits go on, neither open nor closed: each worker counts for itself. Who tries passwords gets
as many more attempts as there are workers, which is nothing against long ones; a cache that fell
keeps nobody out. What is shared in earnest (when pages changed) asks `shared_cache`, and is told.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from pickle import PickleError
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache

logger = logging.getLogger(__name__)

# In seconds: how long a cache that did not answer is left alone. One that hangs makes whoever asks
# wait, and a page asks several times.
LEFT_ALONE = 5
# Errors of who asks, and not of the cache.
WRONG_QUESTIONS = (ValueError, TypeError, PickleError)


class CacheAway(Exception):
    """The cache does not answer, or did not a few seconds ago."""


class SharedCache:
    """The cache of the settings; each of its methods may raise CacheAway."""

    def __init__(self) -> None:
        self._is_away = False
        self._asked_again_at = 0.0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._ask, name)

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self._asked_again_at:
            raise CacheAway
        try:
            answer = getattr(_backend(), name)(*args, **kwargs)
        except WRONG_QUESTIONS:
            raise
        except Exception as error:
            self._asked_again_at = time.monotonic() + LEFT_ALONE
            if not self._is_away:
                self._is_away = True
                logger.error("The cache is away: %s", type(error).__name__)
            raise CacheAway from error
        if self._is_away:
            self._is_away = False
            logger.warning("The cache is back")
        return answer


shared_cache = SharedCache()


def _backend() -> BaseCache:
    return caches["shared" if "shared" in settings.CACHES else "default"]


class SteadyCache(BaseCache):
    """The shared cache; while it is away, a memory of this worker's own."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._own = LocMemCache("steady", params)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return bool(self._ask("add", key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._ask("set", key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("touch", key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("delete", key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask("incr", key, delta, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("has_key", key, version))

    def clear(self) -> None:
        self._ask("clear")

    def _ask(self, name: str, *args: Any) -> Any:
        try:
            return getattr(shared_cache, name)(*args)
        except CacheAway:
            return getattr(self._own, name)(*args)
