"""What the roles may do with meetings: those who write reports keep their record."""

from django.db import migrations

from cgtdouanes.officers.role_permissions import grant, revoke

WRITE = [
    "view_meeting",
    "add_meeting",
    "change_meeting",
    "view_agendaitem",
    "add_agendaitem",
    "change_agendaitem",
    "delete_agendaitem",
]
GRANTS = {
    "editor": WRITE,
    "publisher": WRITE,
    "secretary": [*WRITE, "delete_meeting"],
}


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("members", "0002_role_permissions")]
    operations = [migrations.RunPython(grant("meetings", GRANTS), revoke("meetings", GRANTS))]
