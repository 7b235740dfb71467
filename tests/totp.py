"""The application of a telephone that shows codes (RFC 6238), as the tests hold one."""

import base64
import hmac
import struct
import time


def totp(secret: str, later: int = 0) -> str:
    """Return the code that the application shows now, or so many periods of 30 seconds later."""
    key = base64.b32decode(secret.replace(" ", ""))
    counter = int(time.time()) // 30 + later
    digest = hmac.digest(key, struct.pack(">Q", counter), "sha1")
    at = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"
