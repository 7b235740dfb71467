"""What the roles may do with people: the membership manager keeps the list, the secretary all."""

from django.db import migrations

from cgtdouanes.officers.role_permissions import grant, revoke

LIST = [
    "view_membership",
    "add_membership",
    "change_membership",
    "view_user",
    "add_user",
    "change_user",
]
GRANTS = {
    "membership_manager": LIST,
    "secretary": [
        *LIST,
        "delete_membership",
        "delete_user",
        "view_mandate",
        "add_mandate",
        "change_mandate",
        "delete_mandate",
    ],
}


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(grant("members", GRANTS), revoke("members", GRANTS))]
