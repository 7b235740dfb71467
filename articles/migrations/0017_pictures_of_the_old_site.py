"""The pictures of the old site: what each one became, and their old addresses."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0016_mentions"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="legacyurl",
            name="legacy_url_leads_to_one_thing",
        ),
        migrations.AddField(
            model_name="legacyurl",
            name="picture",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="legacy_urls",
                to="articles.picture",
            ),
        ),
        migrations.AddField(
            model_name="spipobject",
            name="picture",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="articles.picture",
            ),
        ),
        migrations.AddConstraint(
            model_name="legacyurl",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("article__isnull", False),
                        ("attachment__isnull", True),
                        ("category__isnull", True),
                        ("keyword", ""),
                        ("picture__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("attachment__isnull", True),
                        ("category__isnull", False),
                        ("keyword", ""),
                        ("picture__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("attachment__isnull", False),
                        ("category__isnull", True),
                        ("keyword", ""),
                        ("picture__isnull", True),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("attachment__isnull", True),
                        ("category__isnull", True),
                        ("keyword", ""),
                        ("picture__isnull", False),
                    ),
                    models.Q(
                        ("article__isnull", True),
                        ("attachment__isnull", True),
                        ("category__isnull", True),
                        ("picture__isnull", True),
                        models.Q(("keyword", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="legacy_url_leads_to_one_thing",
            ),
        ),
    ]
