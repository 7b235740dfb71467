"""Those who keep the list of adherents answer the requests for access."""

from django.db import migrations

from cgtdouanes.officers.role_permissions import grant, revoke

REQUESTS = ["view_accessrequest", "change_accessrequest"]
GRANTS = {"membership_manager": REQUESTS, "secretary": REQUESTS}


class Migration(migrations.Migration):
    dependencies = [("members", "0007_invitations")]
    operations = [migrations.RunPython(grant("members", GRANTS), revoke("members", GRANTS))]
