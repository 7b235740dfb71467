"""What each person wants to receive, the name of each mail, and who sees what failed."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import members.models.outgoing
from cgtdouanes.officers.role_permissions import grant, revoke

GRANTS = {"secretary": ["view_outgoingmail"]}
FREQUENCIES = [
    ("immediate", "aussitôt"),
    ("weekly", "dans le courrier de la semaine"),
    ("never", "rien"),
]


def choice(label: str, default: str) -> models.CharField:
    return models.CharField(label, choices=FREQUENCIES, default=default, max_length=9)


def name_each(apps: Any, schema_editor: Any) -> None:
    mails = apps.get_model("members", "OutgoingMail").objects
    for key in list(mails.values_list("pk", flat=True)):
        mails.filter(pk=key).update(reference=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("members", "0008_access_request_permissions")]

    operations = [
        migrations.CreateModel(
            name="MailPreferences",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mail_preferences",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
                ("reports", choice("Comptes rendus et articles", "weekly")),
                ("meetings", choice("Réunions", "immediate")),
                ("demands", choice("Revendications que je suis", "immediate")),
                ("answers", choice("Réponses à mes réactions", "immediate")),
            ],
            options={
                "verbose_name": "choix du courrier",
                "verbose_name_plural": "choix du courrier",
            },
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="gives_up_at",
            field=models.DateTimeField(
                default=members.models.outgoing.patience_ends, verbose_name="abandon"
            ),
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="reference",
            field=models.UUIDField(null=True, default=uuid.uuid4, editable=False),
        ),
        migrations.RunPython(name_each, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="outgoingmail",
            name="reference",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["sent_at"], name="mail_by_sending"),
        ),
        migrations.AlterModelOptions(
            name="outgoingmail",
            options={
                "ordering": ["pk"],
                "verbose_name": "message non envoyé",
                "verbose_name_plural": "messages non envoyés",
            },
        ),
        migrations.RunPython(grant("members", GRANTS), revoke("members", GRANTS)),
    ]
