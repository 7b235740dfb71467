"""How long this app keeps what it knows of who reacts, and why."""

from django.conf import settings

from articles.models import Wording
from members.personal_data import in_words
from members.retention import Rule, before

RULES = [
    Rule(
        "textes d’avant des réactions modifiées",
        f"gardés {in_words(settings.RETENTION_WORDING_DAYS)}, le temps que l’échange se lise",
        lambda: Wording.objects.filter(replaced_at__lt=before(settings.RETENTION_WORDING_DAYS)),
    ),
]
