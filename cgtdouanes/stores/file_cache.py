"""The cache of one server, in files that all its workers share, where a lock is a lock.

Rate limits count under a lock that they take with `add`. Django's own file cache looks whether a
file is there and then writes it: two workers may both be told that the lock is theirs.
"""

import pickle
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks

# One writing in so many clears what has expired, so that the folder stays small.
CLEARING = 200


class FileCache(FileBasedCache):
    # What Django's class has and its type hints leave out.
    _dir: str
    _createdir: Callable[[], None]
    _list_cache_files: Callable[[], list[str]]
    _delete: Callable[[str], bool]

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Set what is not there yet; of several that try at once, one alone is told True."""
        with self._alone():
            if self.has_key(key, version):
                return False
            super().set(key, value, timeout, version)
            return True

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        with self._alone():
            super().set(key, value, timeout, version)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the one lock of the folder, which the end of a process frees."""
        self._createdir()
        with Path(self._dir, "lock").open("a") as file:
            locks.lock(file, locks.LOCK_EX)
            yield

    def _is_expired(self, f: Any) -> bool:
        """Tell, and leave the file: its name may already be that of a newer one."""
        try:
            expiry = pickle.load(f)  # noqa: S301  a file of ours, in a folder of ours
        except EOFError:
            return True
        return expiry is not None and expiry < time()

    def _cull(self) -> None:
        """Make room: what has expired goes first, for a full cache drops entries at random."""
        if random.randrange(CLEARING) == 0:  # noqa: S311  a dice, not a secret
            for name in self._list_cache_files():
                with suppress(FileNotFoundError), open(name, "rb") as file:
                    if self._is_expired(file):
                        self._delete(name)
        super()._cull()  # type: ignore[misc]
