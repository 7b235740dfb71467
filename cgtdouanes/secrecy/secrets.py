"""The secret key of a local installation, made once so that a newcomer has nothing to configure."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

# As Django's own check asks (security.W009).
SHORTEST_KEY = 50
FEWEST_CHARACTERS = 5


def is_guessable(key: str) -> bool:
    """Whether a key is too short, too plain, or Django's own for development."""
    return (
        len(key) < SHORTEST_KEY
        or len(set(key)) < FEWEST_CHARACTERS
        or key.startswith("django-insecure-")
    )


def local_secret_key(directory: Path) -> str:
    """Return the key kept in the directory (file mode 0600), making it on the first start."""
    path = directory / "secret-key"
    directory.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = get_random_secret_key()
        file.write(key)
    return key
