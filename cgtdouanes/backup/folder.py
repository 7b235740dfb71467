"""The folder of a backup: what it says of itself, and whether it is still what was written.

SHA256SUMS       of every other file, as `sha256sum -c` reads it
manifest.json    which site, when, which database, which migrations, how many files
database.dump    or database.sqlite3
media/…          the uploaded files
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from cgtdouanes.backup.trouble import BackupTrouble

FORMAT = "cgtdouanes-backup-1"
SUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
MEDIA = "media"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `made_at` is ISO 8601.

    `files` counts those under media/, `missing` those that the site had lost before.
    """

    site: str
    made_at: str
    database: str
    database_version: int
    migrations: list[str]
    # Recognises the SECRET_KEY that sealed the second factors, and does not reveal it.
    key: str
    files: int
    missing: int = 0
    format: str = FORMAT


def seal(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and the checksums: from then on the folder is a backup."""
    words = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(f"{words}\n", encoding="utf-8")
    lines = [f"{_checksum(folder / name)}  {name}\n" for name in sorted(_names(folder))]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def opened(folder: Path) -> Manifest:
    """Return what the backup says of itself, once every file was found to be what was written.

    Raises BackupTrouble when the folder is no backup of this application, or a damaged one.
    """
    if not (folder / MANIFEST).is_file() or not (folder / SUMS).is_file():
        raise BackupTrouble(f"{folder} n’est pas une sauvegarde terminée de ce site.")
    _verify(folder)
    try:
        facts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**facts)
    except (ValueError, TypeError):
        facts, manifest = None, None
    if manifest is None or manifest.format != FORMAT:
        raise BackupTrouble(f"{folder} est la sauvegarde d’un autre logiciel, ou d’un autre âge.")
    found = sum(1 for name in _names(folder) if name.startswith(f"{MEDIA}/"))
    if found != manifest.files:
        raise BackupTrouble(
            f"Sauvegarde abîmée : {found} fichiers déposés sur {manifest.files}. "
            "Prenez une autre sauvegarde."
        )
    return manifest


def _verify(folder: Path) -> None:
    """Compare with the checksums: nothing changed, nothing gone, nothing added."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        expected = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except ValueError as error:
        raise BackupTrouble(f"Sauvegarde abîmée : {SUMS} est illisible.") from error
    present = set(_names(folder))
    # Only what is in the folder is read, whatever a list that came from elsewhere names.
    wrong = sorted(present ^ expected.keys())
    wrong += [
        name
        for name in sorted(present & expected.keys())
        if _checksum(folder / name) != expected[name]
    ]
    if wrong:
        raise BackupTrouble(
            f"Sauvegarde abîmée : fichiers manquants, changés ou ajoutés : {len(wrong)}, dont "
            f"{wrong[0]}. Prenez une autre sauvegarde."
        )


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            name = str(PurePosixPath(path.relative_to(folder)))
            if name != SUMS:
                yield name


def _checksum(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "not a file"
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
