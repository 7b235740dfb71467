"""What the roles may do with what came from the old site: read its reports, decide on meetings."""

from django.db import migrations

from cgtdouanes.officers.role_permissions import grant, revoke

LOOK = ["view_spipimport", "view_meetingproposal", "change_meetingproposal"]
GRANTS = {
    "editor": LOOK,
    # An article is not deleted without what hangs on it.
    "publisher": [*LOOK, "delete_meetingproposal"],
    "secretary": [*LOOK, "delete_meetingproposal"],
}


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_moving_in")]
    operations = [migrations.RunPython(grant("articles", GRANTS), revoke("articles", GRANTS))]
