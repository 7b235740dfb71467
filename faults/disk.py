"""The disk that is full: for what officers upload, and for the database itself.

Root mounts a small disk; anybody else limits what the site's processes may write in one file, which
says nothing of PostgreSQL.
"""

import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.conversation import Conversation
from faults.databases import on_postgresql, on_sqlite
from faults.filling import OFFICER
from faults.people import fields_of, signed_in
from faults.reports import Report
from faults.site import Site

ADHERENTS = 4
MEGABYTE = 1024 * 1024
SIZE = 64 * MEGABYTE
# A server of PostgreSQL takes some to begin with.
SIZE_FOR_A_SERVER = 300 * MEGABYTE
# In bytes: what a process may write in one file once there is no room.
LITTLE = 64 * 1024
ADD = "/admin/articles/article/add/"
REFUSED = "Le disque du site est plein"
PDF = b"%PDF-1.4\n%" + b"x" * 300_000 + b"\n%%EOF\n"
# Larger than what is read in memory: it waits in the temporary folder.
LARGE_PDF = b"%PDF-1.4\n%" + b"x" * (3 * MEGABYTE) + b"\n%%EOF\n"


def main(seconds: float = 10) -> Iterator[Report]:
    """Fill the disk of the uploads, then that of the database for so many seconds."""
    with _folder() as folder:
        settings = {"MEDIA_ROOT": f"{folder}/media", "TMPDIR": str(folder)}
        with on_postgresql(1, **settings) as site, site.running():
            yield _uploads(_Disk(site, folder))
    with (
        _folder() as folder,
        on_sqlite(ADHERENTS, place=folder) as site,
        site.running(),
    ):
        yield _database(_Disk(site, folder), "SQLite", seconds)
    if os.geteuid() == 0:
        with (
            _folder(SIZE_FOR_A_SERVER) as folder,
            on_postgresql(ADHERENTS, place=folder / "server") as site,
            site.running(),
        ):
            yield _database(_Disk(site, folder), "PostgreSQL", seconds)


@contextmanager
def _folder(size: int = SIZE) -> Iterator[Path]:
    """Yield a folder; root's is a small disk."""
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        if os.geteuid() != 0:
            yield Path(name)
            return
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", name], check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


@dataclass
class _Disk:
    """The disk under a site that runs."""

    site: Site
    folder: Path

    @property
    def kind(self) -> str:
        size = shutil.disk_usage(self.folder).total // MEGABYTE
        return (
            f"a disk of {size} MB, filled"
            if self._is_mounted
            else f"files limited to {LITTLE // 1024} kB"
        )

    def fill(self) -> None:
        """Leave no room."""
        if not self._is_mounted:
            self._limit(LITTLE)
            return
        with (self.folder / "filler").open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                return

    def empty(self) -> None:
        """Make room again."""
        if self._is_mounted:
            (self.folder / "filler").unlink()
        else:
            self._limit(resource.RLIM_INFINITY)

    def files(self) -> int:
        """How many uploaded files there are, whole or not."""
        return sum(path.is_file() for path in self.site.media.rglob("*"))

    @property
    def _is_mounted(self) -> bool:
        return os.path.ismount(self.folder)

    def _limit(self, most: int) -> None:
        for pid in [self.site.master, *self.site.workers]:
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))


def _uploads(disk: _Disk) -> Report:
    """An officer gives files with what they wrote, while there is no room and after."""
    site = disk.site
    report = Report("Disk full on upload", done=[disk.kind])
    officer = signed_in(site.address, OFFICER)
    category = site.rows("SELECT id FROM articles_category")[0][0]

    def give(title: str, content: bytes) -> tuple[int, str]:
        form = fields_of(officer.get(ADD).text, "slug") | {"attachments-TOTAL_FORMS": "1"}
        typed = {"title": title, "body": "<p>Texte</p>", "category": str(category)}
        typed |= {"visibility": "public", "attachments-0-title": "Pièce"}
        typed |= {"attachments-0-kind": "document", "attachments-0-visibility": "public"}
        file = {"attachments-0-file": ("piece.pdf", content)} if content else {}
        if not content:
            typed["attachments-TOTAL_FORMS"] = "0"
        answer = officer.upload(ADD, form | typed, file)
        return answer.status, answer.text

    disk.fill()
    for name, content in (("une pièce", PDF), ("une grande pièce", LARGE_PDF)):
        status, page = give(f"Avec {name}", content)
        report.expect(status == 200 and REFUSED in page, f"{name}: not refused ({status})")
        report.expect(f"Avec {name}" in page, "what was typed is lost")
        report.errors += status >= 500
    report.expect(_count(site, "articles_article") == 1, "an article without its file")
    report.expect(_count(site, "articles_attachment") == 0, "a row without its file")
    report.expect(disk.files() == 0, "half a file is left")
    status, _ = give("Sans pièce", b"")
    report.acknowledged += status == 302
    report.done.append("two uploads refused, then the text kept without its file")
    disk.empty()
    freed_at = time.monotonic()
    for name, content in (("une pièce", PDF), ("une grande pièce", LARGE_PDF)):
        status, _ = give(f"Avec {name}", content)
        report.acknowledged += status == 302
        report.recovery = report.recovery or time.monotonic() - freed_at
    report.done.append("two uploads once there is room")
    report.found = _count(site, "articles_article") - 1
    report.lost = report.acknowledged - report.found
    report.expect(_count(site, "articles_attachment") == disk.files() == 2, "files are missing")
    report.events = site.events().count("cgtdouanes.files.full_disk")
    report.expect(report.events == 2, "the log does not say so")
    return report


def _database(disk: _Disk, kind: str, seconds: float) -> Report:
    """Adherents post while the database finds no room."""
    site = disk.site
    report = Report(f"Disk full under the database ({kind})", done=[disk.kind])
    logged = len(site.events())
    talk = Conversation(site)
    with talk.going_on(ADHERENTS, visitors=2):
        talk.wait_for(ADHERENTS)
        disk.fill()
        time.sleep(seconds)
        disk.empty()
        report.recovery = talk.recovered_after(time.monotonic())
        talk.wait_for(ADHERENTS)
    talk.report(report)
    report.events = len(site.events()) - logged
    report.expect(bool(talk.errors), "the disk was not full")
    report.expect(report.events > 0, "the log does not say so")
    return report


def _count(site: Site, table: str) -> int:
    return int(site.rows(f"SELECT count(*) FROM {table}")[0][0])
