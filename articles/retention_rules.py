"""How long this app keeps what it knows of who reacts, and why."""

from django.conf import settings

from articles.models import Flag, ReactionStatus, Wording
from members.personal_data import in_words
from members.retention import Rule, before

RULES = [
    Rule(
        "textes d’avant des réactions modifiées",
        f"gardés {in_words(settings.RETENTION_WORDING_DAYS)}, le temps que l’échange se lise",
        lambda: Wording.objects.filter(replaced_at__lt=before(settings.RETENTION_WORDING_DAYS)),
    ),
    Rule(
        "signalements réglés",
        f"gardés {in_words(settings.RETENTION_FLAG_DAYS)} après la décision, pour comprendre "
        "un recours",
        lambda: Flag.objects.filter(decision__at__lt=before(settings.RETENTION_FLAG_DAYS)),
    ),
    Rule(
        "signalements de réactions supprimées",
        "plus personne n’a rien à en décider",
        lambda: Flag.objects.filter(decision=None, reaction__status=ReactionStatus.DELETED),
    ),
]
