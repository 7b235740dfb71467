"""What is wrong around the program, not in it: database or files are away, or no room is left."""

import errno
import socket
import ssl

from django.db import InterfaceError, OperationalError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


_IN_FRENCH = {
    **dict.fromkeys(_NO_ROOM, "il n’y a plus de place sur le disque"),
    errno.EACCES: "l’accès est refusé au compte du site",
    errno.EPERM: "l’accès est refusé au compte du site",
    errno.EROFS: "ce disque est en lecture seule",
    errno.EIO: "le disque ne répond pas comme il faut",
    errno.ENOENT: "ce fichier ou ce dossier n’existe pas",
    errno.ENOTDIR: "ce n’est pas un dossier",
    errno.ECONNREFUSED: "personne ne répond à cette adresse",
    errno.EHOSTUNREACH: "cette machine ne se joint pas",
    errno.ENETUNREACH: "le réseau ne répond pas",
    socket.EAI_NONAME: "aucune machine n’a ce nom",
    socket.EAI_AGAIN: "ce nom de machine n’est pas trouvé pour le moment",
}


def in_french(error: OSError) -> str:
    """Say what the system says, for the operator; in its own words where we have none."""
    if isinstance(error, ssl.SSLError):
        return "son certificat ne convient pas"
    if isinstance(error, TimeoutError):
        return "la réponse ne vient pas"
    return _IN_FRENCH.get(error.errno or 0) or error.strerror or type(error).__name__


def database_is_away(error: BaseException | None) -> bool:
    """Whether what was asked of the database may be asked again later, as it stands."""
    return isinstance(error, OperationalError | InterfaceError)


def disk_is_full(error: BaseException | None) -> bool:
    """Whether a file could not be written for want of room."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def files_are_away(error: BaseException | None) -> bool:
    """Whether the server of the uploaded files did not answer."""
    return isinstance(error, OSError) and error.errno == errno.EREMOTEIO
