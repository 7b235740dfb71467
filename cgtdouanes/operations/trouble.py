"""What is wrong around the program, not in it: database or files are away, or no room is left."""

import errno

from django.db import InterfaceError, OperationalError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def database_is_away(error: BaseException | None) -> bool:
    """Whether what was asked of the database may be asked again later, as it stands."""
    return isinstance(error, OperationalError | InterfaceError)


def disk_is_full(error: BaseException | None) -> bool:
    """Whether a file could not be written for want of room."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def files_are_away(error: BaseException | None) -> bool:
    """Whether the server of the uploaded files did not answer."""
    return isinstance(error, OSError) and error.errno == errno.EREMOTEIO
