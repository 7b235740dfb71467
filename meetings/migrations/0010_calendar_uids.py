from urllib.parse import urlsplit

from django.conf import settings
from django.db import migrations, models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

import meetings.models.meeting


def keep_the_published(apps, schema_editor):
    """Calendars know the meetings of before by a number and the host: it stays their name."""
    host = urlsplit(settings.SITE_URL).hostname
    apps.get_model("meetings", "Meeting").objects.update(
        calendar_uid=Concat(
            Value("reunion-"),
            Cast(F("pk"), CharField()),
            Value(f"@{host}"),
            output_field=CharField(),
        )
    )


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0009_pdf_advice"),
    ]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="calendar_uid",
            field=models.CharField(editable=False, max_length=255, default=""),
        ),
        migrations.RunPython(keep_the_published, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="meeting",
            name="calendar_uid",
            field=models.CharField(
                default=meetings.models.meeting.new_calendar_uid,
                editable=False,
                max_length=255,
                unique=True,
            ),
        ),
    ]
