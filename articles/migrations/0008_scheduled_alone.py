"""What is to come out at a later moment is scheduled, and nothing else waits."""

from django.db import migrations, models
from django.utils import timezone


def schedule(apps, schema_editor):
    """Schedule what was published for later, and what came out and is still to be told of."""
    articles = apps.get_model("articles", "Article").objects.filter(status="published")
    waiting = models.Q(published_at__gt=timezone.now()) | models.Q(awaits_announcement=True)
    articles.filter(waiting).update(status="scheduled")


def publish_for_later(apps, schema_editor):
    articles = apps.get_model("articles", "Article").objects.filter(status="scheduled")
    articles.update(status="published", awaits_announcement=True)


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_first_pages")]

    operations = [
        migrations.RunPython(schedule, publish_for_later),
        migrations.RemoveField("article", "awaits_announcement"),
    ]
