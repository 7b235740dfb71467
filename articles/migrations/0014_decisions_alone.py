from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_decisions_kept")]
    operations = [
        migrations.RemoveField(
            model_name="reaction",
            name="moderated_at",
        ),
        migrations.RemoveField(
            model_name="reaction",
            name="moderated_by",
        ),
        migrations.RemoveField(
            model_name="reaction",
            name="moderation_reason",
        ),
    ]
