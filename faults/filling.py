"""The people of these scripts, and what they talk about: `python -m faults.filling ADHERENTS`.

It fills the database that the settings name.
"""

import os
import sys
from datetime import timedelta

import django

PASSWORD = "une phrase de passe pour les pannes"
OFFICER = "bureau@example.org"
ARTICLE = "compte-rendu-discute"


def adherent(number: int) -> str:
    """The address of an adherent, numbered from 0."""
    return f"adherent{number}@example.org"


def fill(adherents: int) -> None:
    """Open the accounts, publish one report."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from articles import editorial
    from articles.models import Article, Category
    from members.models import Mandate, Membership, Role, User

    today, password = timezone.localdate(), make_password(PASSWORD)
    for email in [OFFICER, *map(adherent, range(adherents))]:
        user = User.objects.create(email=email, display_name=email.partition("@")[0])
        User.objects.filter(pk=user.pk).update(password=password)
        Membership.objects.create(
            user=user,
            number=f"A-{user.pk}",
            first_name="Camille",
            last_name="Martin",
            joined_on=today - timedelta(days=400),
            paid_until=today + timedelta(days=100),
        )
    officer = User.objects.get(email=OFFICER)
    Mandate.objects.create(
        user=officer, role=Role.SECRETARY, starts_on=today - timedelta(days=1), ends_on=None
    )
    article = Article.objects.create(
        title="Compte rendu discuté",
        slug=ARTICLE,
        lead="Ce que l’administration a répondu.",
        body="<p>Le point sur les effectifs a été reporté.</p>",
        category=Category.objects.create(title="Réunions", slug="reunions"),
        author=officer,
    )
    editorial.publish(editorial.begin(article), officer)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cgtdouanes.settings")
    django.setup()
    fill(int(sys.argv[1]))
