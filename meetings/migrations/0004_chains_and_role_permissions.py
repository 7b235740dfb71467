"""The chains of the meetings already recorded, and what the roles may do with the new records."""

from typing import Any

from django.db import migrations

from cgtdouanes.officers.role_permissions import grant, revoke

WRITE = [
    *(
        f"{verb}_{model}"
        for model in ("demand", "commitment")
        for verb in ("view", "add", "change")
    ),
    *("view_demandstep", "add_demandstep"),
    *(f"{verb}_document" for verb in ("view", "add", "change", "delete")),
    "view_deadlinerule",
]
GRANTS = {
    "editor": WRITE,
    "publisher": WRITE,
    "secretary": [*WRITE, "add_deadlinerule", "change_deadlinerule", "delete_deadlinerule"],
}


def join_chains(apps: Any, schema_editor: Any) -> None:
    """Note the first meeting of each chain, from the earliest meeting to the latest."""
    meeting_model = apps.get_model("meetings", "Meeting")
    start: dict[int, int] = {}
    rows = meeting_model.objects.order_by("starts_at", "pk").values_list("pk", "follows_id")
    for pk, follows in list(rows):
        if follows:
            start[pk] = start.get(follows, follows)
            meeting_model.objects.filter(pk=pk).update(chain_start=start[pk])


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0003_demands_commitments_documents"),
        ("members", "0002_role_permissions"),
    ]
    operations = [
        migrations.RunPython(join_chains, migrations.RunPython.noop),
        migrations.RunPython(grant("meetings", GRANTS), revoke("meetings", GRANTS)),
    ]
