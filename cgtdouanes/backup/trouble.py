"""What stops a backup or a restoration, in words for the operator."""


class BackupTrouble(Exception):
    """Nothing was kept of what was begun; the message says in French what to do."""
