"""Uploaded files in a private bucket of an S3-compatible server, which several machines share.

They leave it through our views alone, which ask for the rights of each reader: no address of the
bucket is ever given. Whatever goes wrong there is an OSError, as on a disk.
"""

import errno
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def _as_on_a_disk() -> Iterator[None]:
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        # The words of the server may name a file or a key.
        kind = type(error).__name__
        raise OSError(
            errno.EREMOTEIO, f"le stockage des fichiers ne répond pas ({kind})"
        ) from error


def _on_a_disk(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        with _as_on_a_disk():
            return function(*args, **kwargs)

    return asked


class Bucket(S3Storage):
    """A storage of Django's; any method may raise OSError, `_open` and `size` FileNotFoundError."""

    exists = _on_a_disk(S3Storage.exists)
    delete = _on_a_disk(S3Storage.delete)
    size = _on_a_disk(S3Storage.size)
    listdir = _on_a_disk(S3Storage.listdir)
    _save = _on_a_disk(S3Storage._save)

    def get_default_settings(self) -> dict[str, Any]:
        config = Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": 2},
            signature_version="s3v4",
            # As every server understands it, whatever its names and age.
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        ours = {"file_overwrite": False, "default_acl": None, "client_config": config}
        return super().get_default_settings() | ours

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        raise ValueError("This file is not accessible via a URL.")

    def get_modified_time(self, name: str) -> datetime:
        """Return when it was stored. Raises FileNotFoundError too."""
        with _as_on_a_disk():
            try:
                return super().get_modified_time(name)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    raise FileNotFoundError(name) from error
                raise

    def is_open_to_all(self) -> bool:
        """Whether somebody without a key may read a file of it. Raises OSError."""
        name = self.save("doctor", ContentFile(b"doctor"))
        asked = {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}
        try:
            self.unsigned_connection.meta.client.get_object(**asked)
        except ClientError:
            return False
        finally:
            self.delete(name)
        return True

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("A file of the bucket is read in bytes, and saved whole.")
        return BucketFile(self, name)


class BucketFile(File):
    """A file that is read from where one wants, without what comes before or after."""

    def __init__(self, bucket: Bucket, name: str) -> None:
        self._bucket = bucket
        super().__init__(io.BufferedReader(_Object(bucket, name)), name)

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> "BucketFile":
        if self.closed:
            self.file = io.BufferedReader(_Object(self._bucket, self.name or ""))
        self.seek(0)
        return self


class _Object(io.RawIOBase):
    """An object of a bucket; each jump is one more request, for what follows."""

    def __init__(self, bucket: Bucket, name: str) -> None:
        self._size = bucket.size(name)
        self._client = bucket.connection.meta.client
        self._asked = {"Bucket": bucket.bucket_name, "Key": bucket._normalize_name(name)}
        self._at = 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        beginning = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if self._at != beginning + offset:
            self._let_go()
            self._at = beginning + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        with _as_on_a_disk():
            if self._body is None:
                asked = self._asked | {"Range": f"bytes={self._at}-"}
                self._body = self._client.get_object(**asked)["Body"]
            block = self._body.read(len(buffer))
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None
