"""Pictures in what is written, and where each one stands."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import articles.models.picture
import cgtdouanes.files.uploads


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0014_decisions_alone"),
    ]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        default="", editable=False, max_length=255, verbose_name="nom d’origine"
                    ),
                ),
                ("content_type", models.CharField(default="", editable=False, max_length=60)),
                (
                    "size",
                    models.PositiveBigIntegerField(
                        default=0, editable=False, verbose_name="taille en octets"
                    ),
                ),
                (
                    "sha256",
                    models.CharField(db_index=True, default="", editable=False, max_length=64),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "file",
                    models.FileField(
                        upload_to=cgtdouanes.files.uploads.generated_name,
                        validators=[articles.models.picture.validate_picture],
                        verbose_name="image",
                    ),
                ),
                (
                    "alt",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="texte de remplacement"
                    ),
                ),
                ("caption", models.CharField(blank=True, max_length=500, verbose_name="légende")),
                ("credit", models.CharField(blank=True, max_length=200, verbose_name="crédit")),
                ("width", models.PositiveIntegerField(default=0, editable=False)),
                ("height", models.PositiveIntegerField(default=0, editable=False)),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "article",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="articles.article",
                    ),
                ),
            ],
            options={
                "verbose_name": "illustration",
                "verbose_name_plural": "illustrations",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="page",
            name="pictures",
            field=models.ManyToManyField(
                editable=False, related_name="pages", to="articles.picture"
            ),
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_before_cut", models.BooleanField()),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="articles.article",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="articles.picture",
                    ),
                ),
            ],
            options={
                "verbose_name": "place d’une illustration",
                "verbose_name_plural": "places des illustrations",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "picture"), name="one_place_per_picture"
                    )
                ],
            },
        ),
    ]
