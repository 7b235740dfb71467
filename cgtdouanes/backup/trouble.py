"""What stops a backup or a restoration, in words for the operator."""


class BackupTrouble(Exception):
    """Nothing was kept of what was begun; the message says in French what to do."""


def forbidden(error: PermissionError) -> BackupTrouble:
    """The site's own account reads and writes backups, and root's folders are closed to it."""
    return BackupTrouble(
        f"Le compte du site n’a pas accès à {error.filename} : donnez-le-lui "
        "(chown -R section …), ou choisissez un autre dossier."
    )
