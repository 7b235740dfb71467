"""What is wrong around the program and not in it: the database is away, or no room is left."""

import errno

from django.db import InterfaceError, OperationalError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def database_is_away(error: BaseException | None) -> bool:
    """Whether what was asked of the database may be asked again later, as it stands."""
    return isinstance(error, OperationalError | InterfaceError)


def disk_is_full(error: BaseException | None) -> bool:
    """Whether a file could not be written for want of room."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM
