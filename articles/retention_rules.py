"""How long this app keeps what it knows of who reacts, what nobody published, and why."""

from django.conf import settings
from django.db.models import QuerySet

from articles.models import Flag, Picture, ReactionStatus, Wording
from members.personal_data import in_words
from members.retention import Rule, before

# A text that was not saved by then, not even for its author to go on with it, is given up.
_PICTURE_DAYS = 30


def _delete_with_files(pictures: QuerySet[Picture]) -> int:
    for picture in (found := list(pictures)):
        picture.delete()
    return len(found)


RULES = [
    Rule(
        "images envoyées pour un texte qui n’a pas été enregistré",
        f"gardées {_PICTURE_DAYS} jours : on peut y reconnaître quelqu’un",
        lambda: Picture.objects.filter(
            article=None, pages=None, uploaded_at__lt=before(_PICTURE_DAYS)
        ),
        purge=_delete_with_files,
        done="effacées",
    ),
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
