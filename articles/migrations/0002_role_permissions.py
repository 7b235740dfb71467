"""What the roles may do with publications: write, publish, moderate."""

from django.db import migrations

from cgtdouanes.officers.role_permissions import grant, revoke

WRITE = [
    "view_category",
    "view_article",
    "add_article",
    "change_article",
    "view_attachment",
    "add_attachment",
    "change_attachment",
    "delete_attachment",
]
MODERATE = ["view_reaction", "change_reaction"]
GRANTS = {
    "editor": WRITE,
    "publisher": [*WRITE, "delete_article"],
    "moderator": MODERATE,
    "secretary": [
        *WRITE,
        *MODERATE,
        "delete_article",
        "add_category",
        "change_category",
        "delete_category",
    ],
}


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial"), ("members", "0002_role_permissions")]
    operations = [migrations.RunPython(grant("articles", GRANTS), revoke("articles", GRANTS))]
