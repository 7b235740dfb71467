"""An entry is found from the moment at which it is written: the index is made anew."""

from django.db import migrations


def empty(apps, schema_editor):
    """Forget the index: `rebuild_search --if-needed`, at the next start, makes it again."""
    for name in ("VisitorEntry", "MemberEntry", "VisitorSpelling", "MemberSpelling", "Build"):
        apps.get_model("search", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0002_full_text")]

    operations = [
        migrations.RunPython(empty, migrations.RunPython.noop),
        migrations.RemoveField("memberentry", "opens_at"),
        migrations.RemoveField("visitorentry", "opens_at"),
        migrations.RunPython(migrations.RunPython.noop, empty),
    ]
