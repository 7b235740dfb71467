"""What came from the old site: its addresses, its keywords and names, and what an import remembers."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

import cgtdouanes.dates


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0008_scheduled_alone"),
        ("meetings", "0006_demand_followers"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpipImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="fait le"),
                ),
                ("dump", models.CharField(max_length=200, verbose_name="fichier")),
                ("since", models.DateField(null=True, verbose_name="articles depuis le")),
                ("counts", models.JSONField(default=list)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "reprise de l’ancien site",
                "verbose_name_plural": "reprises de l’ancien site",
                "ordering": ["-started_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="byline",
            field=models.CharField(
                blank=True, max_length=300, verbose_name="signé, sur l’ancien site"
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="keywords",
            field=models.CharField(
                blank=True,
                help_text="Séparés par des virgules. La recherche trouve l’article par ces mots.",
                max_length=300,
                verbose_name="mots-clés",
            ),
        ),
        migrations.AddField(
            model_name="reaction",
            name="former_name",
            field=models.CharField(
                blank=True, max_length=120, verbose_name="nom sur l’ancien site"
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="keywords",
            field=models.CharField(
                blank=True,
                help_text="Séparés par des virgules. La recherche trouve l’article par ces mots.",
                max_length=300,
                verbose_name="mots-clés",
            ),
        ),
        migrations.CreateModel(
            name="SpipImportLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("conflict", "Modifié ici et sur l’ancien site : à départager"),
                            ("broken_link", "Liens morts ou refusés"),
                            ("missing_document", "Documents manquants ou refusés"),
                            ("to_read", "Textes à relire"),
                            ("skipped", "Ce qui n’est pas repris, et pourquoi"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject", models.CharField(max_length=300)),
                ("detail", models.TextField()),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="articles.article",
                    ),
                ),
                (
                    "made_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="articles.spipimport",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne du rapport",
                "verbose_name_plural": "lignes du rapport",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="LegacyUrl",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "path",
                    models.CharField(max_length=500, unique=True, verbose_name="ancienne adresse"),
                ),
                ("keyword", models.CharField(blank=True, max_length=200, verbose_name="mot-clé")),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="legacy_urls",
                        to="articles.article",
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="legacy_urls",
                        to="articles.attachment",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="legacy_urls",
                        to="articles.category",
                    ),
                ),
            ],
            options={
                "verbose_name": "ancienne adresse",
                "verbose_name_plural": "anciennes adresses",
                "ordering": ["path"],
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Lower("path"), name="legacy_url_lowered"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("article__isnull", False),
                                ("attachment", None),
                                ("category", None),
                                ("keyword", ""),
                            ),
                            models.Q(
                                ("article", None),
                                ("attachment", None),
                                ("category__isnull", False),
                                ("keyword", ""),
                            ),
                            models.Q(
                                ("article", None),
                                ("attachment__isnull", False),
                                ("category", None),
                                ("keyword", ""),
                            ),
                            models.Q(
                                ("article", None),
                                ("attachment", None),
                                ("category", None),
                                models.Q(("keyword", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="legacy_url_leads_to_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("technical", "réunion technique"),
                            ("working_group", "groupe de travail (GT)"),
                            ("social_committee", "CSA"),
                            ("health_panel", "formation spécialisée"),
                            ("joint_committee", "CAP"),
                            ("audience", "audience"),
                            ("general_assembly", "assemblée générale"),
                        ],
                        max_length=20,
                        verbose_name="type de réunion",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="titre")),
                (
                    "on",
                    models.DateField(
                        blank=True,
                        help_text="Le jour de la réunion, qui n’est pas toujours celui de l’article.",
                        null=True,
                        validators=[cgtdouanes.dates.validate_year],
                        verbose_name="jour",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "à décider"),
                            ("confirmed", "confirmée"),
                            ("refused", "refusée"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="décision",
                    ),
                ),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meeting_proposal",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        help_text="Vide : la réunion du même type et du même jour si elle existe, sinon une nouvelle.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="meetings.meeting",
                        verbose_name="réunion déjà connue",
                    ),
                ),
            ],
            options={
                "verbose_name": "réunion à confirmer",
                "verbose_name_plural": "réunions à confirmer",
                "ordering": ["-on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            ("on__isnull", False),
                            _connector="OR",
                        ),
                        name="confirmed_meeting_has_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SpipObject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rubrique", "rubriques"),
                            ("article", "articles"),
                            ("document", "documents et images"),
                            ("forum", "messages de forum"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
                ("within", models.PositiveBigIntegerField(default=0)),
                ("made", models.CharField(max_length=64)),
                ("kept", models.CharField(max_length=64)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="articles.article",
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="articles.attachment",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="articles.category",
                    ),
                ),
                (
                    "reaction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="articles.reaction",
                    ),
                ),
            ],
            options={
                "verbose_name": "objet de l’ancien site",
                "verbose_name_plural": "objets de l’ancien site",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "number", "within"), name="spip_object_imported_once"
                    )
                ],
            },
        ),
    ]
