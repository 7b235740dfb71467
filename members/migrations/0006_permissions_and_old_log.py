"""The list of adherents comes in and goes out by those who keep it; the secretary reads the audit.

Django's own log repeated the names of the members: it is no longer kept of them, and what it had
is deleted.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cgtdouanes.officers.role_permissions import grant, revoke

LIST = ["import_membership", "export_membership"]
GRANTS = {"membership_manager": LIST, "secretary": [*LIST, "view_auditentry"]}


def delete_old_log(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("admin", "LogEntry").objects.filter(
        content_type__app_label="members", content_type__model__in=["membership", "mandate", "user"]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_audit_and_imports"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]
    operations = [
        migrations.RunPython(grant("members", GRANTS), revoke("members", GRANTS)),
        migrations.RunPython(delete_old_log, migrations.RunPython.noop),
    ]
