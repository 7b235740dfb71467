"""When each tag was last changed: counters that every worker reads at each request.

One clock counts the changes. A page made while a tag changes is not kept; one that was kept before
is not served after. In between, from the first write of a transaction to its end, what a tag names
is neither kept nor served: were the process killed right after it committed, and before it said so,
nobody would be shown the former page.
"""

import fcntl
import mmap
import os
import secrets
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zlib import crc32

from django.conf import settings

from cgtdouanes.stores.steady_cache import SharedCache, shared_cache

# How long a change may be on its way, in seconds, before its transaction is held to be lost.
ON_ITS_WAY = 30

Versions = tuple[int, ...]


class Counters(Protocol):
    """Counters shared by all workers. Any method may raise OSError, or what its server raises."""

    def now(self) -> int:
        """Return the time of the last change, whatever its tag."""

    def of(self, tags: Iterable[str]) -> Versions | None:
        """Return when each was last changed; None while one of them is being changed."""

    def begin(self, tags: Iterable[str]) -> None:
        """Say that what these tags name is being changed."""

    def end(self, tags: Iterable[str]) -> None:
        """Say that it was changed."""

    def restart(self) -> None:
        """Say that everything has changed, whatever its tag: another database is there."""


class FileCounters:
    """Counters in a file that all processes of one machine map in their memory.

    A tag has the slot that its checksum gives: two that share one are merely changed together. The
    file may go at any moment: whatever was kept by its numbers is then made again.
    """

    SLOTS = 8192
    HEADER = struct.Struct("<QQ")  # the era, drawn at random when the file is made; the clock
    SLOT = struct.Struct("<Qd")  # when the tag was changed; until when a change is on its way
    SIZE = HEADER.size + SLOTS * SLOT.size

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inode = 0
        self._map: mmap.mmap | None = None

    def now(self) -> int:
        clock: int = self.HEADER.unpack_from(self._mapped())[1]
        return clock

    def of(self, tags: Iterable[str]) -> Versions | None:
        mapped = self._mapped()
        found = [self.HEADER.unpack_from(mapped)[0]]
        now = time.time()
        for tag in tags:
            changed_at, busy_until = self.SLOT.unpack_from(mapped, self._place(tag))
            if busy_until > now:
                return None
            found.append(changed_at)
        return tuple(found)

    def begin(self, tags: Iterable[str]) -> None:
        self._write(tags, time.time() + ON_ITS_WAY)

    def end(self, tags: Iterable[str]) -> None:
        self._write(tags, 0)

    def restart(self) -> None:
        mapped = self._mapped()
        with self._alone():
            clock = self.HEADER.unpack_from(mapped)[1] + 1
            for place in range(self.HEADER.size, self.SIZE, self.SLOT.size):
                self.SLOT.pack_into(mapped, place, clock, 0)
            self.HEADER.pack_into(mapped, 0, secrets.randbits(63), clock)

    def _write(self, tags: Iterable[str], busy_until: float) -> None:
        mapped = self._mapped()
        with self._alone():
            era, clock = self.HEADER.unpack_from(mapped)
            self.HEADER.pack_into(mapped, 0, era, clock + 1)
            for tag in tags:
                self.SLOT.pack_into(mapped, self._place(tag), clock + 1, busy_until)

    def _place(self, tag: str) -> int:
        return self.HEADER.size + crc32(tag.encode()) % self.SLOTS * self.SLOT.size

    def _mapped(self) -> mmap.mmap:
        """Return the file that stands there now: another may have taken its place."""
        try:
            inode = os.stat(self._path).st_ino
        except FileNotFoundError:
            inode = 0
        if self._map is None or inode != self._inode:
            self._open()
        assert self._map is not None  # noqa: S101  for the type checker
        return self._map

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone() as file:
            if os.fstat(file).st_size != self.SIZE:
                # Written whole: a full disk is told now, not when a worker touches the memory.
                os.pwrite(
                    file, self.HEADER.pack(secrets.randbits(63), 0).ljust(self.SIZE, b"\0"), 0
                )
            self._inode = os.fstat(file).st_ino
            self._map = mmap.mmap(file, self.SIZE)

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Hold the file, opened anew: a lock belongs to an opening, not to a process."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            # Said, for a map of the file keeps it open, and its lock with it.
            fcntl.flock(file, fcntl.LOCK_UN)
            os.close(file)


class CacheCounters:
    """Counters in a cache that the workers of several machines share.

    The cache may drop anything at any moment, or all of it: a tag that is missing is held to have
    changed at the last tick, and a clock that is missing begins a new era.
    """

    ERA, CLOCK = "pages:era", "pages:clock"

    def __init__(self, cache: SharedCache) -> None:
        self._cache = cache

    def now(self) -> int:
        clock: int | None = self._cache.get(self.CLOCK)
        return self._begin_era() if clock is None else clock

    def of(self, tags: Iterable[str]) -> Versions | None:
        names = [f"pages:{tag}" for tag in tags]
        busy = [f"{name}:busy" for name in names]
        found = self._cache.get_many([self.ERA, self.CLOCK, *names, *busy])
        if self.ERA not in found or self.CLOCK not in found:
            self._begin_era()
            return None
        if any(name in found for name in busy):
            return None
        for name in names:
            if name not in found:
                found[name] = found[self.CLOCK]
                self._cache.add(name, found[name], None)
        return (found[self.ERA], *(found[name] for name in names))

    def begin(self, tags: Iterable[str]) -> None:
        changed_at = self._tick()
        for tag in tags:
            self._cache.set(f"pages:{tag}", changed_at, None)
            self._cache.set(f"pages:{tag}:busy", True, ON_ITS_WAY)

    def end(self, tags: Iterable[str]) -> None:
        changed_at = self._tick()
        names = [f"pages:{tag}" for tag in tags]
        self._cache.set_many(dict.fromkeys(names, changed_at), None)
        self._cache.delete_many([f"{name}:busy" for name in names])

    def restart(self) -> None:
        self._tick()
        self._cache.set(self.ERA, secrets.randbits(63), None)

    def _tick(self) -> int:
        try:
            return self._cache.incr(self.CLOCK)
        except ValueError:
            self._begin_era()
            return self._cache.incr(self.CLOCK)

    def _begin_era(self) -> int:
        """Return the time at which it begins, later than what tags of the former one may say."""
        self._cache.set(self.ERA, secrets.randbits(63), None)
        self._cache.add(self.CLOCK, time.time_ns() // 1_000_000, None)
        return self._cache.get(self.CLOCK) or 0


def counters() -> Counters:
    """Return the counters of this site: in its cache if machines share it, else in a file."""
    if settings.PAGES_SHARED_BY_CACHE:
        return CacheCounters(shared_cache)
    return _file_counters(settings.PAGES_FILE)


_file_counters = lru_cache(FileCounters)
