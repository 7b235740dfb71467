"""The uploaded files, wherever the site stores them, copied out and in.

Not what is made of the rest, and can be made again.
"""

import shutil
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

from cgtdouanes.files.inventory import names_in_storage, names_promised

UNFINISHED = ".en-cours"


def copy_out(folder: Path) -> None:
    """Copy those that are not there yet, or were not whole; what goes meanwhile is left out."""
    for name in names_in_storage():
        target = folder / name
        try:
            if target.exists() and _is_whole(target, name):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            # Whoever finds it there under its name finds all of it.
            partial = target.with_name(f"{target.name}{UNFINISHED}")
            try:
                with default_storage.open(name) as source, partial.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
        except FileNotFoundError:
            continue


def _is_whole(copy: Path, name: str) -> bool:
    """Whether it was copied to its end: a folder shows a file that is still being written.

    A bucket does not, and would be asked once for each of its files.
    """
    if not isinstance(default_storage, FileSystemStorage):
        return True
    return copy.stat().st_size == default_storage.size(name)


def missing(folder: Path) -> set[str]:
    """Return the names of the files that rows of the database promise, and that are not there."""
    return {name for name in names_promised() if not (folder / name).exists()}


def copy_in(folder: Path) -> None:
    """Store the files of a backup under their names. Raises OSError, and then leaves none."""
    stored: list[str] = []
    try:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            with path.open("rb") as file:
                stored.append(default_storage.save(str(path.relative_to(folder)), File(file)))
    except BaseException:
        remove(stored)
        raise


def remove(stored: list[str] | None = None) -> None:
    """Take away what a restoration had stored: these files, or all of them."""
    for name in list(names_in_storage()) if stored is None else stored:
        default_storage.delete(name)
