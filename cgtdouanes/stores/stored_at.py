"""Where uploaded files are stored: in a folder or, where machines share them, in a bucket."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cgtdouanes.environment import IN_PASSWORDS, read_as, refuse_if


def stored_at(address: str, folder: str) -> dict[str, Any]:
    """Return what STORAGES says of it: MEDIA_ROOT, or this folder of the bucket at the address."""
    if not address:
        return {"BACKEND": "cgtdouanes.files.full_disk.MediaFolder"}
    options = _options_of(address) | {"location": folder}
    return {"BACKEND": "cgtdouanes.stores.bucket.Bucket", "OPTIONS": options}


def _options_of(address: str) -> dict[str, str]:
    """Return the options of the storage at `s3://key:secret@host:port/bucket?region=name`.

    `s3+http` is for a server of this very machine. Raises ImproperlyConfigured.
    """
    with read_as("MEDIA_STORAGE", f"s3://clé:secret@hôte/dépôt{IN_PASSWORDS}"):
        url = urlsplit(address)
        bucket = url.path.strip("/")
        # Reading the port raises ValueError when it is none.
        if url.scheme not in {"s3", "s3+http"} or not url.hostname or url.port == 0:
            raise ValueError
        if not (url.username and url.password and bucket) or "/" in bucket:
            raise ValueError
    refuse_if(
        url.scheme == "s3+http" and url.hostname not in {"127.0.0.1", "localhost", "::1"},
        "MEDIA_STORAGE commence par s3:// : en clair, les fichiers se liraient sur le réseau.",
    )
    scheme = "http" if url.scheme == "s3+http" else "https"
    return {
        "endpoint_url": f"{scheme}://{url.netloc.rpartition('@')[2]}",
        "bucket_name": bucket,
        "access_key": unquote(url.username),
        "secret_key": unquote(url.password),
        "region_name": parse_qs(url.query).get("region", ["us-east-1"])[0],
    }
