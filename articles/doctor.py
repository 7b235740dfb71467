"""What the doctor looks at of publications: whether they come out in time, and as PDF."""

import shutil
import subprocess
from collections.abc import Iterator

from articles import pdf
from articles.models import Article, Pdf
from cgtdouanes.operations.doctor import Finding, good, missing, unsafe


def scheduled() -> Iterator[Finding]:
    """Whether what was scheduled for an hour came out at that hour."""
    late = Article.objects.late().count()
    if late:
        yield unsafe(
            f"Articles programmés dont l’heure est passée : {late}",
            "vérifiez que « publish_scheduled » tourne (systemctl status section-publish)",
        )
    else:
        yield good("Aucun article programmé n’est en retard")


def printed() -> Iterator[Finding]:
    """Whether each PDF that was asked for could be made."""
    failed = Pdf.objects.filter(has_failed=True).count()
    if failed:
        yield missing(
            f"PDF qui n’ont pas pu être faits : {failed}",
            "les journaux disent pourquoi (« A PDF could not be ») ; puis lancez "
            "« deploy/manage make_pdfs »",
        )
    else:
        yield good("Aucun PDF n’est resté en échec")


def printing() -> Iterator[Finding]:
    """Whether this server makes PDFs: WeasyPrint needs Pango, and letters to draw."""
    if not pdf.is_available():
        yield missing(
            "Les PDF ne peuvent pas être faits : il manque Pango",
            "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        )
        return
    listing = shutil.which("fc-list")
    fonts = subprocess.run([listing], capture_output=True, check=False).stdout if listing else b""  # noqa: S603
    if listing and not fonts.strip():
        yield missing(
            "Aucune police sur ce serveur : certains signes manqueraient dans les PDF",
            "apt install fonts-dejavu-core",
        )
    else:
        yield good("Les PDF peuvent être faits")
