"""The last decision about a reaction stood in its own row; now each one has a row of its own."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

VERDICTS = {"hidden": "hide"}


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    decisions = apps.get_model("articles", "ModerationDecision")
    for reaction in apps.get_model("articles", "Reaction").objects.exclude(moderated_at=None):
        decisions.objects.create(
            reaction=reaction,
            verdict=VERDICTS.get(reaction.status, "restore"),
            reason=reaction.moderation_reason,
            by_id=reaction.moderated_by_id,
            at=reaction.moderated_at,
        )


def put_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    reactions = apps.get_model("articles", "Reaction").objects
    decided = apps.get_model("articles", "ModerationDecision").objects.exclude(verdict="keep")
    for decision in decided.order_by("at", "pk"):
        reactions.filter(pk=decision.reaction_id).update(
            moderation_reason=decision.reason,
            moderated_by_id=decision.by_id,
            moderated_at=decision.at,
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_flags_and_decisions")]
    operations = [migrations.RunPython(keep, put_back)]
