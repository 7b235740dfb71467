from django.db import migrations, models

import cgtdouanes.files.uploads


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0023_listed_to_visitors"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attachment",
            name="file",
            field=models.FileField(
                help_text="PDF, JPEG ou PNG, 20 Mo au plus. D’un document Word ou LibreOffice, faites d’abord un PDF.",
                upload_to=cgtdouanes.files.uploads.generated_name,
                validators=[cgtdouanes.files.uploads.validate_upload],
                verbose_name="fichier",
            ),
        ),
    ]
