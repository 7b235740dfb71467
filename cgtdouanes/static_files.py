"""Static files as they are served: compressed, kept for ever by browsers, style sheets whole."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# As ours are written: a sheet of the same folder, perhaps for one medium.
_IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\)(?: (\w+))?;')


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Puts in a style sheet those that it imports: a page asks for one file, once."""

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], *args: Any, **options: Any
    ) -> Iterator[Any]:
        whole = {name: (_WholeSheets(source), path) for name, (source, path) in paths.items()}
        yield from super().post_process(whole, *args, **options)


class _WholeSheets:
    """Where collected files come from, each style sheet with what it imports."""

    def __init__(self, source: Storage) -> None:
        self._source = source

    def open(self, path: str) -> Any:
        if not path.endswith(".css"):
            return self._source.open(path)
        return ContentFile(self._whole(path).encode())

    def _whole(self, path: str) -> str:
        with self._source.open(path) as file:
            text: str = file.read().decode()

        def imported(match: re.Match[str]) -> str:
            sheet = self._whole(str(PurePosixPath(path).with_name(match[1])))
            return f"@media {match[2]} {{\n{sheet}}}\n" if match[2] else sheet

        return _IMPORT.sub(imported, text)
