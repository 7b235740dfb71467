"""The cache in files: what several workers take at once, one has; limits hold across them."""

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier

from cgtdouanes.stores.file_cache import FileCache

WORKERS = 4
KEYS = 60


def take(folder: str, start, taken) -> None:
    """In a process of its own: try to take each key at the same moment as the others."""
    cache = FileCache(folder, {})
    for key in range(KEYS):
        start.wait(30)
        if cache.add(f"verrou-{key}", os.getpid()):
            taken.put(key)


def test_of_several_processes_one_takes_the_lock(tmp_path):
    context = get_context("fork")
    start, taken = context.Barrier(WORKERS), context.Queue()
    workers = [
        context.Process(target=take, args=(str(tmp_path), start, taken)) for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    found = [taken.get(timeout=30) for _ in range(KEYS)]
    for worker in workers:
        worker.join(30)
    assert taken.empty()
    assert sorted(found) == list(range(KEYS))


def test_a_limit_is_not_passed_by_trying_at_once(settings, tmp_path, rf):
    """The library's own counting, over this cache: five at once, never six."""
    from allauth.core.internal import ratelimit  # noqa: PLC0415  reads the cache when imported

    settings.CACHES = {
        "default": {"BACKEND": "cgtdouanes.stores.file_cache.FileCache", "LOCATION": str(tmp_path)}
    }
    attempts = 20
    start = Barrier(attempts)

    def attempt(_: int) -> bool:
        start.wait(30)
        usage = ratelimit.consume(
            rf.post("/"),
            app="allauth.account",
            action="essai",
            config={"essai": "5/m/key"},
            key="visee@exemple.test",
        )
        return usage is not None

    with ThreadPoolExecutor(attempts) as threads:
        allowed = sum(threads.map(attempt, range(attempts)))
    assert 1 <= allowed <= 5
    later = [
        ratelimit.consume(
            rf.post("/"),
            app="allauth.account",
            action="essai",
            config={"essai": "5/m/key"},
            key="visee@exemple.test",
        )
        is not None
        for _ in range(10)
    ]
    assert allowed + sum(later) == 5


def test_what_has_expired_is_gone_and_can_be_taken_again(tmp_path):
    cache = FileCache(str(tmp_path), {})
    assert cache.add("clé", 1, timeout=-1)
    assert cache.get("clé") is None
    assert cache.add("clé", 2)
    assert not cache.add("clé", 3)
    assert cache.get("clé") == 2


def test_reading_what_has_expired_does_not_remove_what_replaced_it(tmp_path, monkeypatch):
    """A reader that was slow must not delete the file that another has written meanwhile."""
    cache = FileCache(str(tmp_path), {})
    cache.set("clé", "ancienne", timeout=-1)
    load = pickle.load

    def slow_load(file):
        expiry = load(file)
        cache.set("clé", "nouvelle")
        return expiry

    with monkeypatch.context() as slowly:
        slowly.setattr("pickle.load", slow_load)
        assert cache.get("clé") is None
    assert cache.get("clé") == "nouvelle"


def test_room_is_made_by_what_has_expired(tmp_path, monkeypatch):
    cache = FileCache(str(tmp_path), {"MAX_ENTRIES": 1000})
    for number in range(20):
        cache.set(f"vieille-{number}", 1, timeout=-1)
    cache.set("vivante", 1, timeout=600)
    monkeypatch.setattr("random.randrange", lambda stop: 0)
    cache.set("nouvelle", 1)
    assert len(list(Path(tmp_path).glob("*.djcache"))) == 2
    assert cache.get("vivante") == 1


def test_a_folder_that_vanished_is_made_again(tmp_path):
    cache = FileCache(str(tmp_path / "cache"), {})
    (tmp_path / "cache" / "lock").unlink(missing_ok=True)
    os.rmdir(tmp_path / "cache")
    assert cache.add("clé", 1)
    assert cache.get("clé") == 1
