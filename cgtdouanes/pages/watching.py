"""Seeing whether what one reads changes meanwhile: only what stood still may be kept."""

from collections.abc import Iterable

from cgtdouanes.pages.versions import Versions, counters


class Watch:
    """Begun before something is read, asked once it is read. A cache that is away keeps nothing."""

    def __init__(self) -> None:
        self._began_at = _now()

    def versions(self, tags: Iterable[str]) -> Versions | None:
        """Return when each was last changed; None if one was since the beginning, or is being."""
        versions = versions_of(tags)
        if self._began_at is None or versions is None:
            return None
        return versions if max(versions[1:], default=0) <= self._began_at else None


def versions_of(tags: Iterable[str]) -> Versions | None:
    """Return when each was last changed; None while one is being changed, or if nobody knows."""
    try:
        return counters().of(tags)
    except Exception:  # noqa: BLE001  each cache has errors of its own; all is made anew
        return None


def _now() -> int | None:
    try:
        return counters().now()
    except Exception:  # noqa: BLE001  as above
        return None
