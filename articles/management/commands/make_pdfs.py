"""`manage.py make_pdfs`: make the PDFs that are missing, the latest articles first."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from articles import pdf, press
from articles.models import Article


class Command(BaseCommand):
    help = (
        "Fait d’avance les PDF qui manquent, de tout ce qui est publié : après une mise à jour qui "
        "change leur présentation, ou une reprise de l’ancien site. Sans elle, chacun est fait "
        "quand on le demande. Elle peut être arrêtée et relancée à tout moment."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them. Raises CommandError when some, or all, could not be made."""
        if not pdf.is_available():
            raise CommandError(
                "Ce serveur ne peut pas faire de PDF : voyez « deploy/manage doctor »."
            )
        press.discard_lost()
        press.retry_failed()
        made, troubled = 0, []
        published = Article.objects.published().order_by("-published_at", "-pk")
        for pk in tqdm(published.values_list("pk", flat=True), unit=" articles", disable=None):
            if article := published.filter(pk=pk).first():
                try:
                    made += press.make_all(article)
                except (press.Unmade, press.Unready):
                    troubled.append(article.slug)
        self.stdout.write(f"PDF faits : {made}.")
        if troubled:
            raise CommandError(f"PDF qui n’ont pas pu être faits : {', '.join(troubled)}")
