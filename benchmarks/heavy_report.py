"""Adds to the demo a report with all that one may hold: a figure, a table, fifty reactions.

The benchmarks of what pages weigh run it in the environment of their site.
"""

import io
import os
import random
from datetime import timedelta

import django
from PIL import Image, ImageFilter

SLUG = "compte-rendu-charge"
REACTIONS = 50
# A report of the demo that is long and has a table.
MODEL = "plan-probite-et-protection"


def main() -> None:
    """Write the report, whole for every visitor, and what fifty adherents say of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cgtdouanes.settings")
    django.setup()

    from django.core.files.base import ContentFile
    from django.utils import timezone

    from articles.illustrations import figure
    from articles.models import Article, Picture, Reaction
    from members.models import Membership

    article = Article.objects.get(slug=MODEL)
    picture = Picture.objects.create(
        article=article,
        file=ContentFile(_photograph(), "quai.jpg"),
        alt="Le quai, tôt le matin",
        caption="Le quai où une seule personne ouvre le bureau, un vendredi sur trois.",
        credit="la section",
    )
    article.pk = None
    article.slug, article.visibility = SLUG, "public"
    first, rest = article.body.replace('<hr class="cut">', "").split("</ul>", 1)
    article.body = f"{first}</ul>{figure(picture)}{rest}"
    article.save(force_insert=True)
    said = [
        f"{sentence.strip()}."
        for each in Article.objects.exclude(lead="").order_by("pk")
        for sentence in each.lead.split(".")
        if sentence.strip()
    ]
    people = Membership.objects.current().exclude(user=None).order_by("pk")
    authors = [membership.user_id for membership in people]
    Reaction.objects.bulk_create(
        Reaction(
            article=article,
            author_id=authors[number % len(authors)],
            body=" ".join(said[(number + each) % len(said)] for each in range(1 + number % 3)),
            created_at=timezone.now() - timedelta(minutes=REACTIONS - number),
        )
        for number in range(REACTIONS)
    )


def _photograph() -> bytes:
    """A picture that weighs what a photograph does: soft shapes, with some grain."""
    chance = random.Random(3)  # noqa: S311  the same each time
    small = Image.frombytes("RGB", (160, 107), chance.randbytes(160 * 107 * 3))
    soft = small.filter(ImageFilter.GaussianBlur(3)).resize((2400, 1600), Image.Resampling.BICUBIC)
    grain = Image.effect_noise(soft.size, 12).convert("RGB")
    content = io.BytesIO()
    Image.blend(soft, grain, 0.2).save(content, "JPEG", quality=90)
    return content.getvalue()


if __name__ == "__main__":
    main()
